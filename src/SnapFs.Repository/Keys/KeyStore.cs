using SnapFs.Objects;
using SnapFs.Repository.Objects;
using SnapFs.Storage;

namespace SnapFs.Repository.Keys;

/// <summary>Reads everything in <c>keys/</c>: a few small objects.</summary>
internal sealed class KeyStore
{
    /// <summary>The longest key object a reader accepts, bytes.</summary>
    internal const int MaxLength = 1024 * 1024;

    private readonly List<KeyObject> _objects = [];
    private readonly List<SnapFsException> _problems = [];
    private readonly List<string> _foreign = [];

    private KeyStore()
    {
    }

    /// <summary>Intact objects of this repository, by name.</summary>
    internal IReadOnlyList<KeyObject> Objects => _objects;

    /// <summary>Damaged objects, objects of newer versions, and those that cannot be read.</summary>
    internal IReadOnlyList<SnapFsException> Problems => _problems;

    /// <summary>Objects of another repository, such as an interrupted <c>init</c> leaves.</summary>
    internal IReadOnlyList<string> Foreign => _foreign;

    /// <summary>Lists and reads <c>keys/</c>. Damage to one object does not hide the others.</summary>
    internal static async Task<KeyStore> LoadAsync(
        IStorage storage, ObjectId repositoryId, CancellationToken cancellationToken)
    {
        KeyStore store = new();
        List<ObjectName> names = [];
        await foreach (ObjectInfo info in storage.ListAsync(ObjectKind.Key, cancellationToken).ConfigureAwait(false))
        {
            names.Add(info.Name);
        }

        foreach (ObjectName name in names.OrderBy(name => name.Id, StringComparer.Ordinal))
        {
            try
            {
                byte[] content = await storage.GetAsync(name, MaxLength, cancellationToken).ConfigureAwait(false);
                store.Add(name, content, repositoryId);
            }
            catch (ObjectNotFoundException)
            {
                // Removed since it was listed: a passphrase was changed or removed elsewhere.
            }
            catch (SnapFsException e) when (e.IsOfOneObjectOrItsForm())
            {
                store._problems.Add(e);
            }
        }

        return store;
    }

    /// <summary>Throws the first problem, if there is one: what is missing may be what is damaged.</summary>
    internal void ThrowIfDamaged()
    {
        if (_problems.Count > 0)
        {
            throw _problems[0];
        }
    }

    private void Add(ObjectName name, byte[] content, in ObjectId repositoryId)
    {
        string subject = name.RelativePath;
        ObjectId id = ObjectId.Of(content);
        if (id.ToString() != name.Id)
        {
            throw new DamagedException(subject, "its name is not the SHA-256 of its bytes");
        }

        FormatKind kind = Envelope.KindOf(content, subject);
        try
        {
            switch (kind)
            {
                case FormatKind.PassphraseSlot or FormatKind.Epoch or FormatKind.Domain
                    or FormatKind.AgentCertificate or FormatKind.RecipientSlot:
                    if (RootSigned.BelongsTo(content, kind, subject, repositoryId))
                    {
                        _objects.Add(new KeyObject(id, kind, content));
                    }
                    else
                    {
                        _foreign.Add(subject);
                    }

                    break;
                default:
                    // A revocation or what comes after it may take trust away, so it must not be passed over.
                    throw new NewerFormatException(subject, $"an object of kind {(byte)kind}");
            }
        }
        catch (InvalidEncodingException e)
        {
            throw new DamagedException(subject, e.Message, e);
        }
    }
}
