using System.Buffers.Binary;
using System.Security.Cryptography;
using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;
using SnapFs.Afs.Reading;
using SnapFs.Binary;
using SnapFs.Jobs.Vos;
using SnapFs.Objects;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Volumes;

/// <summary>
/// Verifies states of volumes: every byte of the dumps as they were taken in is read and parsed, the chain is applied anew, and
/// the full dump made up of the tree must lead to the same state. States of one chain have to come one after the other.
/// </summary>
/// <param name="session">The repository.</param>
/// <param name="cancellationToken">Gives up.</param>
public sealed class VolumeVerification(VolumeSession session, CancellationToken cancellationToken)
{
    private readonly byte[] _piece = new byte[1024 * 1024];
    private readonly ByteWriter _record = new();
    private readonly Dictionary<ObjectId, VolumeState<UInt128>> _states = [];
    private ObjectId _chain;

    /// <summary>The order in which states are verified: a chain is applied from its beginning.</summary>
    /// <param name="states">The states that are wanted.</param>
    /// <param name="withChains">Whether what they were applied on is verified as well.</param>
    public IEnumerable<SnapshotHead> InOrder(IEnumerable<SnapshotHead> states, bool withChains) => states
        .SelectMany(state => withChains ? session.States.ChainOf(state) : [state])
        .DistinctBy(state => state.Id)
        .OrderBy(state => state.Host, StringComparer.Ordinal)
        .ThenBy(state => state.Volume?.Name, StringComparer.Ordinal)
        .ThenBy(state => state.Volume?.Id)
        .ThenBy(state => VolumeHistory.FullOf(state).ToString(), StringComparer.Ordinal)
        .ThenBy(state => state.Started)
        .ThenByDescending(state => state.Dump?.IsFull);

    /// <summary>Verifies one state.</summary>
    /// <param name="head">The state.</param>
    /// <returns>False if the dump before it is no longer there, so that the chain could not be applied.</returns>
    /// <exception cref="DamagedException">Something is missing or damaged, or the tree is not what the dumps say.</exception>
    public bool Verify(SnapshotHead head)
    {
        ObjectId chain = VolumeHistory.FullOf(head);
        if (chain != _chain)
        {
            _states.Clear();
            _chain = chain;
        }

        try
        {
            VolumeState<UInt128> made = Apply(session.OpenFull(head, cancellationToken), new VolumeState<UInt128>(), mayEnd: false);
            VolumeState<UInt128>? before = head.Volume?.Predecessor is { } predecessor
                ? _states.GetValueOrDefault(predecessor)
                : new VolumeState<UInt128>();
            OriginalDump original = session.OpenOriginal(head);
            bool isCut = head.Dump?.Salvage is not null;
            if (before is null)
            {
                Parse(original, isCut);
                _states[head.Id] = made;
                return false;
            }

            VolumeState<UInt128> state = Apply(original, before, isCut);
            Compare(state, made);
            _states[head.Id] = state;
            return true;
        }
        catch (SnapFsException e) when (e is DumpException or ChainException or InvalidEncodingException)
        {
            throw new DamagedException(head.ObjectPath, e.Message, e);
        }
    }

    /// <summary>Has what a state was made of, the volume or its clone, dumped as it is now, and compares.</summary>
    /// <param name="server">Dumps.</param>
    /// <param name="state">The state.</param>
    /// <returns>What contradicts the state.</returns>
    /// <exception cref="SnapFsException">The state cannot be read, or the volume cannot be dumped.</exception>
    public async Task<LiveComparison> CompareLiveAsync(VolumeServer server, SnapshotHead state)
    {
        string dumped = state.Dump?.Name ?? "";
        ExaminedVolume volume = await server.ExamineAsync(VolumeServer.RequireName(dumped), cancellationToken).ConfigureAwait(false);
        using VosDump dump = server.Dump(volume, from: 0);
        try
        {
            return await Task.Run(() => CompareLive(state, dump.Stream), cancellationToken).ConfigureAwait(false);
        }
        catch (DumpException e)
        {
            DumpComplaint? complaint = await dump.ComplaintAsync(cancellationToken).ConfigureAwait(false);
            throw new JobException(ErrorKind.Source, complaint?.Message ?? e.Message);
        }
    }

