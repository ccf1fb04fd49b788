/* From paths to fids. A server knows no paths: each directory on the way is read. */
#ifndef PATHS_H
#define PATHS_H

#include "volume.h"

/* Finds what a path names; "." is the root. Ends the program if there is nothing. */
AFSFid find(const struct volume *volume, const char *path);

/* Finds the directory that holds a path, and points at the last name in it. */
AFSFid find_parent(const struct volume *volume, const char *path, const char **name);

/* What find has found is remembered, so that filling a directory does not read it again for each file. */
void remember_path(const char *path, AFSFid fid);
void forget_paths(void);

#endif
