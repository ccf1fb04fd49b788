namespace SnapFs.Files.Scanning;

/// <summary>File systems that hold no files of their own but show the kernel's state. They are entered only when
/// they are named.</summary>
internal static class PseudoFileSystems
{
    /// <summary>Magic numbers of include/uapi/linux/magic.h. devtmpfs is not among them: it looks like any tmpfs, and
    /// its device nodes cost nothing.</summary>
    private static readonly HashSet<long> s_types =
    [
        0x9FA0, // proc
        0x62656572, // sysfs
        0x27E0EB, // cgroup
        0x63677270, // cgroup2
        0x64626720, // debugfs
        0x74726163, // tracefs
        0x73636673, // securityfs
        0xF97CFF8C, // selinuxfs
        0x43415D53, // smackfs
        0x6165676C, // pstore
        0xDE5E81E4, // efivarfs
        0xCAFE4A11, // bpf
        0x62656570, // configfs
        0x65735543, // fusectl
        0x42494E4D, // binfmt_misc
        0x19800202, // mqueue
        0x1CD1, // devpts
        0x958458F6, // hugetlbfs
        0x6E736673, // nsfs
        0x67596969, // rpc_pipefs
    ];

    /// <summary>Whether a type that <c>statfs</c> gives is one.</summary>
    public static bool Contains(long type) => s_types.Contains(type);
}
