using SnapFs.Binary;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Packs;
using SnapFs.Storage;

namespace SnapFs.Repository.Checks;

/// <summary>Checks index segments, and that the packs they list are there with the right length.</summary>
internal sealed class IndexCheck
{
    private readonly IStorage _storage;
    private readonly OpenedRepository _repository;
    private readonly CheckReport _report;

    internal IndexCheck(IStorage storage, OpenedRepository repository, CheckReport report)
    {
        _storage = storage;
        _repository = repository;
        _report = report;
    }

    /// <summary>What intact segments say of each pack.</summary>
    internal Dictionary<ObjectId, PackFacts> Packs { get; } = [];

    /// <summary>Packs that are there with the length the index gives.</summary>
    internal List<ObjectId> Present { get; } = [];

    /// <summary>Names of packs that are missing, have another length or cannot be examined, and why. Whether that is an error
    /// depends on what needs them.</summary>
    internal Dictionary<string, SnapFsException> Lost { get; } = [];

    internal async Task RunAsync(IProgress<CheckProgress>? progress, CancellationToken cancellationToken)
    {
        List<ObjectName> names = [];
        await foreach (ObjectInfo info in _storage.ListAsync(ObjectKind.Index, cancellationToken).ConfigureAwait(false))
        {
            names.Add(info.Name);
        }

        foreach (ObjectName name in names.OrderBy(name => name.Id, StringComparer.Ordinal))
        {
            await CheckSegmentAsync(name, cancellationToken).ConfigureAwait(false);
            progress?.Report(new CheckProgress(CheckPhase.Index, _report.Segments, names.Count));
        }

        _report.Packs = Packs.Count;
        await CheckPacksAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The SHA-256 of a description, to compare a pack's footer with the index.</summary>
    internal static ObjectId DigestOf(PackDescription description)
    {
        ByteWriter writer = new(64 * 1024);
        writer.Bytes(description.Salt);
        PackDescriptionCodec.Write(writer, description);
        return ObjectId.Of(writer.Written);
    }

    private async Task CheckSegmentAsync(ObjectName name, CancellationToken cancellationToken)
    {
        string subject = name.RelativePath;
        try
        {
            byte[] content = await _storage.GetAsync(name, IndexSegmentCodec.MaxLength, cancellationToken)
                .ConfigureAwait(false);
            _report.Segments++;
            if (ObjectId.Of(content).ToString() != name.Id)
            {
                _report.Error(subject, "its name is not the SHA-256 of its bytes", Advice.Segment);
                return;
            }

            List<IndexedPack>? packs = IndexSegmentCodec.Decode(_repository.Keys.Domain, content, subject);
            if (packs is null)
            {
                _report.Note(subject, "it is of another domain than this key's and was not looked into");
                return;
            }

            packs.ForEach(pack => Add(pack, subject));
        }
        catch (ObjectNotFoundException)
        {
            // Merged into another one since it was listed.
        }
        catch (SnapFsException e) when (e.IsOfOneObjectOrItsForm())
        {
            _report.Error(subject, e, Advice.Segment);
        }
    }

    private void Add(in IndexedPack pack, string subject)
    {
        PackFacts facts = new(pack.Length, DigestOf(pack.Description));
        if (Packs.TryGetValue(pack.Id, out PackFacts other) && other != facts)
        {
            _report.Error(
                subject,
                $"it describes {PackLayout.NameOf(pack.Id)} otherwise than another segment does",
                Advice.Segment);
            return;
        }

        Packs[pack.Id] = facts;
    }

    /// <summary>Lists the packs after the segments were read: a backup puts packs first, so none can be missing for
    /// being new.</summary>
    private async Task CheckPacksAsync(CancellationToken cancellationToken)
    {
        Dictionary<ObjectId, long> stored = [];
        long leftovers = 0;
        long leftoverBytes = 0;
        await foreach (ObjectInfo info in _storage.ListAsync(ObjectKind.Pack, cancellationToken).ConfigureAwait(false))
        {
            if (!ObjectId.TryParse(info.Name.Id, out ObjectId id))
            {
                continue; // a storage lists only well-formed names
            }

            stored[id] = info.Length;
            if (!Packs.ContainsKey(id))
            {
                leftovers++;
                leftoverBytes += info.Length;
            }
        }

        if (leftovers > 0)
        {
            _report.Note(
                "packs/",
                $"{leftovers} packs ({leftoverBytes} bytes) are in no index segment: a backup is running, or was "
                    + "interrupted");
        }

        foreach ((ObjectId id, PackFacts facts) in Packs)
        {
            await CheckPackAsync(id, facts, stored, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CheckPackAsync(
        ObjectId id, PackFacts facts, Dictionary<ObjectId, long> stored, CancellationToken cancellationToken)
    {
        string name = PackLayout.NameOf(id);
        if (!stored.TryGetValue(id, out long length))
        {
            Lost.Add(name, new DamagedException(name, "it is missing"));
            return;
        }

        try
        {
            if (length != facts.Length)
            {
                // A listing gives no length of what could not be examined; asking for that one says why.
                length = await _storage.GetLengthAsync(ObjectName.FromHash(ObjectKind.Pack, id.Span), cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch (SnapFsException e) when (e.IsOfOneObject)
        {
            Lost.Add(name, e);
            return;
        }

        if (length == facts.Length)
        {
            Present.Add(id);
        }
        else
        {
            Lost.Add(name, new DamagedException(name, $"it has {length} bytes, the index says {facts.Length}"));
        }
    }
}
