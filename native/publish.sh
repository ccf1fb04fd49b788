#!/bin/bash
# Publishes snapfs as one file: artifacts/snapfs for x64, artifacts/snapfs-arm64 for arm64, or the path given.
#
#   native/publish.sh [--arch x64|arm64] [OUTPUT]
#
# It is machine code, compiled ahead of time, and carries the .NET runtime, libzstd and libsodium, so OpenSSL 3 and libc are all
# it asks of a machine. Two builds of one commit are equal, wherever the folder is.
set -euo pipefail
cd "$(dirname "$0")/.."

arch=x64 output=
while [ $# -gt 0 ]; do
    case $1 in
        --arch) arch=${2:?--arch needs x64 or arm64}; shift ;;
        -*) echo "publish.sh: unknown argument $1" >&2; exit 2 ;;
        *) output=$1 ;;
    esac
    shift
done
. native/lib/packages.sh
case $arch in
    x64)
        output=${output:-artifacts/snapfs}
        need_programs "gcc=gcc objcopy=binutils"
        need_headers /usr/include/stdio.h libc6-dev
        need_libraries
        ;;
    arm64)
        output=${output:-artifacts/snapfs-arm64}
        need_programs "aarch64-linux-gnu-gcc=gcc-aarch64-linux-gnu aarch64-linux-gnu-objcopy=binutils-aarch64-linux-gnu"
        need_headers /usr/aarch64-linux-gnu/include/stdio.h libc6-dev-arm64-cross
        ;;
    *) echo "publish.sh: $arch is not x64 or arm64" >&2; exit 2 ;;
esac
mkdir -p "$(dirname "$output")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Its own intermediate files: publishing must not disturb a build of the same tree. Analyzers change nothing in the file, and a
# build of the solution runs them. Where temporary files go, empty directories are left.
work=$PWD/artifacts/publish
rm -rf "$work"
TMPDIR=$scratch dotnet publish src/SnapFs.Cli/SnapFs.Cli.csproj \
    --configuration Release --runtime "linux-$arch" --artifacts-path "$work" --output "$work/out" \
    -p:SnapFsPublish=true -p:UseSharedCompilation=false -p:RunAnalyzers=false -nologo -v quiet
install -m 755 "$work/out/snapfs" "$output"
rm -rf "$work"

# The proof that the file carries what it needs: the loader is never asked for the system's copies.
if [ "$arch" = x64 ] && [ "$(uname -m)" = x86_64 ]; then
    SNAPFS_PASSWORD=proof LD_DEBUG=files LD_DEBUG_OUTPUT="$scratch/loader" \
        "$output" init --repo "$scratch/repository" --cache-dir "$scratch/cache" > /dev/null
    if grep -hE 'file=(libzstd|libsodium)' "$scratch"/loader.*; then
        echo "publish.sh: $output loads libraries of the system that it should carry" >&2
        exit 1
    fi
    "$output" version
fi
ls -l "$output" | awk '{ printf "%s: %.1f MB\n", $NF, $5 / 1e6 }'
