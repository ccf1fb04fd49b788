#!/bin/bash
# Makes artifacts/snapfs-VERSION-linux-ARCH.tar.gz: the program, its manual pages and completion, units, licence.
#
#   native/packaging/build-tar.sh [SNAPFS]
#
# SNAPFS is a published program, for this processor or another; without it native/publish.sh makes one.
set -euo pipefail
cd "$(dirname "$0")/../.."

program=${1:-artifacts/snapfs}
[ $# -gt 0 ] || native/publish.sh "$program"
. native/packaging/program.sh
architecture=$(architecture_of "$program")
name=snapfs-$version-linux-${architecture/amd64/x64}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

make_pages "$program" "$work"
install -D -m 755 -t "$work/$name" "$program"
[ "$(basename "$program")" = snapfs ] || mv "$work/$name/$(basename "$program")" "$work/$name/snapfs"
install -m 755 -t "$work/$name" native/mount/mount.snapfs
install -m 644 -t "$work/$name" LICENSE README.md
install -m 644 native/packaging/debian/copyright "$work/$name/COPYRIGHT"
install -D -m 644 -t "$work/$name/man" "$work"/man/*.1 docs/man/mount.snapfs.8
install_documents "$work/$name"
install -D -m 644 -t "$work/$name/completion" "$work"/completion/*
install -D -m 644 -t "$work/$name/units" native/units/*

mkdir -p artifacts
tar --create --directory "$work" --format=gnu --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner "$name" \
    | gzip -9n > "artifacts/$name.tar.gz"
echo "artifacts/$name.tar.gz"
