using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Files.Restores;
using SnapFs.Repository;
using SnapFs.Repository.Checks;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;
using SnapFs.Storage;
using SnapFs.Testing.Damage;

namespace SnapFs.Files.Tests.Crashes;

/// <summary>
/// Every object of a small repository, damaged in every way, under everything that reads, checks or writes: the answer
/// is right, or the error says exactly what is wrong. Then a backup on top, and what comes back after it.
/// </summary>
public sealed class DamageMatrixTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<DamageKind> Damages() => [.. Enum.GetValues<DamageKind>()];

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Any_damaged_object_gives_right_answers_or_exact_errors_and_a_backup_mends_it(DamageKind damage)
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        await repository.BackUpAsync(repository.Storage);
        repository.Change();
        await repository.BackUpAsync(repository.Storage);
        string key = repository.ExportKey();
        List<ObjectInfo> objects = await SmallRepository.ListAsync(repository.Storage);
        Assert.True(objects.Select(info => info.Name.Kind).Distinct().Count() >= 6, "not every kind of object is there");
        foreach (ObjectInfo info in objects)
        {
            MemoryStorage storage = await SmallRepository.CopyAsync(repository.Storage);
            Case one = new(repository, storage, info, damage, key);
            await one.ReadAsync();
            await one.RestoreAsync();
            await one.CheckAsync(readData: false);
            await one.CheckAsync(readData: true);
            if (info.Name.Kind is not (ObjectKind.Config or ObjectKind.Key))
            {
                await one.BackUpAndReadAsync();
            }
        }
    }

    /// <summary>One object, damaged in one way.</summary>
    private sealed class Case
    {
        private readonly SmallRepository _repository;
        private readonly MemoryStorage _intact;
        private readonly DamagedStorage _storage;
        private readonly ObjectInfo _info;
        private readonly DamageKind _damage;
        private readonly string _key;

        internal Case(
            SmallRepository repository, MemoryStorage intact, in ObjectInfo info, DamageKind damage, string key)
        {
            _repository = repository;
            _intact = intact;
            _storage = new DamagedStorage(intact, info.Name, damage);
            _info = info;
            _damage = damage;
            _key = key;
        }

        private ObjectKind Kind => _info.Name.Kind;

        private string What => $"{_damage} {_info.Name}";

        /// <summary>Opens, lists and reads every file: what snapshots, ls, find, cat, diff, restore and mount do.</summary>
        internal async Task ReadAsync()
        {
            List<SnapFsException> problems = [];
            try
            {
                using RepositorySecret.FromKeyFile secret = new(KeyFile.Parse(_key));
                using OpenedRepository opened = await RepositoryOpener.OpenAsync(_storage, secret, None);
                using RepositoryReader reader =
                    await RepositoryReader.OpenAsync(_storage, opened.Keys, null, None);
                problems.AddRange(opened.Warnings.Except(opened.Keys.Losses));
                problems.AddRange(reader.Problems);
                problems.AddRange(_repository.Compare(reader));

                // Without the object that says that he is one, an administrator's snapshots do not count.
                Assert.True(
                    reader.Snapshots.Count == (Kind == ObjectKind.Snapshot ? 1 : 2)
                        || (Kind == ObjectKind.Key && reader.LostKeys.Count > 0),
                    $"{What}: {reader.Snapshots.Count} snapshots");
            }
            catch (SnapFsException e)
            {
                Assert.True(Kind is ObjectKind.Config or ObjectKind.Key, $"{What}: {e.Message}");
                problems.Add(e);
            }

            foreach (SnapFsException problem in problems)
            {
                Assert.True(IsExact(problem), $"{What} gives {problem.GetType().Name}: {problem.Message}");
            }

            if (Kind is ObjectKind.Config or ObjectKind.Pack or ObjectKind.Index
                || (Kind is ObjectKind.Key or ObjectKind.Snapshot && _damage != DamageKind.Missing))
            {
                Assert.True(problems.Count > 0 || IsUnread(), $"{What} was not noticed");
            }
        }

        /// <summary>Restores what can be had: each problem names the object, and what is there is right.</summary>
        internal async Task RestoreAsync()
        {
            if (Kind is not (ObjectKind.Pack or ObjectKind.Index))
            {
                return; // without these there is nothing to restore, or all of it
            }

            using RepositoryReader reader = await RepositoryReader.OpenAsync(_storage, _repository.Keys, null, None);
            RestoreResult result = _repository.Restore(reader, None);
            foreach (string problem in result.Problems)
            {
                Assert.True(IsNamedIn(problem), $"{What} gives {problem}");
            }

            bool isDamage = result.Problems.Count > 0 && _damage != DamageKind.Unreadable;
            Assert.True(result.IsDamaged == isDamage, $"{What}: damage is {(isDamage ? "not " : "")}reported");
        }

        private bool IsNamedIn(string problem) =>
            problem.Contains(_info.Name.RelativePath, StringComparison.Ordinal)
            || (_damage == DamageKind.Missing && Kind is ObjectKind.Index or ObjectKind.Key); // nothing knows its name

        /// <summary>Whether what is damaged may be what reading never looks at, such as the footer.</summary>
        private bool IsUnread() => Kind == ObjectKind.Pack && _damage is DamageKind.Flipped or DamageKind.Short;

        private bool IsExact(SnapFsException problem)
        {
            if (Kind == ObjectKind.Config && _damage == DamageKind.Missing)
            {
                return problem.Kind == ErrorKind.NoRepository;
            }

            if (Kind == ObjectKind.Key && _damage == DamageKind.Missing && problem.Kind == ErrorKind.WrongKey)
            {
                return true; // nothing says that there was a grant
            }

            ErrorKind expected = _damage == DamageKind.Unreadable ? ErrorKind.StorageUnavailable : ErrorKind.Damaged;
            return problem.Kind == expected && IsNamedIn(problem.Message);
        }

        internal async Task CheckAsync(bool readData)
        {
            CheckReport report;
            try
            {
                using RepositorySecret.FromKeyFile secret = new(KeyFile.Parse(_key));
                using OpenedRepository opened = await RepositoryOpener.OpenAsync(_storage, secret, None);
                report = await RepositoryCheck.RunAsync(
                    _storage, opened, new CheckOptions { ReadData = readData }, null, None);
            }
            catch (SnapFsException e)
            {
                Assert.True(Kind is ObjectKind.Config or ObjectKind.Key && IsExact(e), $"{What}: {e.Message}");
                return;
            }

            bool isNoticed = report.Errors.Any(
                error => error.ToString().Contains(_info.Name.RelativePath, StringComparison.Ordinal));
            if (_damage == DamageKind.Missing)
            {
                Assert.True(
                    report.Worst == (Kind is ObjectKind.Pack or ObjectKind.Index ? ErrorKind.Damaged : null)
                        || (Kind == ObjectKind.Key && (isNoticed || IsGrant(report))), // the epoch names what it began with
                    $"{What}: {report.Worst}: {string.Join("; ", report.Errors)}");
            }
            else if (readData || Kind != ObjectKind.Pack)
            {
                Assert.True(isNoticed, $"{What}: check found {string.Join("; ", report.Errors)}");
                ErrorKind expected =
                    _damage == DamageKind.Unreadable ? ErrorKind.StorageUnavailable : ErrorKind.Damaged;
                Assert.True(
                    report.Worst == expected, $"{What}: {report.Worst}: {string.Join("; ", report.Errors)}");
            }
        }

        /// <summary>Of a grant it is known whose it is, not what its name was.</summary>
        private static bool IsGrant(CheckReport report) =>
            Assert.Single(report.Errors).What.StartsWith("the grant of the administrator", StringComparison.Ordinal);

        internal async Task BackUpAndReadAsync()
        {
            await BackUpAsync();
            if (Kind == ObjectKind.Pack && !await IsSeenInAListingAsync())
            {
                // What only reading shows is found by check, which says to move it away and to back up again.
                _storage.IsMovedAway = true;
                await BackUpAsync();
            }

            // Directories as they were before the last change are what no source has any more.
            bool isTreePack = await IsTreePackAsync();
            using RepositoryReader reader = await RepositoryReader.OpenAsync(_storage, _repository.Keys, null, None);
            List<SnapFsException> damaged = _repository.Compare(reader, isTreePack ? reader.Snapshots.Count - 1 : 0);
            Assert.True(damaged.Count == 0, $"{What}, after a backup: {string.Join("; ", damaged.Select(e => e.Message))}");
            if (Kind is ObjectKind.Pack or ObjectKind.Index && !isTreePack)
            {
                _storage.IsMovedAway = true;
                CheckReport report = await RepositoryCheck.RunAsync(
                    _storage, _repository.Opened, new CheckOptions { ReadData = true }, null, None);
                Assert.True(report.Worst is null, $"{What}, after all: {string.Join("; ", report.Errors)}");
            }
        }

        private async Task<bool> IsTreePackAsync()
        {
            using RepositoryReader intact = await RepositoryReader.OpenAsync(_intact, _repository.Keys, null, None);
            return intact.Snapshots.Any(head =>
                intact.TryLocate(ChunkKind.Tree, head.Root.Id, out ChunkLocation root)
                && intact.NameOf(root.Frame) == _info.Name.RelativePath);
        }

        /// <summary>Whether a backup can tell from the listing.</summary>
        private async Task<bool> IsSeenInAListingAsync() => _damage is DamageKind.Missing or DamageKind.Replaced
            || (_damage != DamageKind.Unreadable
                && await _storage.GetLengthAsync(_info.Name, None) != _info.Length);

        /// <summary>A backup whose walk cache has every page of the snapshot before, so that none has to be read.</summary>
        private async Task BackUpAsync()
        {
            using RepositoryReader intact = await RepositoryReader.OpenAsync(_intact, _repository.Keys, null, None);
            using FrameCache frames = new(intact, 1 << 24, prefetchThreads: 0);
            SnapshotHead last = intact.Snapshots[^1];
            await _repository.BackUpAsync(_storage, new TreePageCache(frames, 1 << 24), last.Root);
        }
    }
}
