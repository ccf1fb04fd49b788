using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Packs;
using SnapFs.Storage;

namespace SnapFs.Repository.Checks;

/// <summary>Checks index segments, and that the packs they list are there with the right length.</summary>
internal sealed class IndexCheck
{
    private readonly IStorage _storage;
    private readonly CheckReport _report;
    private readonly HeadsCheck _heads;

    internal IndexCheck(IStorage storage, CheckReport report)
    {
        _storage = storage;
        _report = report;
        _heads = new HeadsCheck(storage, report);
    }

    /// <summary>What intact segments say of each pack.</summary>
    internal Dictionary<ObjectName, PackFacts> Packs { get; } = [];

    /// <summary>Packs that are there with the length the index gives.</summary>
    internal List<(ObjectName Name, IDomainKeys Keys)> Present { get; } = [];

    /// <summary>Names of packs that are missing, have another length or cannot be examined, and why. Whether that is an error
    /// depends on what needs them.</summary>
    internal Dictionary<string, SnapFsException> Lost { get; } = [];

    internal async Task RunAsync(
        IReadOnlyList<IDomainKeys> domains, IProgress<CheckProgress>? progress, CancellationToken cancellationToken)
    {
        foreach (IDomainKeys keys in domains)
        {
            List<ObjectInfo> listed = await _storage.ListAsync(ObjectKind.Index, keys.DomainName, cancellationToken)
                .ToListAsync(cancellationToken).ConfigureAwait(false);
            long done = 0;
            foreach (ObjectInfo info in listed.OrderBy(info => info.Name.Id, StringComparer.Ordinal))
            {
                await CheckSegmentAsync(keys, info.Name, cancellationToken).ConfigureAwait(false);
                progress?.Report(new CheckProgress(CheckPhase.Index, ++done, listed.Count));
            }

            await CheckPacksAsync(keys, cancellationToken).ConfigureAwait(false);
        }

        _report.Packs = Packs.Count;
    }

    private async Task CheckSegmentAsync(IDomainKeys keys, ObjectName name, CancellationToken cancellationToken)
    {
        string subject = name.RelativePath;
        string advice = Advice.Segment;
        try
        {
            byte[] content = await _storage.GetAsync(name, IndexObjectCodec.MaxLength, cancellationToken)
                .ConfigureAwait(false);
            ObjectId id = ObjectId.Of(content);
            if (id.ToString() != name.Id)
            {
                _report.Error(
                    subject,
                    "its name is not the SHA-256 of its bytes",
                    HeadsCodec.IsHeads(content) ? Advice.DamagedHeads : Advice.Segment);
                return;
            }

            if (HeadsCodec.IsHeads(content))
            {
                advice = Advice.Heads;
                await _heads.RunAsync(keys, content, id, subject, cancellationToken).ConfigureAwait(false);
                return;
            }

            using IndexObject? read = IndexObjectCodec.Decode(keys, content, id, subject);
            _report.Segments++;
            if (read is not { IsTrusted: true })
            {
                _report.Note(subject, "nobody signed it who may: it is passed over");
                return;
            }

            foreach ((ObjectId pack, PackFacts facts) in PackFacts.Of(read))
            {
                Add(PackLayout.StorageName(keys, pack), facts, subject);
            }
        }
        catch (ObjectNotFoundException)
        {
            // Merged into another one since it was listed.
        }
        catch (SnapFsException e) when (e.IsOfOneObjectOrItsForm())
        {
            _report.Error(subject, e, advice);
        }
    }

    private void Add(ObjectName name, PackFacts facts, string subject)
    {
        if (Packs.TryGetValue(name, out PackFacts other) && other != facts)
        {
            _report.Error(subject, $"it describes {name} otherwise than another segment does", Advice.Segment);
            return;
        }

        Packs[name] = facts;
    }

    /// <summary>Lists the packs after the segments were read: a backup puts packs first, so none can be missing for
    /// being new.</summary>
    private async Task CheckPacksAsync(IDomainKeys keys, CancellationToken cancellationToken)
    {
        Dictionary<ObjectName, long> stored = [];
        long leftovers = 0;
        long leftoverBytes = 0;
        await foreach (ObjectInfo info in _storage.ListAsync(ObjectKind.Pack, keys.DomainName, cancellationToken).ConfigureAwait(false))
        {
            stored[info.Name] = info.Length;
            if (!Packs.ContainsKey(info.Name))
            {
                leftovers++;
                leftoverBytes += info.Length;
            }
        }

        if (leftovers > 0)
        {
            _report.Note(
                $"packs/{keys.DomainName}/",
                $"{leftovers} packs ({leftoverBytes} bytes) are in no index segment: a backup is running, or was "
                    + "interrupted");
        }

        foreach ((ObjectName name, PackFacts facts) in Packs.Where(pack => pack.Key.Domain == keys.DomainName))
        {
            await CheckPackAsync(keys, name, facts, stored, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CheckPackAsync(
        IDomainKeys keys,
        ObjectName pack,
        PackFacts facts,
        Dictionary<ObjectName, long> stored,
        CancellationToken cancellationToken)
    {
        string name = pack.RelativePath;
        if (!stored.TryGetValue(pack, out long length))
        {
            Lost.Add(name, new DamagedException(name, "it is missing"));
            return;
        }

        try
        {
            if (length != facts.Length)
            {
                // A listing gives no length of what could not be examined; asking for that one says why.
                length = await _storage.GetLengthAsync(pack, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (SnapFsException e) when (e.IsOfOneObject)
        {
            Lost.Add(name, e);
            return;
        }

        if (length == facts.Length)
        {
            Present.Add((pack, keys));
        }
        else
        {
            Lost.Add(name, new DamagedException(name, $"it has {length} bytes, the index says {facts.Length}"));
        }
    }
}
