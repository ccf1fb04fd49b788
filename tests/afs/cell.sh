# What cell-up.sh and cell-down.sh share. Sourced, not run.
# shellcheck shell=sh disable=SC2034

cell=snapfs.test
# OpenAFS takes 127.0.x.x for no address of a server at all; the rest of 127/8 is loopback too, and nobody outside sees it.
address=127.1.0.1
server=afs1.$cell
partition=/vicepa

programs=/usr/lib/openafs
configuration=/etc/openafs
databases=/var/lib/openafs/db
local_state=/var/lib/openafs/local
logs=/var/log/openafs

# While this directory exists, the machine's AFS configuration is ours; what was there before is kept in it.
state=/var/lib/snapfs-test-cell
hosts_line="$address $server # SnapFs test cell"

# In this order they are started, and in the reverse stopped. The five are what bosserver would start.
daemons="ptserver vlserver salvageserver dafileserver davolserver"

# One at a time brings the cell up or down: test runs in two work trees share the machine.
lock_cell() {
    exec 9> /run/snapfs-test-cell.lock
    flock 9
}

# Prints the process of a daemon if it is alive and still that program: numbers of processes are used again.
process_of() {
    [ -s "$state/$1.pid" ] || return 1
    process=$(cat "$state/$1.pid")
    [ "$(readlink "/proc/$process/exe")" = "$programs/$1" ] || return 1
    echo "$process"
}

stop_daemons() {
    stopping=
    for daemon in davolserver dafileserver salvageserver vlserver ptserver; do
        if process=$(process_of $daemon); then
            # For the file server, SIGQUIT is the orderly end that detaches all volumes.
            if [ $daemon = dafileserver ]; then signal=QUIT; else signal=TERM; fi
            kill -s $signal "$process" 2> /dev/null || true
            stopping="$stopping $process:$daemon"
        fi
    done
    for pair in $stopping; do
        tries=0
        while process_of "${pair#*:}" > /dev/null; do
            tries=$((tries + 1))
            [ $tries -lt 200 ] || kill -s KILL "${pair%%:*}" 2> /dev/null || true
            sleep 0.05
        done
        rm -f "$state/${pair#*:}.pid"
    done
}

# Leaves the machine as it was before the first cell-up.sh.
wipe_cell() {
    [ -d $state ] || return 0
    rm -rf $configuration $partition
    mv $state/configuration $configuration
    rm -rf ${databases:?}/* ${local_state:?}/*
    for log in PtLog VLLog FileLog VolserLog SalsrvLog; do
        rm -f $logs/$log $logs/$log.old
    done
    # Where containers mount /etc/hosts as a file, it cannot be replaced, only written.
    grep -vxF "$hosts_line" /etc/hosts > $state/hosts || true
    cat $state/hosts > /etc/hosts
    rm -rf $state
}
