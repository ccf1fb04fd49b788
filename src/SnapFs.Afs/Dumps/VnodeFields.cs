namespace SnapFs.Afs.Dumps;

/// <summary>Which fields a vnode record carries.</summary>
[Flags]
public enum VnodeFields
{
    /// <summary>None that is known here.</summary>
    None = 0,

    /// <summary><c>t</c>.</summary>
    Type = 1 << 0,

    /// <summary><c>l</c>.</summary>
    Links = 1 << 1,

    /// <summary><c>v</c>.</summary>
    DataVersion = 1 << 2,

    /// <summary><c>m</c>.</summary>
    Modified = 1 << 3,

    /// <summary><c>a</c>.</summary>
    Author = 1 << 4,

    /// <summary><c>o</c>.</summary>
    Owner = 1 << 5,

    /// <summary><c>g</c>, which <c>vos</c> leaves out when it is 0.</summary>
    Group = 1 << 6,

    /// <summary><c>b</c>.</summary>
    Mode = 1 << 7,

    /// <summary><c>p</c>.</summary>
    Parent = 1 << 8,

    /// <summary><c>s</c>.</summary>
    ServerModified = 1 << 9,

    /// <summary><c>A</c>, directories only.</summary>
    AccessList = 1 << 10,

    /// <summary><c>f</c> or <c>h</c>.</summary>
    Content = 1 << 11,
}
