#!/bin/bash
# Shows SnapFs at work: backs up a directory, mounts the snapshot, copies it back and compares.
#
#   ./demo.sh [DIRECTORY]      default /usr/bin; /usr takes a minute or two
#
# Everything happens in a temporary directory that is removed at the end. As root it installs what is missing.
set -euo pipefail
cd "$(dirname "$0")"

source=$(realpath -- "${1:-/usr/bin}")
[ -d "$source" ] || { echo "demo.sh: $source is no directory" >&2; exit 2; }

. native/lib/packages.sh
need_programs "fusermount3=fuse3 diff=diffutils"
need_libraries
if ! command -v dotnet > /dev/null; then
    echo "demo.sh: the .NET SDK 10 is needed to build SnapFs: https://dotnet.microsoft.com/download" >&2
    exit 1
fi
if [ ! -e /dev/fuse ]; then
    echo "demo.sh: there is no /dev/fuse; as root: modprobe fuse" >&2
    exit 1
fi

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] && [ -z "${NO_COLOR:-}" ] || say() { printf '\n%s\n' "$*"; }
run() { echo "\$ snapfs $*"; "$PWD/artifacts/snapfs" "$@"; }

say "Building one self-contained file"
native/publish.sh

scratch=$(mktemp -d "${TMPDIR:-/tmp}/snapfs-demo-XXXXXX")
clean_up() {
    "$PWD/artifacts/snapfs" umount "$scratch/mnt" > /dev/null 2>&1 || umount -l "$scratch/mnt" 2> /dev/null || true
    # Not across file systems: if the mount could not be removed, nothing in it is touched.
    chmod -R u+w "$scratch" 2> /dev/null || true
    rm -rf --one-file-system "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$scratch/mnt" "$scratch/back"
export SNAPFS_REPOSITORY=$scratch/repository SNAPFS_CACHE_DIR=$scratch/cache SNAPFS_PASSWORD=demo

say "A new repository"
run init

say "A first backup of $source, and a second one that finds nothing new"
time run backup "$source" --source demo --tag first
time run backup "$source" --source demo

say "Both snapshots as files"
run mount "$scratch/mnt"
in_mount=$scratch/mnt/hosts/$(hostname)/demo/latest$source
ls "$scratch/mnt" "$scratch/mnt/hosts/$(hostname)/demo"

say "Copying it back with cp -a and comparing both with the original"
time cp -a "$in_mount/." "$scratch/back"
diff -r --no-dereference "$source" "$in_mount" && echo "the mount: no difference"
diff -r --no-dereference "$source" "$scratch/back" && echo "the copy: no difference"

say "Unmounting and checking every byte of the repository"
run umount "$scratch/mnt"
run check --read-data
echo
echo "$(du -sh "$source" 2> /dev/null | cut -f1) of files, $(du -sh "$scratch/repository" | cut -f1) in the repository."
say "Done."
