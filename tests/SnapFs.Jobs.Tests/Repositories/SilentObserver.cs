using SnapFs.Files.Backups;
using SnapFs.Files.Restores;

namespace SnapFs.Jobs.Tests.Repositories;

/// <summary>Takes every warning and problem for a failure of the test.</summary>
internal sealed class SilentObserver : IJobObserver
{
    public bool WantsEstimate => false;

    public Action<FileChange, byte[]>? OnChange => null;

    public Action<RestoreChange, byte[]>? OnRestore => null;

    public void Problem(Problem problem) => Assert.Fail(problem.ToString());

    public void Warning(string warning) => Assert.Fail(warning);

    public void Warning(Problem warning) => Assert.Fail(warning.ToString());

    public void Note(string note)
    {
    }

    public void Note(Problem note)
    {
    }

    public IAsyncDisposable Watch(Func<TimeSpan, ProgressState> read) => throw new NotSupportedException();
}
