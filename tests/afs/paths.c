#define _GNU_SOURCE /* tdestroy */
#include "paths.h"

#include "directory.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

struct known {
    AFSFid fid;
    char path[];
};

static void *known_paths;

static int by_path(const void *left, const void *right)
{
    return strcmp(((const struct known *)left)->path, ((const struct known *)right)->path);
}

static struct known *new_known(const char *path)
{
    struct known *known = malloc(sizeof *known + strlen(path) + 1);
    if (known == NULL) {
        fail("no memory for", path, 0);
    }
    strcpy(known->path, path);
    return known;
}

void remember_path(const char *path, AFSFid fid)
{
    struct known *known = new_known(path);
    known->fid = fid;
    struct known **found = tsearch(known, &known_paths, by_path);
    if (*found != known) {
        (*found)->fid = fid;
        free(known);
    }
}

void forget_paths(void)
{
    tdestroy(known_paths, free);
    known_paths = NULL;
}

AFSFid find(const struct volume *volume, const char *path)
{
    if (strcmp(path, ".") == 0) {
        return root_of(volume);
    }
    struct known *wanted = new_known(path);
    struct known **found = tfind(wanted, &known_paths, by_path);
    free(wanted);
    if (found != NULL) {
        return (*found)->fid;
    }
    const char *name;
    AFSFid parent = find_parent(volume, path, &name);
    struct directory directory = read_directory(volume, parent, path);
    for (size_t i = 0; i < directory.count; i++) {
        if (strcmp(directory.entries[i].name, name) == 0) {
            AFSFid fid = fid_in(volume, directory.entries[i].vnode, directory.entries[i].uniquifier);
            free_directory(&directory);
            remember_path(path, fid);
            return fid;
        }
    }
    fail("nothing is called", path, 0);
    return root_of(volume); /* not reached */
}

AFSFid find_parent(const struct volume *volume, const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        *name = path;
        return root_of(volume);
    }
    *name = slash + 1;
    char *above = strndup(path, (size_t)(slash - path));
    if (above == NULL) {
        fail("no memory for", path, 0);
    }
    AFSFid fid = find(volume, above);
    free(above);
    return fid;
}
