using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Packs;
using SnapFs.Storage;
using Xunit;

namespace SnapFs.Repository.Tests.Indexes;

/// <summary>Segments that a repository could have, what an index of them must answer, and a directory with runs of them.</summary>
internal sealed class ModelledIndex(Random random, string directory)
{
    private readonly Dictionary<ObjectId, SampleSegment> _segments = [];
    private readonly HashSet<ObjectId> _replaced = [];
    private readonly List<IndexedPack> _packs = [];
    private readonly List<ChunkId> _ids = [];
    private int _next;

    /// <summary>Segments that were not looked for in the runs, because none stood for them.</summary>
    internal int Read { get; private set; }

    internal RunStore NewStore() => new(new LocalCache(directory, report => Reports.Add(report)), IndexSamples.Owner);

    internal List<string> Reports { get; } = [];

    internal ListedObjects Listed => new(
        _segments.Where(segment => !_replaced.Contains(segment.Key)).ToDictionary(
            segment => segment.Key,
            segment => new ObjectInfo(
                new ObjectName(ObjectKind.Index, new string('0', ObjectName.ShortIdLength), segment.Key.ToString()),
                segment.Value.Length,
                default)),
        _replaced);

    /// <summary>A segment with new chunks, chunks that are known, ids that are nearly equal, and packs that are known.</summary>
    internal SampleSegment NewSegment(int maxChunks) =>
        NewSegment(random.Next(4) == 0 ? ChunkKind.Tree : ChunkKind.Data, maxChunks);

    /// <inheritdoc cref="NewSegment(int)"/>
    internal SampleSegment NewSegment(ChunkKind kind, int maxChunks)
    {
        List<IndexedPack> packs = [];
        for (int i = random.Next(3); i >= 0; i--)
        {
            packs.Add(NewPack(kind, random.Next(maxChunks / 2)));
        }

        packs.AddRange(_packs.Where(pack => pack.Description.Kind == kind && random.Next(8) == 0).Take(3));
        _packs.AddRange(packs);
        SampleSegment segment = new(ObjectId.Of(BitConverter.GetBytes(_next++)), random.Next(1, 100), packs);
        _segments.Add(segment.Id, segment);
        return segment;
    }

    /// <summary>A segment is gone.</summary>
    internal void RemoveSegment()
    {
        ObjectId id = _segments.Keys.ElementAt(random.Next(_segments.Count));
        _segments.Remove(id);
        _replaced.Remove(id);
    }

    /// <summary>A segment is gone because another object, which the runs need not have, says the same.</summary>
    internal void ReplaceSegment() => _replaced.Add(_segments.Keys.ElementAt(random.Next(_segments.Count)));

    /// <summary>Keeps some segments in a run each or together, and merges.</summary>
    internal static void Save(RunStore store, params SampleSegment[] segments)
    {
        using RunIntake intake = new(store, IndexSamples.Owner);
        foreach (SampleSegment segment in segments)
        {
            using IndexObject added = segment.ToObject();
            intake.Add(added);
        }

        intake.Complete(asOne: segments.Length % 2 == 0);
        store.Merge();
    }

    /// <summary>Opens what is in the directory, reads the segments that it does not stand for, and compares every answer.</summary>
    internal ChunkIndex Check()
    {
        RunStore store = NewStore();
        ChunkIndex index = new();
        foreach (StoredRun run in store.Load(store.OpenAll(), Listed))
        {
            index.Add(run.Tables, run.Objects, null, isFromCache: true);
        }

        HashSet<ObjectId> known = index.Objects();
        Assert.True(known.IsSubsetOf(_segments.Keys));
        using RunIntake intake = new(store, IndexSamples.Owner);
        foreach (SampleSegment segment in _segments.Values.Where(segment => !known.Contains(segment.Id)))
        {
            using IndexObject added = segment.ToObject();
            intake.Add(added);
            Read++;
        }

        foreach (TakenRun run in intake.Complete(asOne: false))
        {
            index.Add(run.Tables);
        }

        store.Merge();
        Check(index);
        return index;
    }

