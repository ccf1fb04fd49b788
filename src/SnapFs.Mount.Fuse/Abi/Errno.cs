namespace SnapFs.Mount.Fuse.Abi;

/// <summary>Error numbers of Linux (include/uapi/asm-generic/errno*.h).</summary>
internal enum Errno
{
    None = 0,
    EPERM = 1,
    ENOENT = 2,
    EINTR = 4,
    EIO = 5,
    ENXIO = 6,
    EAGAIN = 11,
    EACCES = 13,
    EBUSY = 16,
    ENODEV = 19,
    ENOTDIR = 20,
    EISDIR = 21,
    EINVAL = 22,
    EROFS = 30,
    ERANGE = 34,
    ENAMETOOLONG = 36,
    ENOSYS = 38,
    ENODATA = 61,
    EPROTO = 71,
    EOPNOTSUPP = 95,
    ENOTCONN = 107,
    ESTALE = 116,
}
