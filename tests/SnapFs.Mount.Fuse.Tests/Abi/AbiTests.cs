using System.Globalization;
using System.Runtime.InteropServices;
using SnapFs.Mount.Fuse.Abi;
using SnapFs.Testing.Processes;

namespace SnapFs.Mount.Fuse.Tests.Abi;

/// <summary>Compares every structure with what the C compiler says of the kernel's own header.</summary>
public sealed class AbiTests
{
    private static readonly Lazy<Dictionary<string, ulong>> Probe = new(RunProbe);

    public static TheoryData<string, Type, string[]> Structures => new()
    {
        {
            "fuse_in_header", typeof(FuseInHeader),
            ["len=Length", "opcode=Opcode", "unique=Unique", "nodeid=NodeId", "uid=UserId", "gid=GroupId", "pid=ProcessId"]
        },
        { "fuse_out_header", typeof(FuseOutHeader), ["len=Length", "error=Error", "unique=Unique"] },
        {
            "fuse_init_in", typeof(FuseInitIn),
            ["major=Major", "minor=Minor", "max_readahead=MaxReadAhead", "flags=Flags"]
        },
        {
            "fuse_init_out", typeof(FuseInitOut),
            [
                "major=Major", "minor=Minor", "max_readahead=MaxReadAhead", "flags=Flags", "max_background=MaxBackground",
                "congestion_threshold=CongestionThreshold", "max_write=MaxWrite", "time_gran=TimeGranularity",
                "max_pages=MaxPages", "map_alignment=MapAlignment", "unused=Unused",
            ]
        },
        {
            "fuse_attr", typeof(FuseAttr),
            [
                "ino=Inode", "size=Size", "blocks=Blocks", "atime=AccessTime", "mtime=ModifiedTime", "ctime=ChangedTime",
                "atimensec=AccessNanoseconds", "mtimensec=ModifiedNanoseconds", "ctimensec=ChangedNanoseconds", "mode=Mode",
                "nlink=Links", "uid=UserId", "gid=GroupId", "rdev=DeviceNumber", "blksize=BlockSize",
            ]
        },
        {
            "fuse_attr_out", typeof(FuseAttrOut),
            ["attr_valid=AttributesValid", "attr_valid_nsec=AttributesValidNanoseconds", "attr=Attributes"]
        },
        {
            "fuse_entry_out", typeof(FuseEntryOut),
            [
                "nodeid=NodeId", "generation=Generation", "entry_valid=EntryValid", "attr_valid=AttributesValid",
                "entry_valid_nsec=EntryValidNanoseconds", "attr_valid_nsec=AttributesValidNanoseconds", "attr=Attributes",
            ]
        },
        {
            "fuse_read_in", typeof(FuseReadIn),
            ["fh=FileHandle", "offset=Offset", "size=Size", "read_flags=ReadFlags", "lock_owner=LockOwner", "flags=Flags"]
        },
        { "fuse_forget_in", typeof(FuseForgetIn), ["nlookup=Lookups"] },
        { "fuse_batch_forget_in", typeof(FuseBatchForgetIn), ["count=Count"] },
        { "fuse_forget_one", typeof(FuseForgetOne), ["nodeid=NodeId", "nlookup=Lookups"] },
        { "fuse_getxattr_in", typeof(FuseGetXattrIn), ["size=Size"] },
        { "fuse_getxattr_out", typeof(FuseGetXattrOut), ["size=Size"] },
        { "fuse_lseek_in", typeof(FuseLSeekIn), ["fh=FileHandle", "offset=Offset", "whence=Whence"] },
        { "fuse_lseek_out", typeof(FuseLSeekOut), ["offset=Offset"] },
        { "fuse_open_out", typeof(FuseOpenOut), ["fh=FileHandle", "open_flags=OpenFlags"] },
        {
            "fuse_kstatfs", typeof(FuseStatFsOut),
            [
                "blocks=Blocks", "bfree=BlocksFree", "bavail=BlocksAvailable", "files=Files", "ffree=FilesFree",
                "bsize=BlockSize", "namelen=NameLength", "frsize=FragmentSize",
            ]
        },
        { "fuse_dirent", typeof(FuseDirent), ["ino=Inode", "off=Offset", "namelen=NameLength", "type=Type"] },
        { "fuse_notify_inval_inode_out", typeof(FuseNotifyInvalInodeOut), ["ino=NodeId", "off=Offset", "len=Length"] },
        { "fuse_notify_inval_entry_out", typeof(FuseNotifyInvalEntryOut), ["parent=Parent", "namelen=NameLength"] },
        { "fuse_notify_store_out", typeof(FuseNotifyStoreOut), ["nodeid=NodeId", "offset=Offset", "size=Size"] },
    };

    public static TheoryData<string, Type, string[]> NewerStructures => new()
    {
        {
            "fuse_statx_in", typeof(FuseStatXIn),
            ["getattr_flags=GetAttrFlags", "fh=FileHandle", "sx_flags=StatXFlags", "sx_mask=StatXMask"]
        },
        {
            "fuse_statx", typeof(FuseStatX),
            [
                "mask=Mask", "mode=Mode", "ino=Inode", "atime=Access", "btime=Birth", "ctime=Changed", "mtime=Modified",
                "rdev_major=DeviceMajor",
            ]
        },
        { "fuse_statx_out", typeof(FuseStatXOut), ["stat=Stat"] },
    };

