using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;
using SnapFs.Storage;
using SnapFs.Trees;

namespace SnapFs.Repository.Objects;

/// <summary>
/// Encodes snapshots (<c>docs/format.md</c> section 8): a head under the index key of the domain, which can be checked by itself,
/// and a body under the run's key for trees.
/// </summary>
internal static class SnapshotCodec
{
    private const byte HeartbeatTag = 13;

    /// <summary>Encodes and signs a snapshot; the SHA-256 of the result is its id.</summary>
    /// <param name="run">Who writes it.</param>
    /// <param name="heartbeat">The number of the run's last heartbeat.</param>
    /// <param name="head">The id is not looked at.</param>
    /// <param name="body">What only readers of the domain see; what there is no room for is counted instead.</param>
    /// <exception cref="EncodingLimitException">No reader would take it, so that it must not be put.</exception>
    internal static byte[] Encode(WritingRun run, int heartbeat, SnapshotHead head, SnapshotBody body)
    {
        byte[] headFields = SnapshotFields.EncodeHead(head);
        byte[] bodyFields = SnapshotBodyFields.Encode(body);
        CheckReadable(headFields, bodyFields);
        ByteWriter extra = new();
        new FieldWriter(extra).Number(HeartbeatTag, (ulong)heartbeat);
        byte[] snapshot = SignedObject.Write(FormatKind.Snapshot, run, extra, Seal);
        if (snapshot.Length > SnapshotLimits.MaxObject)
        {
            throw new EncodingLimitException(
                $"the snapshot has {snapshot.Length} bytes, more than {SnapshotLimits.MaxObject}");
        }

        return SignedObject.TryRead(snapshot, FormatKind.Snapshot) is not null
            ? snapshot
            : throw new EncodingLimitException($"the signed part of the snapshot has more than {SnapshotLimits.MaxSignedPart} bytes");

        (byte[] Head, byte[] Following) Seal(byte[] clear)
        {
            Span<byte> key = stackalloc byte[Sealing.KeyLength];
            KeyDerivation.Derive(run.Key(ChunkKind.Tree).Secret, "snapshot-body", run.Id.ToArray(), key);
            byte[] rest = [.. run.Key(ChunkKind.Tree).Sealed, .. Sealing.Seal(key, clear, PaddedContent.Wrap(bodyFields))];
            DeriveHeadKey(run.Keys.IndexKey(run.Keys.Epoch), key);
            byte[] sealedHead = Sealing.Seal(key, clear, PaddedContent.Wrap(headFields));
            CryptographicOperations.ZeroMemory(key);
            return (sealedHead, rest);
        }
    }

    /// <summary>Whether an object has all that its signature is over: anyone can put what is signed with something else behind it,
    /// under a name of its own.</summary>
    internal static bool IsWhole(ReadOnlySpan<byte> content) =>
        SignedObject.TryRead(content, FormatKind.Snapshot) is SignedObject signed && signed.HasRest(content);

    /// <summary>Checks a snapshot and decodes what the index key opens.</summary>
    /// <param name="keys">The keys of its domain.</param>
    /// <param name="content">The whole object, its name already checked, or its bytes up to the end of the signature.</param>
    /// <param name="id">Its name.</param>
    /// <returns>Null if it does not count: whoever may put objects can leave some.</returns>
    /// <exception cref="DamagedException">It counts and is malformed.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    internal static SnapshotHead? DecodeHead(IDomainKeys keys, ReadOnlySpan<byte> content, in ObjectId id)
    {
        string subject = NameOf(keys, id);
        try
        {
            return Read(keys, content, id, subject)?.Head;
        }
        catch (InvalidEncodingException e)
        {
            throw new DamagedException(subject, e.Message, e);
        }
    }

