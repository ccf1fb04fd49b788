#!/bin/bash
# Builds SnapFs and runs every test: what a developer and the CI both run.
#
#   ./test.sh                 the short run, about twenty minutes on 2 cores
#   ./test.sh --long          all sizes and every crash point
#   ./test.sh --filter NAME   only tests whose full name contains NAME
#   ./test.sh --project NAME  only test projects whose name contains NAME
#
# The last line is "N passed, N failed, N skipped". The exit code is 0 only if nothing failed.
set -uo pipefail
cd "$(dirname "$0")" || exit 1

filter=
projects=
while [ $# -gt 0 ]; do
    case $1 in
        # Two million cases of a fuzz test are not a hang.
        --long) export SNAPFS_LONG=1 SNAPFS_HANG_TIMEOUT=${SNAPFS_HANG_TIMEOUT:-4h} ;;
        --filter) filter=${2:?--filter needs a name}; shift ;;
        --project) projects=${2:?--project needs a name}; shift ;;
        -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "test.sh: unknown argument $1; see ./test.sh --help" >&2; exit 2 ;;
    esac
    shift
done

# Programs the tests call, and the Debian package of each.
. native/lib/packages.sh
need_programs "fusermount3=fuse3 setfattr=attr setfacl=acl setcap=libcap2-bin rsync=rsync tar=tar gcc=gcc \
python3=python3 pkill=procps mkfs.ext4=e2fsprogs losetup=mount dpkg-deb=dpkg diff=diffutils"
need_libraries
need_headers /usr/include/linux/fuse.h linux-libc-dev
# A cell and libraries of another processor need root: without, or where the packages cannot be had, the tests that use them are
# skipped and say so.
case SnapFs.EndToEnd.Tests in
    *"$projects"*)
        [ "$(id -u)" != 0 ] || tests/afs/install.sh || true
        need_programs "qemu-aarch64=qemu-user lintian=lintian zsh=zsh fish=fish debootstrap=debootstrap restic=restic borg=borgbackup"
        install_missing
        native/lib/arm64-root.sh "$PWD/artifacts/arm64-root" || true
        mkdir -p artifacts
        native/lib/debian-root.sh "$PWD/artifacts/debian-root" &
        debian_root=$!
        ;;
esac

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# Build servers would outlive the run.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
# Each build leaves empty directories where temporary files go.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"
passed=0 failed=0 skipped=0
broken=()

summary() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
    exit
}

step() {
    local name=$1
    shift
    echo "== $name"
    if ! "$@"; then
        echo "FAILED: $name" >&2
        failed=$((failed + 1))
        return 1
    fi
}

# One compiler for all projects, in two thirds of the time that one for each takes. It is of this run and ends with the build.
build() {
    local server=snapfs-$$ code=0
    TMPDIR=$scratch dotnet build SnapFs.sln -c Release --no-restore -v quiet -nologo \
        -p:UseSharedCompilation=true -p:SharedCompilationId=$server || code=$?
    pkill -f -- "-pipename:$server\$" || true
    return $code
}

# --locked-mode: the packages are those of the committed lock files or the restore fails.
step "restore" dotnet restore SnapFs.sln --locked-mode -v quiet || summary
step "build" build || summary
if [ -z "$filter$projects" ]; then
    # The build has checked style and analyzers already (EnforceCodeStyleInBuild); what it leaves is whitespace, and a
    # folder is checked in seconds where a solution takes a minute and a half.
    step "format" dotnet format whitespace . --folder --verify-no-changes --exclude artifacts
fi

# The end-to-end tests run the one file that users get, which also starts in a fraction of the time; a few chosen tests do not
# wait for it and run what was built.
if [ -z "$filter" ] && [ -z "${SNAPFS_BINARY:-}" ]; then
    case SnapFs.EndToEnd.Tests in
        *"$projects"*)
            step "publish" native/publish.sh || summary
            export SNAPFS_BINARY=$PWD/artifacts/snapfs
            step "publish for arm64" native/publish.sh --arch arm64 || summary
            ;;
    esac
