# What packages need to know of a published program. Sourced, not run, in the root of the source tree.

version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
# Times in packages are those of the last commit, so that two builds are the same.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2> /dev/null || echo 0)}
export SOURCE_DATE_EPOCH

# What is packed has the modes that the scripts say, not those of whoever builds.
umask 022

# The processor a program is for, as Debian calls it.
architecture_of() {
    case $(od -An -tx1 -j18 -N2 "$1" | tr -d ' \n') in
        3e00) echo amd64 ;;
        b700) echo arm64 ;;
        *) echo "$1 is no program for x64 or arm64" >&2; return 1 ;;
    esac
}

# install_documents DIRECTORY: what README.md and the messages lead to.
install_documents() {
    install -D -m 644 -t "$1/docs" docs/*.md docs/*.svg
    install -D -m 644 -t "$1/docs/adr" docs/adr/*.md
}

# make_pages PROGRAM DIRECTORY: manual pages and shell completion. One for another processor has the help of artifacts/snapfs.
make_pages() {
    local program=$1
    "$program" version > /dev/null 2>&1 || program=artifacts/snapfs
    python3 -B native/packaging/help_pages.py "$program" "$version" "$2"
}
