#!/bin/bash
# Makes a directory with a fresh Debian, and in it what the package depends on: where the tests install the package.
#
#   native/lib/debian-root.sh DIRECTORY
#
# Ends with code 77 and a line that says why where that cannot be had.
set -euo pipefail

root=${1:?DIRECTORY is missing}
[ ! -e "$root/bin/sh" ] || exit 0
[ "$(id -u)" = 0 ] || { echo "debian-root.sh: debootstrap needs root" >&2; exit 77; }
command -v debootstrap > /dev/null || { echo "debian-root.sh: debootstrap is missing" >&2; exit 77; }

# From where this machine has its own packages.
. /etc/os-release
[ "${ID:-}" = debian ] || { echo "debian-root.sh: this machine is no Debian" >&2; exit 77; }
source=$(apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' "Created-By: Packages" \
    | awk -v release="$VERSION_CODENAME" '$2 == release && $3 == "main" { print $1; exit }')
[ -n "$source" ] || { echo "debian-root.sh: apt knows no source of $VERSION_CODENAME" >&2; exit 77; }
scratch=$(mktemp -d "$(dirname "$root")/debian-root.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
if ! debootstrap --variant=minbase --include=fuse3,libssl3 "$VERSION_CODENAME" "$scratch/root" "$source" > "$scratch/log" 2>&1; then
    echo "debian-root.sh: the packages of a Debian cannot be had: $(tail -1 "$scratch/log")" >&2
    exit 77
fi
rm -rf "$root"
mv "$scratch/root" "$root"
