#!/bin/sh
# Installs Debian's OpenAFS servers and what builds afsvol.c. No daemon is started, now or when the machine boots.
# Ends with 77 and one line if it cannot: then the tests that need a cell are skipped with that line.
set -eu

unable() {
    echo "no OpenAFS cell: $*" >&2
    exit 77
}

# The package, and a file of it that shows that it is there.
missing=
while read -r package file; do
    [ -e "$file" ] || missing="$missing $package"
done << LIST
openafs-client /usr/bin/vos
openafs-fileserver /usr/lib/openafs/dafileserver
openafs-dbserver /usr/lib/openafs/ptserver
libopenafs-dev /usr/include/afs/afsint.h
gcc /usr/bin/gcc
libc6-dev /usr/include/stdio.h
LIST
[ -n "$missing" ] || exit 0

[ "$(id -u)" = 0 ] || unable "not root; as root: apt-get install$missing"
command -v apt-get > /dev/null || unable "no apt-get to install$missing"

# The servers' packages start daemons that find no cell, and wait for it. A policy that is there already stays.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' > $policy
    chmod 755 $policy
    trap 'rm -f $policy' EXIT
fi

echo "Installing$missing"
export DEBIAN_FRONTEND=noninteractive
install() {
    # Word splitting is meant: a list of packages.
    # shellcheck disable=SC2086
    apt-get -qq install -y --no-install-recommends $missing > /dev/null 2>&1
}
install || { apt-get -qq update > /dev/null 2>&1 && install; } || unable "apt-get install$missing failed"

# A client without its kernel module and a server without a cell would only fail at every boot.
for service in openafs-client openafs-fileserver; do
    if [ -e /etc/init.d/$service ]; then
        update-rc.d $service disable > /dev/null 2>&1 || true
    fi
done
