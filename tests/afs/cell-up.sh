#!/bin/sh
# Starts a whole OpenAFS cell on this machine, on loopback, or does nothing if it is up. vos and pts then work with
# -localauth as root; the file server is 127.1.0.1 with the partition a; the users alice (1001) and bob (1002), and
# alice's group staff, exist. install.sh comes first; cell-down.sh --wipe undoes all of it.
#
# Ends with 77 and one line if this machine cannot have a cell, with 1 if it ought to but the cell does not start.
#
# The servers are started here, not by bosserver: that saves a third of the time, needs no services, and each can be
# stopped by its process number.
set -eu
. "$(dirname "$0")/cell.sh"

unable() {
    echo "no OpenAFS cell: $*" >&2
    exit 77
}

broken() {
    echo "the OpenAFS cell did not start: $*; see $logs" >&2
    exit 1
}

# Runs a command until it succeeds, at most 30 seconds.
await() {
    tries=0
    until "$@" > /dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 300 ] || broken "$* fails"
        sleep 0.1
    done
}

start() {
    ! process_of "$1" > /dev/null || return 0
    # The database servers look for their own address under the machine's name: in a UTS namespace of their own the
    # machine keeps its name. The descriptor of the lock must not stay open in a daemon.
    # shellcheck disable=SC2016
    setsid unshare --uts sh -c 'echo $$ > "$1"; hostname "$2"; shift 2; exec "$@"' sh "$state/$1.pid" $server \
        "$programs/$@" < /dev/null > "$state/$1.out" 2>&1 9>&- &
}

[ "$(id -u)" = 0 ] || unable "not root"
for needed in /usr/bin/vos /usr/bin/pts /usr/bin/udebug $programs/ptserver $programs/vlserver $programs/dafileserver; do
    [ -x $needed ] || unable "$needed is missing; tests/afs/install.sh installs it"
done
unshare --uts true 2> /dev/null || unable "this container may not make a UTS namespace"
lock_cell

if [ ! -d $state ]; then
    for foreign in $configuration/server/KeyFile $configuration/server/KeyFileExt $databases/prdb.DB0 $partition \
        /proc/fs/openafs; do
        [ ! -e "$foreign" ] || unable "this machine uses AFS already ($foreign exists)"
    done
    # 7000 to 7007, in the hexadecimal of the kernel's table.
    ! grep -q ':1B5[8-F] ' /proc/net/udp || unable "something else listens on the ports of AFS"
    mkdir -p $state.new
    cp -a $configuration $state.new/configuration
    mv $state.new $state
fi

# Configuration: the same cell for servers and clients.
grep -qxF "$hosts_line" /etc/hosts || echo "$hosts_line" >> /etc/hosts
mkdir -p $configuration/server $databases $local_state $logs $partition
for directory in $configuration $configuration/server; do
    printf '>%s\n%s #%s\n' $cell $address $server > $directory/CellServDB
    echo $cell > $directory/ThisCell
done
echo admin > $configuration/server/UserList
# "f": the address counts even though the kernel lists no interface with it.
echo "f $address" > $local_state/NetInfo
# A partition is otherwise a file system of its own.
touch $partition/AlwaysAttach

# The cell's key, which -localauth uses and no Kerberos server has to know. KeyFileExt holds big-endian words: one key, 16
# bytes of header, type 2 (rxkad_krb5), version 1, encryption 18 (AES-256), 32 bytes of key. asetkey takes such a key only
# from a keytab.
if [ ! -s $configuration/server/KeyFileExt ]; then
    (
        umask 077
        printf '\0\0\0\1\0\0\0\20\0\0\0\2\0\0\0\1\0\0\0\22\0\0\0\40'
        head -c 32 /dev/urandom
    ) > $state/key
    chmod 600 $state/key
    mv $state/key $configuration/server/KeyFileExt
fi

# The databases need some five seconds to elect the only candidate. A file server that finds no ptserver then sleeps for
# thirty, so it comes after them.
start ptserver -rxbind
start vlserver -rxbind
# 1f is all that a database needs to take writes; reading works before, most of all from the databases of an earlier start.
elected() {
    timeout 5 udebug $address "$1" | grep -qx 'Recovery state 1f'
}
await elected 7002
await elected 7003
start salvageserver
start dafileserver -rxbind -L -p 23 -sync never
start davolserver -rxbind -log -sync never
await timeout 5 vos partinfo $address -noresolve -localauth
registered() {
    timeout 5 vos listaddrs -noresolve -localauth | grep -q "$address"
}
await registered
for daemon in $daemons; do
    process_of "$daemon" > /dev/null || broken "$daemon ended"
done

# People, and the volumes that every cell has.
if ! pts examine alice -localauth > /dev/null 2>&1; then
    {
        pts createuser admin 1 -localauth
        pts adduser admin system:administrators -localauth
        pts createuser bob 1002 -localauth
        pts creategroup staff -owner system:administrators -localauth
        pts createuser alice 1001 -localauth
        pts adduser alice staff -localauth
    } > /dev/null || broken "pts"
fi
for volume in root.afs root.cell; do
    vos examine $volume -localauth > /dev/null 2>&1 \
        || vos create $address ${partition#/vicep} $volume -localauth > /dev/null || broken "vos create $volume"
done
