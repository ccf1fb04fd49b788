using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Snapshots;
using SnapFs.Storage;

namespace SnapFs.Repository.Checks;

/// <summary>Checks heads objects: that they say what the snapshots begin with.</summary>
/// <remarks>Not used concurrently.</remarks>
internal sealed class HeadsCheck(IStorage storage, CheckReport report)
{
    private readonly Dictionary<string, HashSet<ObjectId>> _listed = [];

    /// <summary>Checks one object.</summary>
    /// <param name="keys">The keys of its domain.</param>
    /// <param name="content">Its bytes, which its name belongs to.</param>
    /// <param name="id">Its name.</param>
    /// <param name="subject">The object, for messages.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DamagedException">It is malformed.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    internal async Task RunAsync(
        IDomainKeys keys, byte[] content, ObjectId id, string subject, CancellationToken cancellationToken)
    {
        // Whoever signed it may have put any number of names there: what is not listed is not kept.
        HashSet<ObjectId> listed = await ListAsync(keys, cancellationToken).ConfigureAwait(false);
        Dictionary<ObjectId, Beginning> unproven = [];
        long unbelieved = 0;
        if (HeadsCodec.Decode(keys, content, id, subject, Add) is null)
        {
            report.Note(subject, "nobody signed it who may: it is passed over");
            return;
        }

        if (unbelieved > 0)
        {
            report.Note(
                subject, $"{unbelieved} of its entries are not whole snapshots, and no administrator signed it: they are passed over");
        }

        foreach ((ObjectId snapshot, Beginning beginning) in unproven)
        {
            await CheckAsync(keys, snapshot, beginning, subject, cancellationToken).ConfigureAwait(false);
        }

        // What is the whole object says the same as that: its name is the proof. Of other entries a reader takes the first of each name.
        void Add(HeadsOrigin by, HeadsEntry entry)
        {
            if (entry.IsProven())
            {
                return;
            }

            if (!keys.IsAdministrator(by.Signer))
            {
                unbelieved++;
            }
            else if (listed.Contains(entry.Snapshot))
            {
                unproven.TryAdd(entry.Snapshot, new Beginning(entry.Bytes.Length, ObjectId.Of(entry.Bytes.Span)));
            }
        }
    }

    /// <summary>The snapshots of a domain, as they were when its first heads object was checked.</summary>
    private async Task<HashSet<ObjectId>> ListAsync(IDomainKeys keys, CancellationToken cancellationToken)
    {
        if (!_listed.TryGetValue(keys.DomainName, out HashSet<ObjectId>? listed))
        {
            listed = await storage.ListAsync(ObjectKind.Snapshot, keys.DomainName, cancellationToken)
                .Select(info => info.Name.Hash).ToHashSetAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            _listed[keys.DomainName] = listed;
        }

        return listed;
    }

    private async Task CheckAsync(
        IDomainKeys keys, ObjectId id, Beginning beginning, string subject, CancellationToken cancellationToken)
    {
        ObjectName name = SnapshotCodec.StorageName(keys, id);
        try
        {
            byte[] snapshot = await storage.GetAsync(name, SnapshotLimits.MaxObject, cancellationToken).ConfigureAwait(false);
            if (ObjectId.Of(snapshot) == id
                && (snapshot.Length < beginning.Length || ObjectId.Of(snapshot.AsSpan(0, beginning.Length)) != beginning.Hash))
            {
                report.Error(subject, $"it says of {name} what that does not begin with", Advice.Heads);
            }
        }
        catch (SnapFsException e) when (e.IsOfOneObject)
        {
            // It is gone, or what is wrong with it is said elsewhere.
        }
    }

    /// <summary>What a snapshot is said to begin with.</summary>
    /// <param name="Length">Bytes.</param>
    /// <param name="Hash">Their hash: they themselves may be many.</param>
    private readonly record struct Beginning(int Length, ObjectId Hash);
}
