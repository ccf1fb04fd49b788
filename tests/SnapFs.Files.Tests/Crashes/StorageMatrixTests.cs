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

    private static readonly Dictionary<string, Func<SmallRepository, IStorage, Task>> Operations = new()
    {
        ["backup"] = async (repository, storage) => await repository.BackUpAsync(storage),
        ["snapshots"] = async (repository, storage) =>
        {
            using RepositoryReader reader = await RepositoryReader.OpenAsync(storage, repository.Keys, null, None);
            RequireNone(reader.Problems);
            Assert.Single(reader.Snapshots);
        },
        ["restore"] = async (repository, storage) =>
        {
            using RepositoryReader reader = await RepositoryReader.OpenAsync(storage, repository.Keys, null, None);
            RequireNone(reader.Problems);
            RequireNone(repository.Compare(reader));
        },
        ["check"] = async (repository, storage) =>
        {
            CheckReport report = await RepositoryCheck.RunAsync(
                storage, repository.Opened, new CheckOptions { ReadData = true }, null, None);
            Assert.True(
                report.Worst is null or ErrorKind.StorageUnavailable,
                $"{report.Worst}: {string.Join("; ", report.Errors)}");
            if (report.Worst == ErrorKind.StorageUnavailable)
            {
                throw new StorageUnavailableException(string.Join("; ", report.Errors));
            }
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

            await Operations[operation](repository, storage);

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

    private static async Task<int> CallsAsync(string operation, SmallRepository repository)
    {
        await using MemoryStorage disk = await SmallRepository.CopyAsync(repository.Storage);
        FaultyStorage counting = new(disk, int.MaxValue);
        await Operations[operation](repository, counting);
        return counting.Calls;
    }

    /// <summary>Whether an operation ends with an error of the storage; any other error fails the test.</summary>
    private static async Task<bool> FailsAsync(string operation, SmallRepository repository, IStorage storage)
    {
        try
        {
            await Operations[operation](repository, storage);
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