fi

run_project() {
    local project=$1 name log
    name=$(basename "$project" .csproj)
    log=$results/$name.log
    # What was built, not the project, which MSBuild would look at for seconds.
    local arguments=(test "$(dirname "$project")/bin/Release/net10.0/$name.dll" --logger "trx;LogFileName=$name.trx"
        --results-directory "$results" --blame-hang-timeout "${SNAPFS_HANG_TIMEOUT:-10m}" --blame-hang-dump-type none)
    [ -n "$filter" ] && arguments+=(--filter "FullyQualifiedName~$filter")
    local started=$SECONDS code=0
    # In the background of a shell SIGINT is ignored, below nohup SIGHUP, also by what is started there; tests send both.
    env --default-signal=INT,HUP dotnet "${arguments[@]}" > "$log" 2>&1 || code=$?
    echo "$code $((SECONDS - started))" > "$results/$name.code.new"
    mv "$results/$name.code.new" "$results/$name.code"
}

report_project() {
    local name=$1 trx=$results/$1.trx log=$results/$1.log code seconds counters total good bad
    read -r code seconds < "$results/$name.code"
    echo "== $name"
    if [ -f "$trx" ]; then
        counters=$(grep -o '<Counters [^>]*>' "$trx")
        count() { grep -o " $1=\"[0-9]*\"" <<< "$counters" | tr -dc 0-9; }
        total=$(count total) good=$(count passed) bad=$(($(count failed) + $(count error) + $(count timeout) + $(count aborted)))
        passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + total - good - bad))
        echo "   $good passed, $bad failed, $((total - good - bad)) skipped in ${seconds}s"
        # A run that ended badly without a failed test crashed or hung.
        if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then
            failed=$((failed + 1))
            broken+=("$name ended with code $code")
        fi
    elif [ "$code" -ne 0 ] || ! grep -q 'No test' "$log"; then
        failed=$((failed + 1))
        broken+=("$name left no results, code $code")
    fi
    # What failed, with its message, and why each skipped test was skipped.
    if [ "$code" -ne 0 ]; then
        grep -v '\[xUnit.net' "$log"
    fi
}

# Largest first, so that none is left to run by itself at the end.
projects_by_size() {
    local directory
    for directory in tests/*.Tests; do
        case ${directory#tests/} in
            SnapFs.EndToEnd.Tests) ;;
            *"$projects"*) echo "$(cat "$directory"/*.cs "$directory"/*/*.cs 2>/dev/null | wc -c) ${directory#tests/}" ;;
        esac
    done | sort -rn | cut -d ' ' -f 2
}

# Two at a time, as much of the work waits for disks and processes.
running=()
wait_for_one() {
    local name still=()
    wait -n || true
    for name in "${running[@]}"; do
        # Whoever was killed left none, and would be waited for for ever.
        [ -f "$results/$name.code" ] || [ -n "$(jobs -rp)" ] || echo "1 0" > "$results/$name.code"
        if [ -f "$results/$name.code" ]; then report_project "$name"; else still+=("$name"); fi
    done
    running=("${still[@]}")
}

[ -z "${debian_root:-}" ] || wait "$debian_root" || true
for name in $(projects_by_size); do
    [ ${#running[@]} -lt 2 ] || wait_for_one
    run_project "tests/$name/$name.csproj" &
    running+=("$name")
done
while [ ${#running[@]} -gt 0 ]; do
    wait_for_one
done

# These measure memory and kill processes at random moments: alone.
case SnapFs.EndToEnd.Tests in
    *"$projects"*)
        run_project tests/SnapFs.EndToEnd.Tests/SnapFs.EndToEnd.Tests.csproj
        report_project SnapFs.EndToEnd.Tests
        ;;
esac

echo "== skipped"
for trx in "$results"/*.trx; do
    [ -f "$trx" ] && python3 native/lib/skipped.py "$trx"
done
for line in "${broken[@]:-}"; do
    [ -n "$line" ] && echo "FAILED: $line"
done
summary
