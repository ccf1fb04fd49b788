using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using SnapFs.Posix.Files;
using SnapFs.Posix.Processes;
using SnapFs.Trees;
using Libc = SnapFs.Posix.Interop.Libc;

namespace SnapFs.Jobs.Importing;

/// <summary>A private directory that another program restores into, one snapshot after another. It is locked for as long as it is in use,
/// so that those of killed runs are known and removed.</summary>
internal sealed class ScratchSpace : IDisposable
{
    private const string Prefix = "snapfs-import-";
    private const string LockName = "lock";
    private const string TreeName = "tree";
    private const string CacheName = "cache";
    private const uint Private = 0x1C0; // 0700
    private const uint Entered = 0x1ED; // 0755

    private readonly string _directory;
    private readonly FileStream _lock;

    private ScratchSpace(string directory, FileStream @lock)
    {
        _directory = directory;
        _lock = @lock;
    }

    /// <summary>Where a snapshot is restored to.</summary>
    public string Tree => Path.Combine(_directory, TreeName);

    /// <summary>A directory for what is kept from one snapshot to the next.</summary>
    public string Cache => Path.Combine(_directory, CacheName);

    /// <summary>Whether a name is that of such a directory.</summary>
    public static bool IsName(ReadOnlySpan<char> name) => name.StartsWith(Prefix);

    /// <summary>Makes one and removes what killed runs of this user left beside it.</summary>
    /// <param name="parent">Where; made if it is missing.</param>
    /// <exception cref="JobException">It cannot be made.</exception>
    public static ScratchSpace Create(string parent)
    {
        try
        {
            Directory.CreateDirectory(parent);
            string directory = Path.Combine(
                Path.GetFullPath(parent), Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
            RemoveLeft(parent);
            Make(directory, Private);
            FileStream @lock = Lock(directory, FileMode.CreateNew);
            return new ScratchSpace(directory, @lock);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refuse(parent, e);
        }
    }

    /// <summary>Makes <see cref="Tree"/> anew, empty.</summary>
    /// <exception cref="JobException">It cannot be emptied or made.</exception>
    public void Clear()
    {
        Remove(Tree);
        try
        {
            Make(Tree, Entered);
        }
        catch (IOException e)
        {
            throw Refuse(_directory, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Remove(_directory);
        _lock.Dispose();
    }

    private static JobException Refuse(string directory, Exception cause) => new(
        ErrorKind.Environment,
        $"{SafeText.Of(directory)} takes no scratch files: {SystemText.Of(cause)}; --scratch names another directory");

    private static void Make(string directory, uint mode)
    {
        byte[] path = RawPath.Terminate(RawPath.FromText(directory));
        if (Libc.mkdirat(Libc.AT_FDCWD, in path[0], mode) != 0)
        {
            throw new IOException(Libc.Text(Libc.Errno), Libc.Errno);
        }

        _ = Libc.fchmodat(Libc.AT_FDCWD, in path[0], mode, 0); // whatever the mask was
    }

    private static void RemoveLeft(string parent)
    {
        foreach (string left in Directory.GetDirectories(parent, Prefix + "*"))
        {
            bool isOurs = FileStat.At(Libc.AT_FDCWD, in RawPath.Terminate(RawPath.FromText(left))[0], out FileStat stat) == 0
                && stat.Type == NodeType.Directory
                && stat.UserId == Libc.geteuid();
            if (!isOurs)
            {
                continue;
            }

            try
            {
                using FileStream @lock = Lock(left, FileMode.Open);
                Remove(left);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // In use, or made this very moment.
            }
        }
    }

    /// <summary>The runtime locks a file that nobody else may open, and the kernel ends the lock with the process.</summary>
    private static FileStream Lock(string directory, FileMode mode) =>
        new(Path.Combine(directory, LockName), mode, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Names in it need be no text, and paths may be of any length: <c>rm</c> knows how. What it cannot remove now is removed by
    /// the next run.</summary>
    private static void Remove(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }

        if (Libc.geteuid() != 0)
        {
            Run("chmod", ["-R", "u+rwX", "--", directory]); // what may not be entered cannot be emptied
        }

        Run("rm", ["-rf", "--one-file-system", "--", directory]);
    }

    private static void Run(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardError = true };
        try
        {
            using Process process = ChildProcess.Start(start);
            process.StandardError.BaseStream.CopyTo(Stream.Null);
            process.WaitForExit();
        }
        catch (Win32Exception)
        {
            // A system without it keeps the directory.
        }
    }
}
