/* The contents of an AFS directory: pages of 2,048 bytes whose entries are chained by a hash of the name. */
#ifndef DIRECTORY_H
#define DIRECTORY_H

#include "volume.h"

struct directory_entry {
    char *name; /* into the directory's own bytes */
    afs_uint32 vnode;
    afs_uint32 uniquifier;
};

struct directory {
    struct bytes bytes;
    struct directory_entry *entries; /* without . and .., sorted by the bytes of the name */
    size_t count;
};

struct directory read_directory(const struct volume *volume, AFSFid fid, const char *path);
void free_directory(struct directory *directory);

#endif
