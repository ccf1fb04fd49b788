using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Reading;
using SnapFs.Repository.Tests.Fuzzing;
using SnapFs.Repository.Tests.Objects;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;
using SnapFs.Storage;
using SnapFs.Testing;
using SnapFs.Trees;
using Xunit;

namespace SnapFs.Repository.Tests.Reading;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class HeadsObjectsTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly string _directory = Directory.CreateTempSubdirectory("snapfs-cache-").FullName;
    private readonly MemoryStorage _storage = new();
    private readonly TestDomainKeys _keys = new();
    private readonly TestDomainKeys _agentKeys;
    private readonly WritingRun _run;
    private readonly WritingRun _agent;
    private readonly Dictionary<ObjectId, byte[]> _snapshots = [];

    public HeadsObjectsTests()
    {
        _agentKeys = _keys.ForAgent("agent");
        _run = _keys.NewRun();
        _agent = _agentKeys.NewRun();
    }

    public void Dispose()
    {
        _run.Dispose();
        _agent.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whole_snapshots_are_taken_from_whoever_may_sign_heads(bool byAgent)
    {
        await PutSnapshotsAsync(_run, 30, "mail");
        await PutHeadsAsync(byAgent ? _agent : _run, _snapshots);

        Assert.InRange(await ReadAsync(), 1, 4);
    }

    [Fact]
    public async Task Signed_parts_are_taken_from_an_administrator_alone()
    {
        await PutSnapshotsAsync(_agent, 30, "agent");
        await PutHeadsAsync(_agent, SignedParts());
        Assert.InRange(await ReadAsync(), 31, 40);

        await PutHeadsAsync(_run, SignedParts());
        Assert.InRange(await ReadAsync(), 1, 5);
    }

    [Fact]
    public async Task A_snapshot_of_another_host_cannot_be_hidden_by_one_under_its_name()
    {
        await PutSnapshotsAsync(_run, 30, "mail");
        byte[] own = SnapshotOf(_agent, "agent", 1000);
        byte[] part = SignedPartOf(own);
        await PutHeadsAsync(_agent, _snapshots.Keys.Select(id => KeyValuePair.Create(id, own)));
        await PutHeadsAsync(_agent, _snapshots.Keys.Select(id => KeyValuePair.Create(id, part)));

        await ReadAsync();
    }

    [Fact]
    public async Task A_snapshot_that_is_vouched_for_cannot_be_forged()
    {
        // No signature is asked for where a voucher names the object: the name must be right, then.
        await PutSnapshotsAsync(_run, 30, "mail");
        _keys.Signers.Add(new Voucher(_keys.Domain, [.. _snapshots.Keys]));
        byte[] part = SignedPartOf(SnapshotOf(_agent, "agent", 1000));
        await PutHeadsAsync(_agent, _snapshots.Keys.Select(id => KeyValuePair.Create(id, part)));

        await ReadAsync();
    }

    [Fact]
    public async Task What_does_not_count_or_is_malformed_costs_requests_only()
    {
        await PutSnapshotsAsync(_run, 30, "mail");
        TestDomainKeys stranger = new(1, new TestDomainKeys(), Identity.CreateRandom());
        using WritingRun unknown = stranger.NewRun();
        using WritingRun other = new TestDomainKeys(2).NewRun();
        byte[] cut = [.. _snapshots.Keys.First().Span, 0x7F];
        await PutHeadsAsync(unknown, SignedParts());
        await PutHeadsAsync(other, SignedParts());
        await PutIndexAsync(HostileObjects.Heads(_run, HostileObjects.HeadsHead(1), HostileObjects.HeadsBlock(_keys, cut)));
        await PutIndexAsync(HostileObjects.Heads(_run, HostileObjects.HeadsHead(1), new byte[100]));
        await PutIndexAsync(HostileObjects.Heads(_run, HostileObjects.HeadsHead(1), [0, 0, 0, 127, .. new byte[1000]]));
        byte[] unlisted = SnapshotOf(_run, "unlisted", 1000);
        await PutHeadsAsync(_run, [KeyValuePair.Create(ObjectId.Of(unlisted), unlisted)]);

        await ReadAsync();
    }

    [Fact]
    public async Task What_a_revoked_signer_handed_on_is_read_itself()
    {
        await PutSnapshotsAsync(_run, 30, "mail");
        await PutHeadsAsync(_agent, _snapshots);
        Assert.InRange(await ReadAsync(), 1, 4);

        _keys.Signers.Add(new Revocation(_agentKeys.Signer, "stolen"));

        Assert.InRange(await ReadAsync(), 31, 40);
    }

    [Fact]
    public async Task A_snapshot_that_is_gone_or_whose_signer_is_revoked_is_not_shown()
    {
        await PutSnapshotsAsync(_run, 30, "mail");
        List<ObjectId> revoked = await PutSnapshotsAsync(_agent, 30, "agent");
        await PutHeadsAsync(_run, _snapshots);
        ObjectId gone = _snapshots.Keys.First();
        _snapshots.Remove(gone);
        await _storage.DeleteAsync(SnapshotCodec.StorageName(_keys, gone), None);
        revoked.ForEach(id => _snapshots.Remove(id));
        _keys.Signers.Add(new Revocation(_agentKeys.Signer, "stolen"));

        await ReadAsync();
    }

    [Fact]
    public async Task A_thousand_snapshots_open_without_a_cache_in_less_than_a_hundred_requests()
    {
        for (int i = 0; i < 20; i++)
        {
            await PutSnapshotsAsync(_run, 50, "mail");
            await WriteAsync(_agent, null);
        }

        Assert.InRange(await ReadAsync(), 1, 99);
    }

    [Fact]
    public async Task With_a_cache_a_heads_object_is_fetched_once()
    {
        await PutSnapshotsAsync(_run, 100, "mail");
        await PutHeadsAsync(_agent, _snapshots);
        LocalCache cache = new(_directory);
        Assert.InRange(await ReadAsync(cache), 1, 4);
        Assert.InRange(await ReadAsync(cache), 1, 2);

        // Another version of the program, or a file that was lost: what the objects hold is known still.
        File.Delete(Path.Combine(_directory, _keys.DomainName, "heads"));
        Assert.InRange(await ReadAsync(cache), 1, 3);
        await PutSnapshotsAsync(_run, 20, "mail");
        Assert.InRange(await ReadAsync(cache), 20, 22);
    }

    [Fact]
    public async Task The_cache_of_heads_objects_flipped_or_cut_off_costs_time_only()
    {
        await PutSnapshotsAsync(_run, 20, "mail");
        await PutHeadsAsync(_agent, _snapshots);
        LocalCache cache = new(_directory);
        await ReadAsync(cache);
        string file = Path.Combine(_directory, _keys.DomainName, "heads-objects");
        byte[] whole = await File.ReadAllBytesAsync(file);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        for (int i = 0; i < whole.Length; i += 31)
        {
            byte[] changed = [.. whole];
            changed[i] ^= 0x40;
            await File.WriteAllBytesAsync(file, changed);
            Assert.InRange(await ReadAsync(cache), 1, 3);
            await File.WriteAllBytesAsync(file, whole[..i]);
            Assert.InRange(await ReadAsync(cache), 1, 3);
        }
    }

    [Fact]
    public async Task Night_after_night_the_objects_stay_few_and_a_snapshot_is_copied_a_few_times()
    {
        const int Nights = 180;
        const int Hosts = 20;
        LocalCache cache = new(_directory);
        FaultyStorage counting = new(_storage, failCall: -1);
        int calls = 0;
        for (int night = 0; night < Nights; night++)
        {
            await PutSnapshotsAsync(_run, Hosts, "mail");
            using RepositoryReader reader = await RepositoryReader.OpenAsync(counting, [_agentKeys], cache, None);
            await HeadsWriter.WriteAsync(reader, _agent, None);
            calls = counting.Calls;
        }

        // Each night two listings; each snapshot is read when it is new and when it is copied, and each object once when it is merged.
        List<ObjectInfo> objects = await _storage.ListAsync(ObjectKind.Index, None).ToListAsync();
        Assert.InRange(calls, 1, (Nights * 3) + (Nights * Hosts * 2) + (objects.Count * 2));
        long copied = objects.Sum(info => info.Length);
        Assert.InRange(copied, 0, _snapshots.Values.Sum(content => (long)content.Length) * 5 / 2);
        FaultyStorage first = new(_storage, failCall: -1);
        using RepositoryReader last = await RepositoryReader.OpenAsync(first, [_keys], null, None);
        calls = first.Calls;
        HashSet<ObjectId> replaced = [.. last.Own.HeadsObjects.Counting.SelectMany(heads => heads.Replaced)];
        HeadsObject[] live = [.. last.Own.HeadsObjects.Counting.Where(heads => !replaced.Contains(heads.Id))];
        Assert.InRange(live.Length, 1, HeadsWriter.ObjectsOfTier * 2);
        int left = _snapshots.Count - live.SelectMany(heads => heads.Snapshots).Distinct().Count();
        Assert.InRange(left, 0, HeadsWriter.MinNew + Hosts);
        Assert.InRange(calls, 1, live.Length + left + 2);
        Assert.Equal(_snapshots.Count, last.Snapshots.Count);
    }

    [Fact]
    public async Task Who_may_not_sign_heads_puts_none_and_a_failure_leaves_the_rest_as_it_is()
    {
        await PutSnapshotsAsync(_run, 100, "mail");
        using (RepositoryReader reader = await RepositoryReader.OpenAsync(_storage, [_agentKeys], null, None))
        {
            _keys.Signers.Add(new Revocation(_agentKeys.Signer, "stolen"));
            Assert.False(await HeadsWriter.WriteAsync(reader, _agent, None));
        }

        Assert.Empty(await _storage.ListAsync(ObjectKind.Index, None).ToListAsync());
        for (int call = 0; ; call++)
        {
            FaultyStorage faulty = new(_storage, call, FaultMode.After);
            try
            {
                using RepositoryReader reader = await RepositoryReader.OpenAsync(faulty, [_keys], null, None);
                await HeadsWriter.WriteAsync(reader, _run, None);
            }
            catch (StorageUnavailableException)
            {
                // The fault.
            }

            if (!faulty.FaultHit || call > 250)
            {
                break;
            }
        }

        await ReadAsync();
    }

    [Fact]
    public async Task An_object_that_says_to_replace_others_without_holding_what_they_do_is_not_believed()
    {
        List<ObjectId> objects = [];
        for (int i = 0; i < HeadsWriter.ObjectsOfTier; i++)
        {
            Dictionary<ObjectId, byte[]> own = (await PutSnapshotsAsync(_run, 5, "mail")).ToDictionary(id => id, id => _snapshots[id]);
            objects.Add(await PutHeadsAsync(_run, own));
        }

        await PutIndexAsync(HeadsCodec.Encode(_agent, [], objects));
        await PutSnapshotsAsync(_run, HeadsWriter.MinNew, "mail");
        await WriteAsync(_run, null);

        using RepositoryReader reader = await RepositoryReader.OpenAsync(_storage, [_keys], null, None);
        HeadsObject most = reader.Own.HeadsObjects.Counting.MaxBy(heads => heads.Snapshots.Count)!; // there are some
        Assert.Equal(_snapshots.Count, most.Snapshots.Count);
        Assert.Superset(objects.ToHashSet(), most.Replaced.ToHashSet());
    }

    [Fact]
    public async Task An_object_of_the_index_that_heads_say_to_replace_is_read_before_a_chunk_is_missing()
    {
        ChunkId chunk;
        await using (RepositoryWriter writer = await RepositoryWriter.OpenAsync(
            _storage, _run, new WriterOptions(ChunkLimits.Default, 0, 1, 1), null, None))
        {
            chunk = writer.Put(ChunkKind.Data, new byte[1000]);
            await writer.FlushAsync();
        }

        ObjectId[] segments = [.. await _storage.ListAsync(ObjectKind.Index, None).Select(info => info.Name.Hash).ToListAsync()];
        await PutIndexAsync(HeadsCodec.Encode(_agent, [new HeadsEntry(default, new byte[60_000])], segments));
        using RepositoryReader reader = await RepositoryReader.OpenAsync(_storage, [_keys], null, None);

        Assert.False(reader.TryLocate(ChunkKind.Data, in chunk, out _));
        Assert.True(reader.TryLocateElsewhere(ChunkKind.Data, in chunk, [], None, out _));
    }

    /// <summary>Opens the repository, and looks whether it shows what there is.</summary>
    /// <returns>How many requests it took.</returns>
    private async Task<int> ReadAsync(LocalCache? cache = null)
    {
        FaultyStorage counting = new(_storage, failCall: -1);
        using RepositoryReader reader = await RepositoryReader.OpenAsync(counting, [_keys], cache, None);
        int calls = counting.Calls;
        Assert.Empty(reader.Problems);
        Assert.Equal(_snapshots.Keys.ToHashSet(), reader.Snapshots.Select(head => head.Id).ToHashSet());
        foreach (SnapshotHead head in reader.Snapshots)
        {
            SnapshotHead itself = SnapshotCodec.DecodeHead(_keys, _snapshots[head.Id], head.Id)!; // it counts
            Assert.Equal((itself.Host, itself.Started, itself.Signer), (head.Host, head.Started, head.Signer));
            Assert.NotEmpty(reader.ReadBody(head.Id, None).Paths);
        }

        return calls;
    }

    private async Task WriteAsync(WritingRun run, LocalCache? cache)
    {
        using RepositoryReader reader = await RepositoryReader.OpenAsync(_storage, [run.Keys], cache, None);
        await HeadsWriter.WriteAsync(reader, run, None);
    }

    private async Task<List<ObjectId>> PutSnapshotsAsync(WritingRun run, int count, string host)
    {
        List<ObjectId> ids = [];
        for (int i = 0; i < count; i++)
        {
            byte[] content = SnapshotOf(run, host, _snapshots.Count);
            ObjectId id = ObjectId.Of(content);
            await _storage.PutAsync(SnapshotCodec.StorageName(_keys, id), content, None);
            _snapshots.Add(id, content);
            ids.Add(id);
        }

        return ids;
    }

    private async Task<ObjectId> PutHeadsAsync(WritingRun run, IEnumerable<KeyValuePair<ObjectId, byte[]>> entries)
    {
        byte[] content = HeadsCodec.Encode(run, [.. entries.Select(entry => new HeadsEntry(entry.Key, entry.Value))]);
        await PutIndexAsync(content);
        return ObjectId.Of(content);
    }

    private Task PutIndexAsync(byte[] content) => _storage.PutAsync(
        new ObjectName(ObjectKind.Index, _keys.DomainName, ObjectId.Of(content).ToString()), content, None);

    private Dictionary<ObjectId, byte[]> SignedParts() =>
        _snapshots.ToDictionary(snapshot => snapshot.Key, snapshot => SignedPartOf(snapshot.Value));

    private static byte[] SignedPartOf(byte[] snapshot) =>
        snapshot[..SignedObject.TryRead(snapshot, FormatKind.Snapshot)!.PartLength]; // it is one

    private static byte[] SnapshotOf(WritingRun run, string host, int number)
    {
        SnapshotHead head = SampleSnapshot.Head() with { Host = host, Started = new Timestamp(1_763_692_800 + number, 0) };
        return SnapshotCodec.Encode(run, 0, head, SampleSnapshot.Body());
    }
}
