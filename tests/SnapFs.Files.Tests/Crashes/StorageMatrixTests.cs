using SnapFs.Repository.Checks;
using SnapFs.Repository.Reading;
using SnapFs.Storage;
using SnapFs.Testing;

namespace SnapFs.Files.Tests.Crashes;

/// <summary>What a person runs × how the storage fails × at which call: the right answer or one error of the storage, never a
/// verdict of damage, and a sound repository afterwards.</summary>
public sealed class StorageMatrixTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly Dictionary<string, Func<SmallRepository, IStorage, CancellationToken, Task>> Operations = new()
    {
        ["backup"] = async (repository, storage, _) => await repository.BackUpAsync(storage),
        ["snapshots"] = async (repository, storage, token) =>
        {
            using RepositoryReader reader = await RepositoryReader.OpenAsync(storage, repository.Keys, null, token);
            Assert.Empty(reader.Problems); // a storage that is gone is no single object's trouble
            Assert.Single(reader.Snapshots);
        },
        ["cat"] = async (repository, storage, token) =>
        {
            using RepositoryReader reader = await RepositoryReader.OpenAsync(storage, repository.Keys, null, token);
            Assert.Empty(reader.Problems); // a storage that is gone is no single object's trouble
            RequireNone(repository.Compare(reader, cancellationToken: token));
        },
        ["restore"] = async (repository, storage, token) =>
        {
            using RepositoryReader reader = await RepositoryReader.OpenAsync(storage, repository.Keys, null, token);
            Assert.Empty(reader.Problems); // a storage that is gone is no single object's trouble
            Assert.Empty(repository.Restore(reader, token).Problems);
        },
        ["check"] = async (repository, storage, token) =>
        {
            CheckReport report = await RepositoryCheck.RunAsync(
                storage, repository.Opened, new CheckOptions { ReadData = true }, null, token);
            Assert.True(report.Worst is null, $"{report.Worst}: {string.Join("; ", report.Errors)}");
        },
    };

    public static TheoryData<string, FaultMode, bool> Failures
    {
        get
        {
            TheoryData<string, FaultMode, bool> data = [];
            foreach (string operation in Operations.Keys)
            {
                foreach (FaultMode mode in Enum.GetValues<FaultMode>())
                {
                    data.Add(operation, mode, false);
                    data.Add(operation, mode, true);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_storage_that_fails_at_any_call_is_said_and_nothing_is_called_damaged(
        string operation, FaultMode mode, bool staysDown)
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        await repository.BackUpAsync(repository.Storage);
        int failed = 0;
        for (int call = 0; ; call++)
        {
            await using MemoryStorage disk = await SmallRepository.CopyAsync(repository.Storage);
            FaultyStorage faulty = new(disk, call, mode, staysDown, isTransient: false);
            failed += await FailsAsync(operation, repository, faulty) ? 1 : 0;

            await CheckAsync(repository, disk, $"{operation}, call {call}");
            if (!faulty.FaultHit)
            {
                Assert.True(failed >= 3, $"{operation} made {call} calls, {failed} of its runs failed");
                return;
            }
        }
    }

    [Theory]
    [InlineData("backup", FaultMode.Before)]
    [InlineData("backup", FaultMode.After)]
    [InlineData("snapshots", FaultMode.Before)]
    [InlineData("cat", FaultMode.Before)]
    [InlineData("restore", FaultMode.Before)]
    [InlineData("check", FaultMode.Before)]
    [InlineData("check", FaultMode.After)]
    public async Task A_fault_that_passes_is_not_noticed_at_any_call(string operation, FaultMode mode)
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        await repository.BackUpAsync(repository.Storage);
        for (int call = 0; ; call++)
        {
            await using MemoryStorage disk = await SmallRepository.CopyAsync(repository.Storage);
            FaultyStorage faulty = new(disk, call, mode);
            await using RetryStorage storage = new(faulty, new InstantClock());

            await Operations[operation](repository, storage, None);

            if (!faulty.FaultHit)
            {
                Assert.True(call >= 4, $"{operation} made {call} calls");
                return;
            }
        }
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("snapshots")]
    public async Task A_storage_that_hangs_at_any_call_is_given_up(string operation)
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        await repository.BackUpAsync(repository.Storage);
        List<Task<bool>> runs = [];
        int calls = await CallsAsync(operation, repository);
        for (int call = 0; call < calls; call++)
        {
            runs.Add(RunAsync(call));
        }

        bool[] failed = await Task.WhenAll(runs).WaitAsync(TimeSpan.FromMinutes(5));

        Assert.True(failed.Count(hasFailed => hasFailed) >= calls / 2, $"{calls} calls");

        async Task<bool> RunAsync(int call)
        {
            await using MemoryStorage disk = await SmallRepository.CopyAsync(repository.Storage);
            HangingStorage hanging = new(disk, call);
            await using TimeLimitStorage storage = new(hanging, TimeSpan.FromSeconds(1), TimeProvider.System);
            bool fails = await FailsAsync(operation, repository, storage);
            hanging.Release();
            await CheckAsync(repository, disk, $"{operation}, call {call}");
            return fails;
        }
    }

    [Theory]
    [InlineData("snapshots")]
    [InlineData("cat")]
    [InlineData("restore")]
    [InlineData("check")]
    public async Task A_job_that_is_stopped_ends_at_once_at_whichever_call_the_storage_hangs(string operation)
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        await repository.BackUpAsync(repository.Storage);
        int calls = await CallsAsync(operation, repository);
        int stopped = 0;
        for (int call = 0; call < calls; call++)
        {
            HangingStorage hanging = new(repository.Storage, call);
            await using RetryStorage storage = new(
                new TimeLimitStorage(hanging, TimeSpan.FromMinutes(10), TimeProvider.System), TimeProvider.System);
            using CancellationTokenSource stop = new();
            Task job = Task.Run(() => Operations[operation](repository, storage, stop.Token), None);
            Assert.True(SpinWait.SpinUntil(() => job.IsCompleted || hanging.Hanging > 0, TimeSpan.FromMinutes(1)));
            bool hangs = !job.IsCompleted; // one that reads ahead may have made fewer calls this time

            await stop.CancelAsync();
            if (hangs)
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => job.WaitAsync(TimeSpan.FromSeconds(10)));
                stopped++;
            }

            hanging.Release();
        }

        Assert.True(stopped >= 3 && stopped >= calls / 2, $"{stopped} of {calls} runs were stopped");
    }

    private static async Task<int> CallsAsync(string operation, SmallRepository repository)
    {
        await using MemoryStorage disk = await SmallRepository.CopyAsync(repository.Storage);
        FaultyStorage counting = new(disk, int.MaxValue);
        await Operations[operation](repository, counting, None);
        return counting.Calls;
    }

    /// <summary>Whether an operation ends with an error of the storage; any other error fails the test.</summary>
    private static async Task<bool> FailsAsync(string operation, SmallRepository repository, IStorage storage)
    {
        try
        {
            await Operations[operation](repository, storage, None);
            return false;
        }
        catch (StorageUnavailableException e)
        {
            Assert.Equal(ErrorKind.StorageUnavailable, e.Kind);
            Assert.DoesNotContain('\n', e.Message);
            return true;
        }
    }

    private static void RequireNone(IReadOnlyList<SnapFsException> problems)
    {
        foreach (SnapFsException problem in problems)
        {
            throw problem; // the first says it
        }
    }

    private static async Task CheckAsync(SmallRepository repository, IStorage disk, string when)
    {
        CheckReport report = await RepositoryCheck.RunAsync(
            disk, repository.Opened, new CheckOptions { ReadData = true }, null, None);
        Assert.True(report.Worst is null, $"{when}: {string.Join("; ", report.Errors)}");
    }
}
