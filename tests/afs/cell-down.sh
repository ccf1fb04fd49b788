#!/bin/sh
# Stops the cell that cell-up.sh started. With --wipe, also removes it with all its volumes and leaves the machine's files
# as they were; without, cell-up.sh starts the same cell again.
set -eu
. "$(dirname "$0")/cell.sh"

case ${1:-} in
    '' | --wipe) ;;
    *) echo "usage: cell-down.sh [--wipe]" >&2; exit 2 ;;
esac
[ "$(id -u)" = 0 ] || { echo "only root stops the cell" >&2; exit 1; }
lock_cell
stop_daemons
if [ "${1:-}" = --wipe ]; then
    wipe_cell
fi
