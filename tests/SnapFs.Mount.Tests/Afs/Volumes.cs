using SnapFs.Afs.Mounting;
using SnapFs.Mount.Tests.Fakes;

namespace SnapFs.Mount.Tests.Afs;

/// <summary>Mounts that show volumes.</summary>
internal static class Volumes
{
    public static TestMount Open(MemorySnapshotSource source, TestOwners users, MountOptions? options = null, bool afsAcls = false) =>
        TestMount.Open(source, users, (options ?? new MountOptions()) with { Kinds = [services => new AfsVolumes(services, afsAcls)] });
}
