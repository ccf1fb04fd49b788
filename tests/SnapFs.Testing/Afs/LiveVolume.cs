namespace SnapFs.Testing.Afs;

/// <summary>A volume in the cell, changed and read as a client does it.</summary>
public sealed class LiveVolume
{
    /// <summary>May read and set everything, as a member of system:administrators.</summary>
    public const string Administrator = "admin";

    private readonly AfsCell cell;

    internal LiveVolume(AfsCell cell, string name, uint id)
    {
        this.cell = cell;
        Name = name;
        Id = id;
    }

    public string Name { get; }

    /// <summary>Its number.</summary>
    public uint Id { get; }

    /// <summary>Carries out changes in order, as a user of the cell whose rights are checked.</summary>
    /// <exception cref="InvalidOperationException">One was refused; those before it are done.</exception>
    public void Apply(VolumeChanges changes, string user = Administrator)
    {
        ArgumentNullException.ThrowIfNull(changes);
        DirectoryInfo contents = Directory.CreateTempSubdirectory("snapfs-volume-");
        try
        {
            cell.Client(Id, [user], changes.ToScript(contents.FullName)).Expect();
        }
        finally
        {
            contents.Delete(recursive: true);
        }
    }

    /// <summary>Reads all of it, by the same calls as a client.</summary>
    public VolumeManifest Walk() => VolumeManifest.Parse(cell.Client(Id, [Administrator, "--walk"], "").Expect().Output);

    /// <summary>Whether the file server lets a user of the cell read all of it.</summary>
    public bool CanBeReadBy(string user) => cell.Client(Id, [user, "--walk"], "").ExitCode == 0;

    /// <summary>Lets the clock go on, so that what changes next is newer than every dump before.</summary>
    /// <remarks>AFS knows times in whole seconds, and a file server stamps changes by a clock that it reads once a second.</remarks>
    public static void AwaitNextSecond()
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        while (DateTimeOffset.UtcNow.ToUnixTimeSeconds() < now + 2)
        {
            Thread.Sleep(20);
        }
    }
}
