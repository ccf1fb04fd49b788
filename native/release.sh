#!/bin/bash
# Makes all that a release consists of, in artifacts/release: packages and archives for x64 and arm64, and SHA256SUMS.
# Two runs on one commit make the same bytes, wherever the folder is.
set -euo pipefail
cd "$(dirname "$0")/.."

release=artifacts/release
rm -rf "$release"
mkdir -p "$release"
for arch in x64 arm64; do
    program=artifacts/snapfs
    [ "$arch" = x64 ] || program=artifacts/snapfs-$arch
    native/publish.sh --arch "$arch" "$program"
    native/packaging/build-deb.sh "$program"
    native/packaging/build-tar.sh "$program"
done
. native/packaging/program.sh
mv artifacts/snapfs_"$version"_{amd64,arm64}.deb artifacts/snapfs-"$version"-linux-{x64,arm64}.tar.gz "$release"
(cd "$release" && sha256sum ./* | sed 's:\./::' > SHA256SUMS)
cat "$release/SHA256SUMS"
