#include "changes.h"

#include "paths.h"

#include <rx/rx.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static AFSFetchStatus status, other_status;
static AFSCallBack callback;
static AFSVolSync volume_sync;

static void expect(afs_int32 code, char **words)
{
    if (code != 0) {
        fail(words[0], words[1], code);
    }
}

static AFSStoreStatus new_with_mode(afs_uint32 mode)
{
    AFSStoreStatus change = {
        .Mask = AFS_SETMODE | AFS_SETMODTIME, .UnixModeBits = mode, .ClientModTime = (afs_uint32)time(NULL),
    };
    return change;
}

static void create(const struct volume *volume, char **words)
{
    const char *name;
    afs_int32 code;
    AFSFid parent = find_parent(volume, words[1], &name), made;
    AFSStoreStatus change = new_with_mode((afs_uint32)strtoul(words[2], NULL, 8));
    CALL(code, RXAFS_CreateFile(volume->connection, &parent, name, &change, &made, &status, &other_status, &callback,
        &volume_sync));
    expect(code, words);
    remember_path(words[1], made);
}

static void make_directory(const struct volume *volume, char **words)
{
    const char *name;
    afs_int32 code;
    AFSFid parent = find_parent(volume, words[1], &name), made;
    AFSStoreStatus change = new_with_mode((afs_uint32)strtoul(words[2], NULL, 8));
    CALL(code, RXAFS_MakeDir(volume->connection, &parent, name, &change, &made, &status, &other_status, &callback,
        &volume_sync));
    expect(code, words);
    remember_path(words[1], made);
}

/* A mount point is a link without a right to execute. */
static void make_link(const struct volume *volume, char **words)
{
    const char *name;
    afs_int32 code;
    AFSFid parent = find_parent(volume, words[1], &name), made;
    AFSStoreStatus change = new_with_mode(strcmp(words[0], "mount") == 0 ? 0644 : 0755);
    CALL(code, RXAFS_Symlink(volume->connection, &parent, name, words[2], &change, &made, &status, &other_status,
        &volume_sync));
    expect(code, words);
}

static void add_name(const struct volume *volume, char **words)
{
    const char *name;
    afs_int32 code;
    AFSFid parent = find_parent(volume, words[1], &name), existing = find(volume, words[2]);
    CALL(code, RXAFS_Link(volume->connection, &parent, name, &existing, &status, &other_status, &volume_sync));
    expect(code, words);
}

static void change_name(const struct volume *volume, char **words)
{
    const char *old_name, *new_name;
    afs_int32 code;
    AFSFid from = find_parent(volume, words[1], &old_name), to = find_parent(volume, words[2], &new_name);
    CALL(code, RXAFS_Rename(volume->connection, &from, old_name, &to, new_name, &status, &other_status, &volume_sync));
    expect(code, words);
    forget_paths();
}

static void remove_name(const struct volume *volume, char **words)
{
    const char *name;
    afs_int32 code;
    AFSFid parent = find_parent(volume, words[1], &name);
    if (strcmp(words[0], "rmdir") == 0) {
        CALL(code, RXAFS_RemoveDir(volume->connection, &parent, name, &status, &volume_sync));
    } else {
        CALL(code, RXAFS_RemoveFile(volume->connection, &parent, name, &status, &volume_sync));
    }
    expect(code, words);
    forget_paths();
}

static void change_status(const struct volume *volume, char **words)
{
    afs_int32 code;
    AFSFid fid = find(volume, words[1]);
    AFSStoreStatus change = { .Mask = 0 };
    if (strcmp(words[0], "chmod") == 0) {
        change.Mask = AFS_SETMODE;
        change.UnixModeBits = (afs_uint32)strtoul(words[2], NULL, 8);
    } else if (strcmp(words[0], "chown") == 0) {
        change.Mask = AFS_SETOWNER;
        change.Owner = (afs_uint32)strtol(words[2], NULL, 10);
    } else if (strcmp(words[0], "chgrp") == 0) {
        change.Mask = AFS_SETGROUP;
        change.Group = (afs_uint32)strtol(words[2], NULL, 10);
    } else {
        change.Mask = AFS_SETMODTIME;
        change.ClientModTime = (afs_uint32)strtoul(words[2], NULL, 10);
    }
    CALL(code, RXAFS_StoreStatus(volume->connection, &fid, &change, &status, &volume_sync));
    expect(code, words);
}

static void change_acl(const struct volume *volume, char **words)
{
    afs_int32 code;
    AFSFid fid = find(volume, words[1]);
    AFSOpaque acl = { .AFSOpaque_len = (afs_uint32)strlen(words[2]) + 1, .AFSOpaque_val = words[2] };
    CALL(code, RXAFS_StoreACL(volume->connection, &fid, &acl, &status, &volume_sync));
    expect(code, words);
}

static void change_content(const struct volume *volume, char **words)
{
    AFSFid fid = find(volume, words[1]);
    AFSFetchStatus before = fetch_status(volume, fid, words[1]);
    if (strcmp(words[0], "append") == 0) {
        store_data(volume, fid, words[2], length_of(&before), length_of(&before));
    } else if (strcmp(words[0], "write") == 0) {
        store_data(volume, fid, words[3], strtoull(words[2], NULL, 10), length_of(&before));
    } else {
        store_data(volume, fid, NULL, 0, strtoull(words[2], NULL, 10));
    }
}

int change(const struct volume *volume, int count, char **words)
{
    static const struct {
        const char *name;
        int words;
        void (*run)(const struct volume *volume, char **words);
    } changes[] = {
        { "create", 3, create },         { "write", 4, change_content },  { "append", 3, change_content },
        { "resize", 3, change_content }, { "mkdir", 3, make_directory },  { "symlink", 3, make_link },
        { "mount", 3, make_link },       { "link", 3, add_name },         { "rename", 3, change_name },
        { "remove", 2, remove_name },    { "rmdir", 2, remove_name },     { "chmod", 3, change_status },
        { "chown", 3, change_status },   { "chgrp", 3, change_status },   { "touch", 3, change_status },
        { "acl", 3, change_acl },
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        if (strcmp(words[0], changes[i].name) == 0 && count == changes[i].words) {
            changes[i].run(volume, words);
            return 1;
        }
    }
    return 0;
}
