using System.Text;
using SnapFs.Posix.Files;

namespace SnapFs.Mount.Fuse.Mounts;

/// <summary>What the mount table names as mounted: the repository, so that <c>df</c> and <c>findmnt</c> tell where it is, and
/// <c>mount -a</c> that it is there already.</summary>
internal static class MountSource
{
    /// <summary>The source of a mount whose repository has no name that a mount table takes.</summary>
    internal const string Unnamed = "snapfs";

    /// <summary>Bytes of a source in <c>/proc/self/mounts</c>. Programs that read it by getmntent(3), <c>fusermount3</c> among
    /// them, see the first 4095 bytes of a line; the mount point comes after the source, and without it nobody could unmount.</summary>
    private const int MaxBytes = 1024;

    /// <summary>The source for a repository, without links: so mount(8) writes a line of <c>/etc/fstab</c> before it compares
    /// it with the mount table.</summary>
    /// <param name="repository">The path of the repository; null if it has none.</param>
    internal static string Of(string? repository)
    {
        if (repository is null)
        {
            return Unnamed;
        }

        string source = RealPath.Of(RawPath.FromText(repository)) is { } real ? Encoding.UTF8.GetString(real) : repository;
        return LengthInTable(source) <= MaxBytes ? source : Unnamed;
    }

    /// <summary>A value for the options of <c>fusermount3</c>, which are separated by commas and where a backslash takes the
    /// next character as it is.</summary>
    internal static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal);

    /// <summary>Blanks, backslashes and number signs are four bytes there (seq_escape of fs/proc_namespace.c).</summary>
    private static int LengthInTable(string source) =>
        Encoding.UTF8.GetByteCount(source) + (3 * source.Count(c => c is ' ' or '\t' or '\n' or '\\' or '#'));
}
