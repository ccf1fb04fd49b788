#!/bin/sh
# Runs snapfs, restic and borg side by side over one tree and writes docs/benchmarks.md.
#
#   tests/SnapFs.Benchmarks/compare.sh [--runs N] [--work DIR] [--only PARTS] [--output FILE] [TREE]
#
# The whole takes about 20 minutes a run. PARTS (start,backup,mount,restore,ready,volumes) with a DIR that stays can be run one by
# one, and again for more figures; the table then has all figures of the same snapfs and tree.
#
# TREE defaults to a copy of /usr. Needs root (drops the page cache, mounts), Debian's packages and free space of
# about four times the tree in DIR (default: a new folder in /var/tmp).
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
if [ "$(id -u)" != 0 ]; then
    echo "compare.sh: run it as root: it mounts and drops the page cache" >&2
    exit 2
fi
missing=
for tool in restic borg fusermount3 python3 tar; do
    command -v "$tool" >/dev/null || missing=1
done
# What borg mounts with is a package of its own.
dpkg -s python3-pyfuse3 >/dev/null 2>&1 || missing=1
if [ -n "$missing" ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        restic borgbackup python3-pyfuse3 fuse3 python3 tar >/dev/null
fi
"$top/native/publish.sh"
dotnet build -c Release -v quiet -nologo "$top/tests/SnapFs.Benchmarks"
exec python3 -B "$top/tests/SnapFs.Benchmarks/compare.py" --snapfs "$top/artifacts/snapfs" --top "$top" \
    --default-output "$top/docs/benchmarks.md" "$@"
