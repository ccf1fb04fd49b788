# Finds what is missing on a Debian machine and installs it as root, or says what to install. Sourced, not run.

packages_missing=

# need_programs "PROGRAM=PACKAGE ..."
need_programs() {
    local pair
    for pair in $1; do
        if ! PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%=*}" > /dev/null; then
            packages_missing="$packages_missing ${pair#*=}"
        fi
    done
}

# OpenSSL, which the .NET runtime loads; ICU is not needed: globalisation is invariant.
need_libraries() {
    local known
    known=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p)
    case $known in *libssl.so.3*) ;; *) packages_missing="$packages_missing libssl3" ;; esac
    install_missing
}

# need_headers FILE PACKAGE
need_headers() {
    [ -e "$1" ] || packages_missing="$packages_missing $2"
    install_missing
}

install_missing() {
    [ -n "$packages_missing" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        echo "Missing. As root: apt-get install$packages_missing" >&2
        exit 1
    fi
    echo "Installing$packages_missing"
    # Word splitting is meant: a list of packages.
    # shellcheck disable=SC2086
    if ! DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $packages_missing > /dev/null 2>&1; then
        apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
            $packages_missing > /dev/null || { echo "apt-get install$packages_missing failed" >&2; exit 1; }
    fi
    packages_missing=
}
