#!/bin/sh
# build.sh PROGRAM: compiles afsvol. Ends with 77 and one line if what it needs is not installed.
set -eu
program=${1:?build.sh PROGRAM}
cd "$(dirname "$0")"

for needed in /usr/bin/gcc /usr/include/stdio.h /usr/include/afs/afsint.h; do
    [ -e $needed ] || {
        echo "no OpenAFS cell: $needed is missing; tests/afs/install.sh installs it" >&2
        exit 77
    }
done

# The shared libraries of OpenAFS do not export the calls of the file server, the archives have them. The archives want
# Heimdal's cryptography, whose packages for development are not needed for two names.
exec /usr/bin/gcc -std=gnu11 -pthread -DAFS_PTHREAD_ENV -O2 -Wall -Wextra -Werror -o "$program" \
    afsvol.c changes.c directory.c escape.c paths.c sha256.c volume.c walk.c \
    -l:libafsauthent.a -l:libafsrpc.a -l:libhcrypto.so.5 -l:libroken.so.19 -lresolv
