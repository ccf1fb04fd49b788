using System.Security.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Storage;

namespace SnapFs.Repository.Deletion;

/// <summary>What <c>gc/</c> forbids and permits (<c>docs/format.md</c> section 10).</summary>
internal sealed class MarkSet
{
    /// <summary>How long after an epoch came what the authorities before signed still forbids.</summary>
    internal static readonly TimeSpan OldEpochTerm = TimeSpan.FromDays(7);

    private readonly HashSet<ObjectName> _forbidden = [];
    private readonly HashSet<ObjectName> _hidden = [];

    private MarkSet(ObjectId hash) => Hash = hash;

    /// <summary>An empty <c>gc/</c>.</summary>
    internal static MarkSet None { get; } = new(ObjectId.Of([]));

    /// <summary>The hash of the names that were there, as a lease tells it.</summary>
    internal ObjectId Hash { get; }

    /// <summary>Why this version must not write; null if it may.</summary>
    internal NewerFormatException? Newer { get; private set; }

    /// <summary>Objects that do not count, and why.</summary>
    internal List<(string Subject, string Reason)> PassedOver { get; } = [];

    /// <summary>Whether a pack or snapshot must not be relied upon by what is written.</summary>
    internal bool Forbids(ObjectName name) => _forbidden.Contains(name);

    /// <summary>Whether a snapshot is not to be shown.</summary>
    internal bool Hides(ObjectName name) => _hidden.Contains(name);

    /// <summary>Lists and reads <c>gc/</c>.</summary>
    /// <param name="storage">The repository.</param>
    /// <param name="keys">Whose epochs count.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<MarkSet> LoadAsync(IStorage storage, KeyRing keys, CancellationToken cancellationToken)
    {
        List<ObjectInfo> listed = await storage.ListAsync(ObjectKind.Mark, cancellationToken).ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        if (listed.Count == 0)
        {
            return None;
        }

        listed.Sort((left, right) => string.CompareOrdinal(left.Name.Id, right.Name.Id));
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        listed.ForEach(info => hash.AppendData(info.Name.Hash.Span));
        MarkSet marks = new(ObjectId.Read(hash.GetHashAndReset()));
        DateTimeOffset now = await storage.GetTimeAsync(cancellationToken).ConfigureAwait(false);
        List<(ObjectInfo Info, byte[] Content, CertifiedObject.Claim Claim, bool IsNewest)> counting = [];
        foreach (ObjectInfo info in listed)
        {
            if (await ReadAsync(storage, info.Name, cancellationToken).ConfigureAwait(false) is byte[] content
                && marks.Counts(keys, info, content, now, out CertifiedObject.Claim claim, out bool isNewest))
            {
                counting.Add((info, content, claim, isNewest));
            }
        }

        HashSet<ObjectId> replaced = [.. counting.Where(mark => mark.IsNewest).SelectMany(mark => mark.Claim.Replaced)];
        foreach ((ObjectInfo info, byte[] content, CertifiedObject.Claim claim, bool isNewest) in counting)
        {
            if (!replaced.Contains(info.Name.Hash))
            {
                marks.Add(keys, claim, content, info.Name.RelativePath, isNewest);
            }
        }

        return marks;
    }

    private static async Task<byte[]?> ReadAsync(IStorage storage, ObjectName name, CancellationToken cancellationToken)
    {
        try
        {
            return await CertifiedObject.GetAsync(storage, name, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectNotFoundException)
        {
            return null; // removed since it was listed
        }
        catch (ObjectTooLargeException)
        {
            return null; // nobody who may wrote that
        }
    }

    private bool Counts(
        KeyRing keys,
        in ObjectInfo info,
        byte[] content,
        DateTimeOffset now,
        out CertifiedObject.Claim claim,
        out bool isNewest)
    {
        isNewest = false;
        claim = CertifiedObject.TryRead(content) is CertifiedObject.Claim read ? read : new(default, 0, default, [], 0);
        if (claim.Repository != keys.RepositoryId)
        {
            PassedOver.Add((info.Name.RelativePath, "it is none of this repository's"));
            return false;
        }

        foreach (EpochObject epoch in keys.Epochs)
        {
            if (epoch.Number == claim.SignedBy && CertifiedObject.IsSignedBy(content, claim, epoch.Authority))
            {
                isNewest = epoch == keys.Epochs[^1];
                bool counts = isNewest || now - keys.EpochReceived < OldEpochTerm;
                if (!counts)
                {
                    PassedOver.Add((info.Name.RelativePath, $"it is of epoch {epoch.Number}"));
                }

                return counts;
            }
        }

        PassedOver.Add((info.Name.RelativePath, "no authority of this repository signed it"));
        return false;
    }

    private void Add(KeyRing keys, CertifiedObject.Claim claim, byte[] content, string subject, bool isNewest)
    {
        try
        {
            if (claim is not { Version: Envelope.Version, Kind: FormatKind.Mark or FormatKind.Forget or FormatKind.Witness })
            {
                Newer ??= isNewest && !claim.IsOptional
                    ? new NewerFormatException(subject, $"kind {(byte)claim.Kind}, version {claim.Version}")
                    : null;
                return;
            }

            if (claim.Kind == FormatKind.Witness)
            {
                // It says when something may be deleted, which this version does not do; a newer one may forbid something by it.
                _ = new FieldSet(CertifiedObject.FieldsOf(content), subject, 1, 2, 3, 5, 7, 9);
                return;
            }

            MarkObject mark = MarkObject.Decode(claim.Kind, CertifiedObject.FieldsOf(content), subject);
            _forbidden.UnionWith(mark.Names);
            if (isNewest && claim.Kind == FormatKind.Forget && keys.Stores is [StoreObject here] && here.Id == mark.Store)
            {
                _hidden.UnionWith(mark.Names);
            }
        }
        catch (NewerFormatException e)
        {
            Newer ??= isNewest ? e : null;
        }
        catch (InvalidEncodingException e)
        {
            throw new DamagedException(subject, e.Message, e);
        }
    }
}
