/*
 * Prints the sizes and offsets of the kernel's own FUSE structures, one "struct size" or "struct.field offset" a line,
 * and the constants SnapFs repeats as "NAME value". A test compares them with the C# side.
 *
 * Build: cc -o probe probe.c
 */
#include <linux/fuse.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/ioctl.h>

#define SIZE(s) printf(#s " %zu\n", sizeof(struct s))
#define FIELD(s, f) printf(#s "." #f " %zu\n", offsetof(struct s, f))
#define VALUE(name) printf(#name " %llu\n", (unsigned long long)(name))

int main(void)
{
    VALUE(FUSE_KERNEL_MINOR_VERSION);
    VALUE(FUSE_DEV_IOC_CLONE);

    SIZE(fuse_in_header);
    FIELD(fuse_in_header, len);
    FIELD(fuse_in_header, opcode);
    FIELD(fuse_in_header, unique);
    FIELD(fuse_in_header, nodeid);
    FIELD(fuse_in_header, uid);
    FIELD(fuse_in_header, gid);
    FIELD(fuse_in_header, pid);

    SIZE(fuse_out_header);
    FIELD(fuse_out_header, len);
    FIELD(fuse_out_header, error);
    FIELD(fuse_out_header, unique);

    FIELD(fuse_init_in, major);
    FIELD(fuse_init_in, minor);
    FIELD(fuse_init_in, max_readahead);
    FIELD(fuse_init_in, flags);

    SIZE(fuse_init_out);
    FIELD(fuse_init_out, major);
    FIELD(fuse_init_out, minor);
    FIELD(fuse_init_out, max_readahead);
    FIELD(fuse_init_out, flags);
    FIELD(fuse_init_out, max_background);
    FIELD(fuse_init_out, congestion_threshold);
    FIELD(fuse_init_out, max_write);
    FIELD(fuse_init_out, time_gran);
    FIELD(fuse_init_out, max_pages);
    FIELD(fuse_init_out, map_alignment);
    FIELD(fuse_init_out, unused);

    SIZE(fuse_attr);
    FIELD(fuse_attr, ino);
    FIELD(fuse_attr, size);
    FIELD(fuse_attr, blocks);
    FIELD(fuse_attr, atime);
    FIELD(fuse_attr, mtime);
    FIELD(fuse_attr, ctime);
    FIELD(fuse_attr, atimensec);
    FIELD(fuse_attr, mtimensec);
    FIELD(fuse_attr, ctimensec);
    FIELD(fuse_attr, mode);
    FIELD(fuse_attr, nlink);
    FIELD(fuse_attr, uid);
    FIELD(fuse_attr, gid);
    FIELD(fuse_attr, rdev);
    FIELD(fuse_attr, blksize);

    SIZE(fuse_attr_out);
    FIELD(fuse_attr_out, attr_valid);
    FIELD(fuse_attr_out, attr_valid_nsec);
    FIELD(fuse_attr_out, attr);

    SIZE(fuse_entry_out);
    FIELD(fuse_entry_out, nodeid);
    FIELD(fuse_entry_out, generation);
    FIELD(fuse_entry_out, entry_valid);
    FIELD(fuse_entry_out, attr_valid);
    FIELD(fuse_entry_out, entry_valid_nsec);
    FIELD(fuse_entry_out, attr_valid_nsec);
    FIELD(fuse_entry_out, attr);

    SIZE(fuse_read_in);
    FIELD(fuse_read_in, fh);
    FIELD(fuse_read_in, offset);
    FIELD(fuse_read_in, size);
    FIELD(fuse_read_in, read_flags);
    FIELD(fuse_read_in, lock_owner);
    FIELD(fuse_read_in, flags);

    SIZE(fuse_forget_in);
    FIELD(fuse_forget_in, nlookup);
    SIZE(fuse_batch_forget_in);
    FIELD(fuse_batch_forget_in, count);
    SIZE(fuse_forget_one);
    FIELD(fuse_forget_one, nodeid);
    FIELD(fuse_forget_one, nlookup);

    SIZE(fuse_getxattr_in);
    FIELD(fuse_getxattr_in, size);
    SIZE(fuse_getxattr_out);
    FIELD(fuse_getxattr_out, size);

    SIZE(fuse_lseek_in);
    FIELD(fuse_lseek_in, fh);
    FIELD(fuse_lseek_in, offset);
    FIELD(fuse_lseek_in, whence);
    SIZE(fuse_lseek_out);
    FIELD(fuse_lseek_out, offset);

    SIZE(fuse_open_out);
    FIELD(fuse_open_out, fh);
    FIELD(fuse_open_out, open_flags);

    SIZE(fuse_kstatfs);
    FIELD(fuse_kstatfs, blocks);
    FIELD(fuse_kstatfs, bfree);
    FIELD(fuse_kstatfs, bavail);
    FIELD(fuse_kstatfs, files);
    FIELD(fuse_kstatfs, ffree);
    FIELD(fuse_kstatfs, bsize);
    FIELD(fuse_kstatfs, namelen);
    FIELD(fuse_kstatfs, frsize);

    printf("fuse_dirent %zu\n", FUSE_NAME_OFFSET);
    FIELD(fuse_dirent, ino);
    FIELD(fuse_dirent, off);
    FIELD(fuse_dirent, namelen);
    FIELD(fuse_dirent, type);

    SIZE(fuse_notify_inval_inode_out);
    FIELD(fuse_notify_inval_inode_out, ino);
    FIELD(fuse_notify_inval_inode_out, off);
    FIELD(fuse_notify_inval_inode_out, len);
    SIZE(fuse_notify_inval_entry_out);
    FIELD(fuse_notify_inval_entry_out, parent);
    FIELD(fuse_notify_inval_entry_out, namelen);
    SIZE(fuse_notify_store_out);
    FIELD(fuse_notify_store_out, nodeid);
    FIELD(fuse_notify_store_out, offset);
    FIELD(fuse_notify_store_out, size);

#if FUSE_KERNEL_MINOR_VERSION >= 39
    SIZE(fuse_statx_in);
    FIELD(fuse_statx_in, getattr_flags);
    FIELD(fuse_statx_in, fh);
    FIELD(fuse_statx_in, sx_flags);
    FIELD(fuse_statx_in, sx_mask);
    SIZE(fuse_statx);
    FIELD(fuse_statx, mask);
    FIELD(fuse_statx, mode);
    FIELD(fuse_statx, ino);
    FIELD(fuse_statx, atime);
    FIELD(fuse_statx, btime);
    FIELD(fuse_statx, ctime);
    FIELD(fuse_statx, mtime);
    FIELD(fuse_statx, rdev_major);
    SIZE(fuse_statx_out);
    FIELD(fuse_statx_out, stat);
#endif

    VALUE(FUSE_LOOKUP);
    VALUE(FUSE_FORGET);
    VALUE(FUSE_GETATTR);
    VALUE(FUSE_READLINK);
    VALUE(FUSE_READ);
    VALUE(FUSE_STATFS);
    VALUE(FUSE_GETXATTR);
    VALUE(FUSE_LISTXATTR);
    VALUE(FUSE_INIT);
    VALUE(FUSE_OPENDIR);
    VALUE(FUSE_READDIR);
    VALUE(FUSE_READDIRPLUS);
    VALUE(FUSE_BATCH_FORGET);
    VALUE(FUSE_LSEEK);
    VALUE(FUSE_NOTIFY_INVAL_INODE);
    VALUE(FUSE_NOTIFY_INVAL_ENTRY);
    VALUE(FUSE_NOTIFY_STORE);
    VALUE(FUSE_ASYNC_READ);
    VALUE(FUSE_EXPORT_SUPPORT);
    VALUE(FUSE_DO_READDIRPLUS);
    VALUE(FUSE_NO_OPEN_SUPPORT);
    VALUE(FUSE_PARALLEL_DIROPS);
    VALUE(FUSE_POSIX_ACL);
    VALUE(FUSE_MAX_PAGES);
    VALUE(FUSE_CACHE_SYMLINKS);
    VALUE(FUSE_NO_OPENDIR_SUPPORT);
    VALUE(FOPEN_KEEP_CACHE);
    VALUE(FOPEN_CACHE_DIR);
    return 0;
}
