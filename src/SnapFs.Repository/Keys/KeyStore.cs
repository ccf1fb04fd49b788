using SnapFs.Objects;
using SnapFs.Repository.Objects;
using SnapFs.Storage;

namespace SnapFs.Repository.Keys;

/// <summary>Reads everything in <c>keys/</c> and finds out what of it counts (<c>docs/format.md</c> section 3.2).</summary>
internal sealed class KeyStore
{
    private const int ReadAtOnce = 16;

    /// <summary>Kinds after this one belong in <c>gc/</c>.</summary>
    private const byte LastKindOfKeys = 63;

    private readonly List<EpochObject> _epochs = [];
    private ObjectId? _epochId;
    private readonly List<SnapFsException> _problems = [];
    private readonly Dictionary<ObjectId, SnapFsException> _unread = [];
    private readonly List<(string Subject, string Reason)> _passedOver = [];

    private KeyStore()
    {
    }

    /// <summary>The newest epoch; null if there is none.</summary>
    internal EpochObject? Epoch { get; private set; }

    /// <summary>When the storage took the newest epoch in.</summary>
    internal DateTimeOffset EpochReceived { get; private set; }

    /// <summary>Every epoch that the root started.</summary>
    internal IReadOnlyList<EpochObject> Epochs => _epochs;

    /// <summary>What counts in the newest, by name.</summary>
    internal IReadOnlyList<KeyObject> Objects { get; private set; } = [];

    /// <summary>Damaged objects, and those that cannot be read.</summary>
    internal IReadOnlyList<SnapFsException> Problems => _problems;

    /// <summary>Those of them that may hide more than themselves: what the newest epoch began with, so that it does count, and what
    /// the storage fails to read, which can be anything.</summary>
    internal IReadOnlyList<SnapFsException> Losses { get; private set; } = [];

    /// <summary>What does not count, and why: anyone who may put objects can leave some.</summary>
    internal IReadOnlyList<(string Subject, string Reason)> PassedOver => _passedOver;

    /// <summary>Lists and reads <c>keys/</c>. What is wrong with one object does not hide the others.</summary>
    /// <param name="storage">The repository.</param>
    /// <param name="repositoryId">Its id.</param>
    /// <param name="rootPublicKey">The key in its config.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NewerFormatException">One that counts is of a kind or version that is not known.</exception>
    internal static async Task<KeyStore> LoadAsync(
        IStorage storage, ObjectId repositoryId, ReadOnlyMemory<byte> rootPublicKey, CancellationToken cancellationToken)
    {
        KeyStore store = new();
        List<ObjectName> names = [];
        Dictionary<string, DateTimeOffset> received = [];
        await foreach (ObjectInfo info in storage.ListAsync(ObjectKind.Key, cancellationToken).ConfigureAwait(false))
        {
            names.Add(info.Name);
            received[info.Name.Id] = info.ReceivedAt;
        }

        names.Sort((left, right) => string.CompareOrdinal(left.Id, right.Id));
        byte[]?[] contents = new byte[names.Count][];
        ParallelOptions options = new() { CancellationToken = cancellationToken, MaxDegreeOfParallelism = ReadAtOnce };
        await Parallel.ForAsync(0, names.Count, options, async (i, token) =>
        {
            contents[i] = await store.ReadAsync(storage, names[i], token).ConfigureAwait(false);
        }).ConfigureAwait(false);
        store.Choose(names, contents, repositoryId, rootPublicKey.Span);
        store.EpochReceived = store._epochId is ObjectId epoch ? received[epoch.ToString()] : default;
        return store;
    }

    /// <summary>The objects of a kind.</summary>
    internal IEnumerable<KeyObject> OfKind(FormatKind kind) => Objects.Where(key => key.Kind == kind);

    /// <summary>Throws the first problem, if there is one: what is missing may be what is damaged.</summary>
    internal void ThrowIfDamaged()
    {
        if (_problems.Count > 0)
        {
            throw _problems[0];
        }
    }