    /// <summary>Checks a snapshot and decodes what the private tree key of its domain opens.</summary>
    /// <exception cref="DamagedException">It is forged or damaged.</exception>
    /// <exception cref="WrongKeyException">This process may not read the domain.</exception>
    /// <inheritdoc cref="DecodeHead(IDomainKeys, ReadOnlySpan{byte}, in ObjectId)" path="/param"/>
    internal static SnapshotBody DecodeBody(IDomainKeys keys, ReadOnlySpan<byte> content, in ObjectId id)
    {
        string subject = NameOf(keys, id);
        try
        {
            Parts parts = Read(keys, content, id, subject)
                ?? throw new DamagedException(subject, "nobody signed it who may");
            if (!keys.CanRead)
            {
                throw new WrongKeyException(
                    "this key may write but not read; use an administrator's key or passphrase");
            }

            ReadOnlySpan<byte> rest = parts.Object.Rest(content, subject);
            Span<byte> runKey = stackalloc byte[RunKey.Length];
            Span<byte> key = stackalloc byte[Sealing.KeyLength];
            bool opened = rest.Length > RunKey.SealedLength
                && keys.TryOpenRunKey(ChunkKind.Tree, parts.Epoch, rest[..RunKey.SealedLength], runKey);
            byte[]? padded = null;
            if (opened)
            {
                KeyDerivation.Derive(runKey, "snapshot-body", parts.Head.Run.ToArray(), key);
                opened = Sealing.TryOpen(key, parts.Object.Bound(content), rest[RunKey.SealedLength..], out padded);
            }

            CryptographicOperations.ZeroMemory(runKey);
            CryptographicOperations.ZeroMemory(key);
            return opened && padded is not null
                ? RequireRoot(SnapshotBodyFields.Decode(PaddedContent.Unwrap(padded), subject), parts.Head)
                : throw new DamagedException(subject, "its body does not decrypt");
        }
        catch (InvalidEncodingException e)
        {
            throw new DamagedException(subject, e.Message, e);
        }
    }

    /// <summary>The name of a snapshot in storage.</summary>
    internal static ObjectName StorageName(IDomainKeys keys, in ObjectId id) =>
        new(ObjectKind.Snapshot, keys.DomainName, id.ToString());

    /// <summary>What a user finds a snapshot by.</summary>
    internal static string NameOf(IDomainKeys keys, in ObjectId id) => StorageName(keys, id).RelativePath;

    /// <summary>What only reads heads and what reads bodies must find the same tree.</summary>
    private static SnapshotBody RequireRoot(SnapshotBody body, SnapshotHead head)
    {
        NodeView root = NodeCodec.Read(body.RootNode.Span);
        return root.Type == NodeType.Directory && root.Name.IsEmpty && root.Tree == head.Root
            ? body
            : throw new InvalidEncodingException("its root is not a directory without name whose page is that of its head");
    }

    private static Parts? Read(IDomainKeys keys, ReadOnlySpan<byte> content, in ObjectId id, string subject)
    {
        if (SignedObject.TryRead(content, FormatKind.Snapshot) is not SignedObject signed
            || signed.Check(keys, content, id, out ObjectTrust trust) is not ObjectOrigin origin
            || trust == ObjectTrust.None)
        {
            return null;
        }

        FieldSet fields = signed.Fields(content, subject, HeartbeatTag);
        uint epoch = EpochObject.ReadNumber(fields.Number(7));
        fields.Number(HeartbeatTag);
        if (!keys.Has(epoch))
        {
            return null;
        }

        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        DeriveHeadKey(keys.IndexKey(epoch), key);
        ReadOnlyMemory<byte> list = signed.OpenHead(content, key, subject);
        CryptographicOperations.ZeroMemory(key);
        SnapshotHead head = SnapshotFields.DecodeHead(list.Span, id, subject) with
        {
            Domain = origin.Domain,
            Signer = origin.Signer,
            Run = fields.ShortId(9),
            Sequence = fields.Number(11),
        };
        return trust == ObjectTrust.Vouched || keys.MaySign(origin.Signer, head)
            ? new Parts(signed, head, epoch)
            : null;
    }

    /// <summary>Decodes what was encoded: a limit that only readers knew would show when all data was lost.</summary>
    private static void CheckReadable(byte[] head, byte[] body)
    {
        try
        {
            SnapshotFields.DecodeHead(head, default, "the snapshot");
            SnapshotBodyFields.Decode(body, "the snapshot");
        }
        catch (SnapFsException e) when (e is InvalidEncodingException or NewerFormatException)
        {
            throw new EncodingLimitException($"the snapshot cannot be described: {e.Message}");
        }
    }

    private static void DeriveHeadKey(ReadOnlySpan<byte> indexKey, Span<byte> key) =>
        KeyDerivation.Derive(indexKey, "snapshot-head", [], key);

    private sealed record Parts(SignedObject Object, SnapshotHead Head, uint Epoch);
}
