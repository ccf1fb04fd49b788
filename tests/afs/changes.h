#ifndef CHANGES_H
#define CHANGES_H

#include "volume.h"

/*
 * Carries out one change, given as words. Returns 0 if there is no such change or its words are too few.
 *
 *   create PATH MODE            an empty file; modes are octal
 *   write PATH OFFSET LOCAL     the bytes of a local file at an offset
 *   append PATH LOCAL
 *   resize PATH LENGTH          shorter than it is
 *   mkdir PATH MODE
 *   symlink PATH TARGET
 *   mount PATH TARGET           a mount point, such as #user.ann.
 *   link PATH EXISTING          another name in the same directory
 *   rename OLD NEW              also into another directory
 *   remove PATH
 *   rmdir PATH
 *   chmod PATH MODE
 *   chown PATH ID               ids are those of pts
 *   chgrp PATH ID
 *   touch PATH SECONDS          the modification time
 *   acl PATH TEXT               the text form of RXAFS_StoreACL
 */
int change(const struct volume *volume, int count, char **words);

#endif
