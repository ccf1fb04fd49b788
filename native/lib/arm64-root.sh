#!/bin/bash
# Makes a directory with what an arm64 program of this system needs to run below qemu-aarch64: libc and OpenSSL 3.
#
#   native/lib/arm64-root.sh DIRECTORY
#
# The packages are unpacked there, not installed: the package system of this machine hears nothing of a second architecture.
# Ends with code 77 and a line that says why where they cannot be had.
set -euo pipefail

root=${1:?DIRECTORY is missing}
[ ! -e "$root/lib/ld-linux-aarch64.so.1" ] || exit 0
[ "$(id -u)" = 0 ] || { echo "arm64-root.sh: root is needed to read the package lists" >&2; exit 77; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch"/{state/lists/partial,cache/archives/partial,packages,root}
options=(-qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=root
    -o Dir::State="$scratch/state" -o Dir::State::status=/dev/null -o Dir::Cache="$scratch/cache")
if ! { apt-get "${options[@]}" update && cd "$scratch/packages" && apt-get "${options[@]}" download libc6 libssl3; } \
    > "$scratch/log" 2>&1; then
    echo "arm64-root.sh: the packages libc6 and libssl3 for arm64 cannot be had: $(tail -1 "$scratch/log")" >&2
    exit 77
fi
for package in *.deb; do
    dpkg-deb --extract "$package" "$scratch/root"
done
mkdir -p "$(dirname "$root")"
rm -rf "$root"
mv "$scratch/root" "$root"
