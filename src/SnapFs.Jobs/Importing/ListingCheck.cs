using SnapFs.Posix.Files;
using SnapFs.Sizes;
using SnapFs.Trees;
using Libc = SnapFs.Posix.Interop.Libc;

namespace SnapFs.Jobs.Importing;

/// <summary>Compares what was restored with what the other program lists: nothing may be missing, and all that it says of a file has to
/// be so on disk. Contents are those that it has checked itself when it wrote them.</summary>
/// <param name="tree">Where it was restored.</param>
internal sealed class ListingCheck(byte[] tree)
{
    private const int MostNamed = 5;

    /// <summary>Listings that are exact to the microsecond are rounded.</summary>
    private const long MostOff = 2_000;

    private readonly List<string> _named = [];
    private long _differences;

    /// <summary>Entries that are to be there, without the top.</summary>
    public long Entries { get; private set; }

    /// <summary>Regular files, each name for one.</summary>
    public long Files { get; private set; }

    /// <summary>Bytes of them.</summary>
    public long Bytes { get; private set; }

    /// <summary>The topmost paths that are listed.</summary>
    public ListedRoots Roots { get; } = new();

    /// <summary>Compares one entry.</summary>
    public void Check(ForeignEntry entry)
    {
        if (entry.Type == NodeType.Socket)
        {
            return; // which is of a process, and is not restored
        }

        FileStat stat = default;
        int error = entry.Path is null ? Libc.ENOENT : FileStat.At(
            Libc.AT_FDCWD, in RawPath.Terminate([.. tree, .. entry.Path])[0], out stat);
        if (entry.Path is { } path)
        {
            Roots.Add(path);
            if (path.Length == 1)
            {
                return; // the top, which has no name
            }
        }

        Entries++;
        bool isUnnamed = error == Libc.ENOENT && entry.MayBeInexact;
        if (entry.Type == NodeType.File)
        {
            Files++;
            Bytes = Saturating.Add(Bytes, isUnnamed ? entry.Size ?? 0 : entry.Size ?? stat.Size);
        }

        if (!isUnnamed && Difference(entry, error, in stat) is { } difference)
        {
            Note($"{SafeText.Of(entry.Path)}: {difference}");
        }
    }

    /// <summary>Says what differs.</summary>
    /// <exception cref="JobException">Something does.</exception>
    public void Require()
    {
        if (_differences == 0)
        {
            return;
        }

        string others = _differences > _named.Count ? $"; and {_differences - _named.Count} more" : "";
        throw new JobException(
            ErrorKind.Source, $"what was restored is not what is listed: {string.Join("; ", _named)}{others}{Advice}");
    }

    private static string Advice => Libc.geteuid() == 0 ? "" : "; only root can restore what others own";

    private void Note(string difference)
    {
        _differences++;
        if (_named.Count < MostNamed)
        {
            _named.Add(difference);
        }
    }

    private static string? Difference(ForeignEntry entry, int error, in FileStat stat)
    {
        if (error != 0)
        {
            return error == Libc.ENOENT ? "is missing" : Libc.Text(error);
        }

        if (stat.Type != entry.Type)
        {
            return "is of another type";
        }

        if (entry.Size is { } size && size != stat.Size)
        {
            return $"has {stat.Size} bytes, not {size}";
        }

        if (entry.Mode is { } mode && stat.Type != NodeType.Symlink && mode != stat.Mode)
        {
            return $"has mode {Convert.ToString(stat.Mode, 8)}, not {Convert.ToString(mode, 8)}";
        }

        if ((entry.UserId is { } user && user != stat.UserId) || (entry.GroupId is { } group && group != stat.GroupId))
        {
            return $"is owned by {stat.UserId}:{stat.GroupId}, not {entry.UserId}:{entry.GroupId}";
        }

        return entry.Modified is { } modified && IsFar(modified, stat.Modified) ? $"is of {Units.ExactTime(stat.Modified)}" : null;
    }

    private static bool IsFar(Timestamp left, Timestamp right)
    {
        Int128 distance = (((Int128)left.Seconds - right.Seconds) * 1_000_000_000) + left.Nanoseconds - right.Nanoseconds;
        return distance < -MostOff || distance > MostOff;
    }
}