    /// <summary>Compares every answer of an index.</summary>
    internal void Check(ChunkIndex index)
    {
        Dictionary<(ChunkKind Kind, ChunkId Id), HashSet<Place>> expected = Expected();
        foreach (ChunkKind kind in (ChunkKind[])[ChunkKind.Data, ChunkKind.Tree])
        {
            foreach (ChunkId id in _ids)
            {
                HashSet<Place> places = expected.GetValueOrDefault((kind, CutOf(id)), []);
                HashSet<Place> found = [.. index.LocateAll(kind, in id).Select(location => PlaceOf(index, location))];
                Assert.True(places.SetEquals(found), $"{kind} {id}: {places.Count} places, {found.Count} found");
                Assert.Equal(places.Count > 0, index.TryLocate(kind, in id, default, out ChunkLocation one));
                Assert.True(places.Count == 0 || places.Contains(PlaceOf(index, one)));
            }

            for (int i = 0; i < 50; i++)
            {
                Assert.False(index.TryLocate(kind, ChunkIndexTests.RandomId(random), default, out _));
            }
        }

        HashSet<(ObjectId, long)> packs = [.. _segments.Values.SelectMany(segment => segment.Packs).Select(pack => (pack.Id, pack.Length))];
        Assert.True(packs.SetEquals(index.Packs().Select(pack => (pack.Id, pack.Length))));
    }

    private Dictionary<(ChunkKind Kind, ChunkId Id), HashSet<Place>> Expected()
    {
        Dictionary<(ChunkKind, ChunkId), HashSet<Place>> expected = [];
        foreach (IndexedPack pack in _segments.Values.SelectMany(segment => segment.Packs))
        {
            foreach (PackFrame frame in pack.Description.Frames)
            {
                uint offset = 0;
                foreach (PackChunk chunk in pack.Description.Chunks.Skip(frame.FirstChunk).Take(frame.ChunkCount))
                {
                    (ChunkKind, ChunkId) key = (pack.Description.Kind, CutOf(chunk.Id));
                    if (!expected.TryGetValue(key, out HashSet<Place>? places))
                    {
                        expected[key] = places = [];
                    }

                    places.Add(new Place(pack.Id, pack.Description.RunKey[0], frame.Offset, offset, chunk.Length));
                    offset += chunk.Length;
                }
            }
        }

        return expected;
    }

    private IndexedPack NewPack(ChunkKind kind, int chunks)
    {
        IndexedPack pack = ChunkIndexTests.RandomPack(random, chunks, kind);
        random.NextBytes(pack.Description.RunKey);
        List<PackChunk> listed = pack.Description.Chunks;
        for (int i = 0; i < listed.Count; i++)
        {
            if (_ids.Count > 0 && random.Next(10) == 0)
            {
                byte[] id = _ids[random.Next(_ids.Count)].Span.ToArray();
                id[random.Next(8, 16)] ^= (byte)random.Next(2);
                listed[i] = listed[i] with { Id = ChunkId.Read(id) };
            }

            if (random.Next(20) == 0)
            {
                _ids.Add(listed[i].Id);
            }
        }

        return pack;
    }

    private static ChunkId CutOf(in ChunkId id)
    {
        byte[] cut = id.Span.ToArray();
        cut.AsSpan(CutId.Length).Clear();
        return ChunkId.Read(cut);
    }

    private static Place PlaceOf(ChunkIndex index, in ChunkLocation location)
    {
        PackRecord pack = index.Pack(location.Frame.Pack);
        return new Place(pack.Id, pack.RunKey[0], location.Frame.Offset, location.Offset, location.Length);
    }

    private readonly record struct Place(ObjectId Pack, byte Key, uint Frame, uint Offset, uint Length);
}
