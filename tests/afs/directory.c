#include "directory.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define UNIT 32             /* an entry's number times this is its offset */
#define HASH_TABLE 160      /* offset in the first page */
#define HASH_CHAINS 128
#define NEXT 2              /* offsets in an entry */
#define VNODE 4
#define UNIQUIFIER 8
#define NAME 12

static afs_uint32 word_at(const char *at)
{
    afs_uint32 word;
    memcpy(&word, at, sizeof word);
    return ntohl(word);
}

static unsigned int half_at(const char *at)
{
    unsigned short half;
    memcpy(&half, at, sizeof half);
    return ntohs(half);
}

static int by_name(const void *left, const void *right)
{
    return strcmp(((const struct directory_entry *)left)->name, ((const struct directory_entry *)right)->name);
}

struct directory read_directory(const struct volume *volume, AFSFid fid, const char *path)
{
    struct directory directory = { .bytes = fetch_bytes(volume, fid, path) };
    size_t units = directory.bytes.length / UNIT;
    directory.entries = calloc(units + 1, sizeof *directory.entries);
    if (directory.entries == NULL || directory.bytes.length < 2048) {
        fail("no directory at", path, 0);
    }
    for (int chain = 0; chain < HASH_CHAINS; chain++) {
        unsigned int number = half_at(directory.bytes.data + HASH_TABLE + 2 * chain);
        while (number != 0) {
            char *at = directory.bytes.data + (size_t)number * UNIT;
            if (number >= units || directory.count > units) {
                fail("broken chain of names in", path, 0);
            }
            if (strcmp(at + NAME, ".") != 0 && strcmp(at + NAME, "..") != 0) {
                struct directory_entry entry = { at + NAME, word_at(at + VNODE), word_at(at + UNIQUIFIER) };
                directory.entries[directory.count++] = entry;
            }
            number = half_at(at + NEXT);
        }
    }
    qsort(directory.entries, directory.count, sizeof *directory.entries, by_name);
    return directory;
}

void free_directory(struct directory *directory)
{
    free(directory->bytes.data);
    free(directory->entries);
}
