using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Fidelity;

/// <summary>A torture tree that was backed up once and is mounted while the tests of the class run.</summary>
public sealed class FidelityFixture : IDisposable
{
    public FidelityFixture()
    {
        Repository = new RepositoryFixture().Initialise();
        Tree = TortureTree.Create(Repository["torture"], TortureOptions.FromEnvironment.WithinPathMax);
        Original = TreeManifest.Scan(Tree.Path);
        try
        {
            Repository.Run("backup", Tree.Path, "--source", "torture").Expect();
            Mount = Repository.Mount();
        }
        catch
        {
            Repository.Dispose(); // nobody disposes of a fixture that was never made
            throw;
        }

        InMount = Mount.Latest("torture", Tree.Path);
    }

    public RepositoryFixture Repository { get; }

    public TortureTree Tree { get; }

    /// <summary>What the backup read.</summary>
    public TreeManifest Original { get; }

    public MountPoint Mount { get; }

    /// <summary>The tree inside the mount.</summary>
    public string InMount { get; }

    public void Dispose()
    {
        Mount.Dispose();
        Repository.Dispose();
    }
}
