using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Snapshots;
using SnapFs.Storage;

namespace SnapFs.Repository.Checks;

/// <summary>Checks heads objects: that they say what the snapshots begin with.</summary>
internal sealed class HeadsCheck(IStorage storage, CheckReport report)
{
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
        // What is the whole object says the same as that: its name is the proof.
        List<HeadsEntry> unproven = [];
        if (HeadsCodec.Decode(keys, content, id, subject, Add) is null)
        {
            report.Note(subject, "nobody signed it who may: it is passed over");
            return;
        }

        if (unproven.Count > 0)
        {
            // Whoever signed it may have put any number of names there.
            HashSet<ObjectId> listed = await storage.ListAsync(ObjectKind.Snapshot, keys.DomainName, cancellationToken)
                .Select(info => info.Name.Hash).ToHashSetAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            foreach (IGrouping<ObjectId, HeadsEntry> entries in unproven.GroupBy(entry => entry.Snapshot))
            {
                if (listed.Contains(entries.Key))
                {
                    await CheckAsync(keys, entries, subject, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        void Add(HeadsOrigin by, HeadsEntry entry)
        {
            if (!entry.IsProven())
            {
                unproven.Add(entry);
            }
        }
    }

    private async Task CheckAsync(
        IDomainKeys keys, IGrouping<ObjectId, HeadsEntry> entries, string subject, CancellationToken cancellationToken)
    {
        ObjectName name = SnapshotCodec.StorageName(keys, entries.Key);
        try
        {
            byte[] snapshot = await storage.GetAsync(name, SnapshotLimits.MaxObject, cancellationToken).ConfigureAwait(false);
            if (ObjectId.Of(snapshot) == entries.Key
                && entries.Any(entry => !snapshot.AsSpan().StartsWith(entry.Bytes.Span)))
            {
                report.Error(subject, $"it says of {name} what that does not begin with", Advice.Heads);
            }
        }
        catch (SnapFsException e) when (e.IsOfOneObject)
        {
            // It is gone, or what is wrong with it is said elsewhere.
        }
    }
}
