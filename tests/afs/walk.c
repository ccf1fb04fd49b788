#include "walk.h"

#include "directory.h"
#include "escape.h"
#include "sha256.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void hash_piece(void *context, const char *piece, size_t length)
{
    sha256_add(context, piece, length);
}

static void print_file(const struct volume *volume, AFSFid fid, const AFSFetchStatus *status)
{
    struct sha256 hash;
    char digits[65];
    sha256_begin(&hash);
    fetch_data(volume, fid, length_of(status), hash_piece, &hash);
    sha256_end(&hash, digits);
    printf(",\"size\":%llu,\"sha256\":\"%s\"", (unsigned long long)length_of(status), digits);
}

static void print_link(const struct volume *volume, AFSFid fid, const char *path)
{
    struct bytes target = fetch_bytes(volume, fid, path);
    printf(",\"size\":%zu,\"target\":\"", target.length);
    print_escaped(stdout, target.data, target.length);
    putchar('"');
    free(target.data);
}

/* Prints the entries of one sign and returns what follows them in the text. */
static const char *print_acl_entries(const char *line, int count)
{
    for (int i = 0; i < count; i++) {
        const char *tab = strchr(line, '\t');
        if (tab == NULL) {
            fail("broken access list", line, 0);
        }
        printf("%s[\"", i == 0 ? "" : ",");
        print_escaped(stdout, line, (size_t)(tab - line));
        printf("\",%u]", (unsigned int)atoi(tab + 1)); /* the text shows the highest right as a sign */
        line = strchr(tab, '\n');
        line = line == NULL ? "" : line + 1;
    }
    return line;
}

static void print_acl(const struct volume *volume, AFSFid fid)
{
    char text[ACL_TEXT_SIZE];
    int positive, negative, start;
    fetch_acl(volume, fid, text);
    if (sscanf(text, "%d\n%d\n%n", &positive, &negative, &start) != 2) {
        fail("broken access list", text, 0);
    }
    printf(",\"acl\":{\"positive\":[");
    const char *rest = print_acl_entries(text + start, positive);
    printf("],\"negative\":[");
    print_acl_entries(rest, negative);
    printf("]}");
}

static void walk_below(const struct volume *volume, AFSFid fid, const char *path);

static void print_entry(const struct volume *volume, AFSFid fid, const char *path)
{
    AFSFetchStatus status = fetch_status(volume, fid, path);
    int is_mount_point = status.FileType == SymbolicLink && (status.UnixModeBits & 0111) == 0;
    const char *type = status.FileType == File ? "file"
        : status.FileType == Directory         ? "directory"
        : is_mount_point                       ? "mountpoint"
                                               : "symlink";
    printf("{\"path\":\"");
    print_escaped(stdout, path, strlen(path));
    printf("\",\"type\":\"%s\",\"mode\":%u,\"owner\":%d,\"group\":%d,\"author\":%d,\"mtime\":%u,\"serverTime\":%u", type,
        status.UnixModeBits & 07777, (int)status.Owner, (int)status.Group, (int)status.Author, status.ClientModTime,
        status.ServerModTime);
    printf(",\"links\":%u,\"fid\":\"%u.%u\",\"dataVersion\":%u", status.LinkCount, fid.Vnode, fid.Unique,
        status.DataVersion);
    if (status.FileType == File) {
        print_file(volume, fid, &status);
    } else if (status.FileType == Directory) {
        print_acl(volume, fid);
    } else {
        print_link(volume, fid, path);
    }
    printf("}\n");
    if (status.FileType == Directory) {
        walk_below(volume, fid, path);
    }
}

static void walk_below(const struct volume *volume, AFSFid fid, const char *path)
{
    struct directory directory = read_directory(volume, fid, path);
    for (size_t i = 0; i < directory.count; i++) {
        struct directory_entry *entry = &directory.entries[i];
        size_t size = strlen(path) + strlen(entry->name) + 2;
        char *below = malloc(size);
        if (below == NULL) {
            fail("no memory for", path, 0);
        }
        if (strcmp(path, ".") == 0) {
            snprintf(below, size, "%s", entry->name);
        } else {
            snprintf(below, size, "%s/%s", path, entry->name);
        }
        print_entry(volume, fid_in(volume, entry->vnode, entry->uniquifier), below);
        free(below);
    }
    free_directory(&directory);
}

void walk(const struct volume *volume)
{
    print_entry(volume, root_of(volume), ".");
}
