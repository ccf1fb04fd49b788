using System.Diagnostics;

namespace SnapFs.Testing.Afs;

/// <summary>
/// Who uses the machine's one cell. Test runs in two work trees share it: each holds a lock while it uses the cell, and
/// the last one removes it, unless it was up before any of them.
/// </summary>
internal sealed class CellUsers : IDisposable
{
    private const string LockFile = "/run/snapfs-test-cell.users";

    /// <summary>Made by the run that starts the cell; goes with the cell.</summary>
    private const string StartedByTests = "/var/lib/snapfs-test-cell/started-by-tests";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly FileStream shared;

    private CellUsers(FileStream shared)
    {
        this.shared = shared;
    }

    /// <summary>Joins the users of the cell. Waits while another run removes it.</summary>
    public static CellUsers Join()
    {
        File.Open(LockFile, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
        Stopwatch waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new CellUsers(File.Open(LockFile, FileMode.Open, FileAccess.Read, FileShare.Read));
            }
            catch (IOException) when (waited.Elapsed < Patience)
            {
                Thread.Sleep(100);
            }
        }
    }

    /// <summary>Starts the cell, and remembers if it was not there before, also of one that starts only by half.</summary>
    public static void Start(Action start)
    {
        string? cell = Path.GetDirectoryName(StartedByTests);
        bool wasThere = Directory.Exists(cell);
        try
        {
            start();
        }
        finally
        {
            if (!wasThere && Directory.Exists(cell))
            {
                File.WriteAllText(StartedByTests, "");
            }
        }
    }

    /// <summary>Leaves; if nobody else uses a cell that tests have started, removes it.</summary>
    public void Leave(Action remove)
    {
        shared.Dispose();
        try
        {
            using FileStream alone = File.Open(LockFile, FileMode.Open, FileAccess.Write, FileShare.None);
            if (File.Exists(StartedByTests))
            {
                remove();
            }
        }
        catch (IOException)
        {
            // Another run uses the cell, and will find itself the last.
        }
    }

    public void Dispose() => shared.Dispose();
}
