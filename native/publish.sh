#!/bin/bash
# Publishes snapfs for linux-x64 as one file: artifacts/snapfs (or the path given).
#
# It carries the .NET runtime, libzstd and libsodium, so OpenSSL 3 and libc are all it asks of a machine. It is trimmed and
# compiled ahead of its first run (ReadyToRun), so that `snapfs version` answers at once.
set -euo pipefail
cd "$(dirname "$0")/.."

output=${1:-artifacts/snapfs}
. native/lib/packages.sh
need_libraries

mkdir -p "$(dirname "$output")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Its own intermediate files: publishing must not disturb a build of the same tree. Analyzers change nothing in the file, and a
# build of the solution runs them. Where temporary files go, empty directories are left.
work=$PWD/artifacts/publish
rm -rf "$work"
TMPDIR=$scratch dotnet publish src/SnapFs.Cli/SnapFs.Cli.csproj \
    --configuration Release --runtime linux-x64 --self-contained true --artifacts-path "$work" --output "$work/out" \
    -p:SnapFsPublish=true \
    -p:UseSharedCompilation=false -p:RunAnalyzers=false -nologo -v quiet
install -m 755 "$work/out/snapfs" "$output"
rm -rf "$work"

# The proof that the file carries what it needs: the loader is never asked for the system's copies.
SNAPFS_PASSWORD=proof LD_DEBUG=files LD_DEBUG_OUTPUT="$scratch/loader" \
    "$output" init --repo "$scratch/repository" --cache-dir "$scratch/cache" > /dev/null
if grep -hE 'file=(libzstd|libsodium)' "$scratch"/loader.*; then
    echo "publish.sh: $output loads libraries of the system that it should carry" >&2
    exit 1
fi
"$output" version
ls -l "$output" | awk '{ printf "%s: %.1f MB\n", $NF, $5 / 1e6 }'