    public static TheoryData<string, ulong> Constants => new()
    {
        { "FUSE_DEV_IOC_CLONE", Fuse.Sessions.MountSession.CloneDevice },
        { "FUSE_LOOKUP", (ulong)FuseOpcode.Lookup },
        { "FUSE_FORGET", (ulong)FuseOpcode.Forget },
        { "FUSE_GETATTR", (ulong)FuseOpcode.GetAttr },
        { "FUSE_READLINK", (ulong)FuseOpcode.ReadLink },
        { "FUSE_READ", (ulong)FuseOpcode.Read },
        { "FUSE_STATFS", (ulong)FuseOpcode.StatFs },
        { "FUSE_GETXATTR", (ulong)FuseOpcode.GetXattr },
        { "FUSE_LISTXATTR", (ulong)FuseOpcode.ListXattr },
        { "FUSE_INIT", (ulong)FuseOpcode.Init },
        { "FUSE_OPENDIR", (ulong)FuseOpcode.OpenDir },
        { "FUSE_READDIR", (ulong)FuseOpcode.ReadDir },
        { "FUSE_READDIRPLUS", (ulong)FuseOpcode.ReadDirPlus },
        { "FUSE_BATCH_FORGET", (ulong)FuseOpcode.BatchForget },
        { "FUSE_LSEEK", (ulong)FuseOpcode.LSeek },
        { "FUSE_NOTIFY_INVAL_INODE", (ulong)FuseNotifyCode.InvalidateInode },
        { "FUSE_NOTIFY_INVAL_ENTRY", (ulong)FuseNotifyCode.InvalidateEntry },
        { "FUSE_NOTIFY_STORE", (ulong)FuseNotifyCode.Store },
        { "FUSE_ASYNC_READ", (ulong)FuseInitFlags.AsyncRead },
        { "FUSE_EXPORT_SUPPORT", (ulong)FuseInitFlags.ExportSupport },
        { "FUSE_DO_READDIRPLUS", (ulong)FuseInitFlags.DoReadDirPlus },
        { "FUSE_NO_OPEN_SUPPORT", (ulong)FuseInitFlags.NoOpenSupport },
        { "FUSE_PARALLEL_DIROPS", (ulong)FuseInitFlags.ParallelDirOps },
        { "FUSE_POSIX_ACL", (ulong)FuseInitFlags.PosixAcl },
        { "FUSE_MAX_PAGES", (ulong)FuseInitFlags.MaxPages },
        { "FUSE_CACHE_SYMLINKS", (ulong)FuseInitFlags.CacheSymlinks },
        { "FUSE_NO_OPENDIR_SUPPORT", (ulong)FuseInitFlags.NoOpenDirSupport },
        { "FOPEN_KEEP_CACHE", FuseOpenOut.KeepCache },
        { "FOPEN_CACHE_DIR", FuseOpenOut.CacheDir },
    };

    [Theory]
    [MemberData(nameof(Structures))]
    public void A_structure_is_laid_out_as_the_kernels(string name, Type type, string[] fields)
    {
        if (Probe.Value.TryGetValue(name, out ulong size)) // of fuse_init_in only a prefix is read
        {
            Assert.Equal(size, (ulong)Marshal.SizeOf(type));
        }

        CompareFields(name, type, fields);
    }

    [SkippableTheory]
    [MemberData(nameof(NewerStructures))]
    public void A_structure_of_newer_kernels_is_laid_out_as_theirs(string name, Type type, string[] fields)
    {
        Skip.If(Probe.Value["FUSE_KERNEL_MINOR_VERSION"] < 39, "linux/fuse.h is older than 7.39");
        Assert.Equal(Probe.Value[name], (ulong)Marshal.SizeOf(type));
        CompareFields(name, type, fields);
    }

    [Fact]
    public void Statx_structures_have_their_documented_sizes()
    {
        Assert.Equal(24, Marshal.SizeOf<FuseStatXIn>());
        Assert.Equal(256, Marshal.SizeOf<FuseStatX>());
        Assert.Equal(288, Marshal.SizeOf<FuseStatXOut>());
        Assert.Equal(64, (int)Marshal.OffsetOf<FuseStatX>(nameof(FuseStatX.Access)));
        Assert.Equal(128, (int)Marshal.OffsetOf<FuseStatX>(nameof(FuseStatX.DeviceMajor)));
    }

    [Theory]
    [MemberData(nameof(Constants))]
    public void A_constant_is_the_kernels(string name, ulong value) => Assert.Equal(Probe.Value[name], value);

    private static void CompareFields(string name, Type type, string[] fields)
    {
        foreach (string pair in fields)
        {
            string[] names = pair.Split('=');
            Assert.Equal(Probe.Value[$"{name}.{names[0]}"], (ulong)Marshal.OffsetOf(type, names[1]));
        }
    }

    private static Dictionary<string, ulong> RunProbe()
    {
        string source = Path.Combine(AppContext.BaseDirectory, "fuse-abi", "probe.c");
        string program = Path.Combine(Directory.CreateTempSubdirectory("snapfs-abi-").FullName, "probe");
        ProcessRunner.Run("cc", ["-Wall", "-Werror", "-o", program, source]).Expect();
        Dictionary<string, ulong> values = ProcessRunner.Run(program, []).Expect().Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .ToDictionary(parts => parts[0], parts => ulong.Parse(parts[1], CultureInfo.InvariantCulture));
        Directory.Delete(Path.GetDirectoryName(program)!, recursive: true);
        return values;
    }
}
