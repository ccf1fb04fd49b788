using System.Collections.Concurrent;
using SnapFs.Mount.Events;
using SnapFs.Mount.Fuse.Sessions;
using SnapFs.Mount.Tests.Fakes;
using SnapFs.Owners;

namespace SnapFs.Mount.Fuse.Tests.Sessions;

/// <summary>A real mount of a repository in memory.</summary>
internal sealed class MountFixture : IDisposable
{
    private readonly IUserDatabase? _users;

    public const string Time = "2026-11-21T02:20:00Z";

    public MountFixture(
        TestNode? root = null, MountOptions? options = null, IUserDatabase? users = null, MemorySnapshotSource? source = null)
    {
        Source = source ?? new MemorySnapshotSource();
        _users = users;
        Tree = new TestTree(Source);
        if (root is not null)
        {
            Tree.AddSnapshot("box", "root", Time, root);
            Source.Refresh(CancellationToken.None);
        }

        MountPoint = Directory.CreateTempSubdirectory("snapfs-mount-").FullName;
        Options = options ?? new MountOptions();
        Session = Start();
    }

    public MemorySnapshotSource Source { get; }

    public TestTree Tree { get; }

    public MountOptions Options { get; }

    public string MountPoint { get; }

    public MountSession Session { get; private set; }

    public ConcurrentQueue<MountEvent> Events { get; } = new();

    /// <summary>The first snapshot's root.</summary>
    public string Snapshot => Path.Combine(MountPoint, "hosts/box/root/latest");

    /// <summary>Skips a test on a machine that cannot mount.</summary>
    public static void Require() => Skip.IfNot(
        File.Exists("/dev/fuse") && Environment.UserName == "root", "needs /dev/fuse and root");

    public MountSession Start() => Session = MountSession.Start(
        MountPoint, Options, new FuseSettings { Users = _users ?? Tree.Owners }, Source, Events.Enqueue);

    public void Dispose()
    {
        Session.Dispose();
        Directory.Delete(MountPoint);
    }
}
