#ifndef WALK_H
#define WALK_H

#include "volume.h"

/*
 * Prints all that a volume holds, as one JSON object a line: each directory before what is in it, names in the order of
 * their bytes. A file with several names is printed under each.
 */
void walk(const struct volume *volume);

#endif
