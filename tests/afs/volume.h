/* One volume on one file server, spoken to by the RPCs of a cache manager (RXAFS_*). */
#ifndef VOLUME_H
#define VOLUME_H

#include <afs/param.h>
#include <afs/afsint.h>
#include <stddef.h>

/* Largest answer to RXAFS_FetchACL, with room for 20 names of 64 bytes. */
#define ACL_TEXT_SIZE 4096

struct volume {
    struct rx_connection *connection;
    afs_uint32 id;
};

struct bytes {
    char *data; /* the receiver frees it */
    size_t length;
};

/* Is given pieces of a file in order. */
typedef void take_piece(void *context, const char *piece, size_t length);

/*
 * Connects as a user of the cell, with a ticket made from the server's own key, as only root on the server can. For a file
 * server, even the superuser of -localauth is nobody; a member of system:administrators may read and set every access list.
 * Ends the program if it fails.
 */
struct volume open_volume(const char *server, afs_uint32 id, const char *user);

/* Ends the program with what was being done and the name of an error of AFS or of the system; 0 is none. */
void fail(const char *what, const char *path, afs_int32 code);

AFSFid root_of(const struct volume *volume);
AFSFid fid_in(const struct volume *volume, afs_uint32 vnode, afs_uint32 uniquifier);
AFSFetchStatus fetch_status(const struct volume *volume, AFSFid fid, const char *path);
afs_uint64 length_of(const AFSFetchStatus *status);

/* Reads all of a file, directory or link. */
void fetch_data(const struct volume *volume, AFSFid fid, afs_uint64 length, take_piece *take, void *context);
struct bytes fetch_bytes(const struct volume *volume, AFSFid fid, const char *path);

/* Writes the bytes of a local file at an offset, and sets the file's length. Without a local file, only the length. */
void store_data(const struct volume *volume, AFSFid fid, const char *local, afs_uint64 offset, afs_uint64 length);

/* The text form: counts of positive and negative entries, then a line "NAME<tab>RIGHTS" of each. */
void fetch_acl(const struct volume *volume, AFSFid fid, char text[ACL_TEXT_SIZE]);

/* A volume that is being dumped, restored or attached refuses calls for a while; a cache manager tries again. */
int is_passing(afs_int32 code);

#define CALL(result, call)              \
    do {                                \
        (result) = (call);              \
    } while (is_passing(result))

#endif