    private async Task<byte[]?> ReadAsync(IStorage storage, ObjectName name, CancellationToken cancellationToken)
    {
        try
        {
            return await CertifiedObject.GetAsync(storage, name, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectNotFoundException)
        {
            return null; // removed since it was listed: a passphrase was changed or removed elsewhere
        }
        catch (ObjectTooLargeException e)
        {
            PassOver(name.RelativePath, e.Message);
            return null;
        }
        catch (SnapFsException e) when (e.IsOfOneObjectOrItsForm())
        {
            lock (_problems)
            {
                _problems.Add(e);
                _unread[name.Hash] = e;
            }

            return null;
        }
    }

    private void Choose(
        List<ObjectName> names, byte[]?[] contents, in ObjectId repositoryId, ReadOnlySpan<byte> rootPublicKey)
    {
        List<(KeyObject Object, CertifiedObject.Claim Claim)> certified = [];
        for (int i = 0; i < names.Count; i++)
        {
            if (contents[i] is not byte[] content)
            {
                continue;
            }

            if (CertifiedObject.TryRead(content) is not CertifiedObject.Claim claim)
            {
                PassOver(names[i].RelativePath, "it is not formed like an object of keys/");
            }
            else if (claim.Repository != repositoryId)
            {
                PassOver(names[i].RelativePath, "it is of another repository, as an interrupted 'snapfs init' leaves it");
            }
            else
            {
                certified.Add((new KeyObject(names[i].Hash, claim.Kind, content), claim));
            }
        }

        FindEpochs(certified, rootPublicKey);
        List<(KeyObject Object, CertifiedObject.Claim Claim)> counting = [];
        foreach ((KeyObject key, CertifiedObject.Claim claim) in certified)
        {
            if (Counts(key, claim))
            {
                counting.Add((key, claim));
            }
        }

        HashSet<ObjectId> replaced = [.. counting.SelectMany(entry => entry.Claim.Replaced)];
        Objects = [.. counting.Where(entry => !IsReplaced(entry.Object)).Select(entry => entry.Object)];
        FindLosses([.. counting.Select(entry => entry.Object.Id), .. replaced]);

        bool IsReplaced(KeyObject key)
        {
            if (replaced.Contains(key.Id))
            {
                PassOver(key.Subject, "another object replaces it");
            }

            return replaced.Contains(key.Id);
        }
    }

    private void FindLosses(HashSet<ObjectId> known)
    {
        List<SnapFsException> losses = [.. _unread.Values.Where(problem => problem is IObjectFailure)];
        foreach (ObjectId missing in (Epoch?.Contents ?? []).Where(name => !known.Contains(name)))
        {
            if (!_unread.TryGetValue(missing, out SnapFsException? problem))
            {
                problem = new DamagedException(
                    KeyNames.Of(missing), "it is missing; the repository's newest epoch began with it");
                _problems.Add(problem);
            }

            if (!losses.Contains(problem))
            {
                losses.Add(problem);
            }
        }

        Losses = losses;
    }

    private void FindEpochs(
        List<(KeyObject Object, CertifiedObject.Claim Claim)> certified, ReadOnlySpan<byte> rootPublicKey)
    {
        foreach ((KeyObject key, CertifiedObject.Claim claim) in certified)
        {
            if (claim is not { Kind: FormatKind.Epoch, SignedBy: 0 })
            {
                continue;
            }

            if (!CertifiedObject.IsSignedBy(key.Content, claim, rootPublicKey))
            {
                PassOver(key.Subject, "the root did not sign it");
                continue;
            }

            RequireKnown(key.Subject, claim);
            try
            {
                EpochObject epoch = EpochObject.Decode(key.Fields, key.Subject);
                _epochs.Add(epoch);

                // Of two with one number the one whose name comes first counts; they are in order of their names.
                if (Epoch is null || epoch.Number > Epoch.Number)
                {
                    Epoch = epoch;
                    _epochId = key.Id;
                }
            }
            catch (InvalidEncodingException e)
            {
                _problems.Add(new DamagedException(key.Subject, e.Message, e));
            }
        }
    }

    private bool Counts(KeyObject key, CertifiedObject.Claim claim)
    {
        if (claim.Kind == FormatKind.Epoch && claim.SignedBy == 0)
        {
            return false; // looked at already
        }

        if (claim.SignedBy != Epoch?.Number)
        {
            PassOver(key.Subject, claim.SignedBy == 0 ? "the root signs epochs only" : $"it is of epoch {claim.SignedBy}");
            return false;
        }

        if (!CertifiedObject.IsSignedBy(key.Content, claim, Epoch.Authority))
        {
            PassOver(key.Subject, $"the authority of epoch {claim.SignedBy} did not sign it");
            return false;
        }

        if (claim.IsOptional)
        {
            return false; // a later version knows what it is for
        }

        if (claim.Kind is FormatKind.Config or (>= FormatKind.Pack and <= FormatKind.Witness) || (byte)claim.Kind > LastKindOfKeys)
        {
            PassOver(key.Subject, "it does not belong in keys/");
            return false;
        }

        RequireKnown(key.Subject, claim);
        return true;
    }

    private static void RequireKnown(string subject, CertifiedObject.Claim claim)
    {
        if (claim.Version != Envelope.Version)
        {
            throw new NewerFormatException(subject, $"format version {claim.Version}");
        }

        if (claim.Kind is not (>= FormatKind.Epoch and <= FormatKind.Store or FormatKind.Voucher))
        {
            throw new NewerFormatException(subject, $"an object of kind {(byte)claim.Kind}");
        }
    }

    private void PassOver(string subject, string reason)
    {
        lock (_passedOver)
        {
            _passedOver.Add((subject, reason));
        }
    }
}