    /// <summary>Compares a state with the volume as it is in the cell.</summary>
    /// <param name="head">The state.</param>
    /// <param name="dump">A full dump of the volume, or of its clone.</param>
    /// <returns>What contradicts the state.</returns>
    /// <exception cref="DamagedException">The state cannot be read.</exception>
    /// <exception cref="DumpException">The dump cannot.</exception>
    private LiveComparison CompareLive(SnapshotHead head, Stream dump)
    {
        VolumeState<UInt128> state = Apply(session.OpenFull(head, cancellationToken), new VolumeState<UInt128>(), mayEnd: false);
        DumpReader reader = new(dump);
        DumpFacts facts = VolumeChains.FactsOf(head);
        DumpFacts now = DumpFacts.Of(reader.Header, reader.Volume);
        bool isSameMoment = now.Type != VolumeType.ReadWrite && now.Type == facts.Type && now.To == facts.To;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long compared = 0;
        List<string> different = [];
        while (ReadRecord(reader, hash, mayEnd: false))
        {
            VnodeRecord record = reader.Record;
            UInt128 digest = HashOf(in record, hash);
            if (!isSameMoment && record.ServerModified >= facts.HeldUntil)
            {
                continue; // changed since
            }

            compared++;
            int index = state.IndexOf(record.Vnode);
            if (index < 0 || state.UniqAt(index) != record.Uniq || state.ValueAt(index) != digest)
            {
                different.Add(record.ToString());
            }
        }

        if (isSameMoment && different.Count == 0 && compared != state.Count)
        {
            different.Add($"{state.Count - compared} more in the repository");
        }

        return new LiveComparison(compared, different);
    }

    private static void Compare(VolumeState<UInt128> expected, VolumeState<UInt128> found)
    {
        for (int i = 0; i < Math.Max(expected.Count, found.Count); i++)
        {
            bool isThere = i < expected.Count && i < found.Count;
            if (!isThere
                || expected.VnodeAt(i) != found.VnodeAt(i)
                || expected.UniqAt(i) != found.UniqAt(i)
                || expected.ValueAt(i) != found.ValueAt(i))
            {
                VolumeState<UInt128> holder = i < expected.Count ? expected : found;
                throw new InvalidEncodingException(
                    $"from vnode {holder.VnodeAt(i)}.{holder.UniqAt(i)} on, its tree is not what its dumps lead to");
            }
        }
    }

    private VolumeState<UInt128> Apply(DumpContent dump, VolumeState<UInt128> before, bool mayEnd)
    {
        VolumeStateBuilder<UInt128> builder = new(before);
        foreach ((VnodeRecord record, UInt128 hash) in Records(dump, mayEnd))
        {
            if (record.IsBare)
            {
                builder.Keep(record.Vnode, record.Uniq);
            }
            else
            {
                builder.Put(record.Vnode, record.Uniq, hash);
            }
        }

        return builder.Build();
    }

    private void Parse(DumpContent dump, bool mayEnd)
    {
        foreach ((VnodeRecord, UInt128) _ in Records(dump, mayEnd))
        {
        }
    }

    /// <param name="dump">A dump.</param>
    /// <param name="mayEnd">Whether it may end anywhere: it is known to be cut off.</param>
    private IEnumerable<(VnodeRecord Record, UInt128 Hash)> Records(DumpContent dump, bool mayEnd)
    {
        using Stream stream = dump.OpenStream();
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        DumpReader reader = new(stream);
        while (ReadRecord(reader, hash, mayEnd))
        {
            yield return (reader.Record, HashOf(reader.Record, hash));
        }
    }

    /// <summary>Goes on to the next whole record and hashes its content; false at the end.</summary>
    private bool ReadRecord(DumpReader reader, IncrementalHash hash, bool mayEnd)
    {
        try
        {
            for (DumpStep step; (step = reader.Read()) != DumpStep.End;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (step == DumpStep.Record)
                {
                    return true;
                }

                for (int read; (read = reader.ReadContent(_piece)) > 0;)
                {
                    hash.AppendData(_piece.AsSpan(0, read));
                }
            }
        }
        catch (DumpException e) when (mayEnd && e.Fault == DumpFault.Truncated)
        {
        }

        return false;
    }

    /// <summary>Of a content, and of the record as it is written in one form.</summary>
    private UInt128 HashOf(in VnodeRecord record, IncrementalHash content)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _record.Clear();
        DumpEncoder.Record(_record, in record);
        content.AppendData(_record.Written);
        content.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }
}
