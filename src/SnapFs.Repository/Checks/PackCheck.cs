using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using SnapFs.Chunks;
using SnapFs.Compression;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Packs;
using SnapFs.Storage;

namespace SnapFs.Repository.Checks;

/// <summary>Reads packs whole: name, footer, frames, and every chunk against its id.</summary>
internal sealed class PackCheck
{
    private const int FirstFrame = PackHeader.Length;

    private readonly IStorage _storage;
    private readonly CheckReport _report;

    internal PackCheck(IStorage storage, CheckReport report)
    {
        _storage = storage;
        _report = report;
    }

    /// <summary>Frames that do not give their chunks: the pack's name and the frame's offset.</summary>
    internal ConcurrentDictionary<(string Pack, uint Offset), bool> BadFrames { get; } = [];

    /// <summary>Packs that an error was reported of.</summary>
    internal ConcurrentDictionary<string, bool> BadPacks { get; } = [];

    internal async Task RunAsync(
        IndexCheck index,
        CheckOptions options,
        IProgress<CheckProgress>? progress,
        CancellationToken cancellationToken)
    {
        (ObjectName Name, IDomainKeys Keys)[] packs =
        [
            .. index.Present.Where(pack => NumberOf(pack.Name) % options.SubsetCount == options.Subset - 1),
        ];
        ConcurrentBag<Workspace> workspaces = [];
        ParallelOptions parallel = new()
        {
            MaxDegreeOfParallelism = options.Workers,
            CancellationToken = cancellationToken,
        };
        long done = 0;
        await Parallel.ForEachAsync(packs, parallel, async (pack, token) =>
        {
            Workspace workspace = workspaces.TryTake(out Workspace? idle) ? idle : new Workspace();
            await CheckAsync(pack.Name, pack.Keys, index, workspace, token).ConfigureAwait(false);
            workspaces.Add(workspace);
            progress?.Report(new CheckProgress(CheckPhase.Packs, Interlocked.Increment(ref done), packs.Length));
        }).ConfigureAwait(false);
    }

    private async Task CheckAsync(
        ObjectName pack, IDomainKeys keys, IndexCheck index, Workspace workspace, CancellationToken cancellationToken)
    {
        string name = pack.RelativePath;
        PackFacts facts = index.Packs[pack];
        if (facts.Length is < FirstFrame + PackLayout.TrailerLength or > int.MaxValue / 2)
        {
            Report(name, new DamagedException(name, $"no pack can have {facts.Length} bytes"));
            return;
        }

        Memory<byte> content = workspace.Stored((int)facts.Length);
        try
        {
            await _storage.ReadAsync(pack, 0, content, cancellationToken).ConfigureAwait(false);
            _report.CountPackRead(facts.Length);
            CheckContent(pack, keys, facts, content.Span, workspace);
        }
        catch (SnapFsException e) when (e.IsOfOneObjectOrItsForm())
        {
            Report(name, e);
        }
    }

    private void Report(string name, SnapFsException what)
    {
        BadPacks[name] = true;
        _report.Error(name, what, Advice.Pack);
    }

    private static uint NumberOf(ObjectName pack) =>
        uint.Parse(pack.Id.AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private void CheckContent(
        ObjectName pack, IDomainKeys keys, in PackFacts facts, ReadOnlySpan<byte> content, Workspace workspace)
    {
        string name = pack.RelativePath;
        if (ObjectId.Of(content).ToString() != pack.Id)
        {
            // The frames are looked at all the same: they tell which files are lost.
            Report(name, new DamagedException(name, "its name is not the SHA-256 of its bytes"));
        }

        int trailer = content.Length - PackLayout.TrailerLength;
        uint footerLength = BinaryPrimitives.ReadUInt32LittleEndian(content[^sizeof(uint)..]);
        if (footerLength > trailer - FirstFrame)
        {
            throw new DamagedException(name, $"its footer cannot have {footerLength} bytes");
        }

        int footer = trailer - (int)footerLength;
        PackDescription description = PackLayout.OpenFooter(
            keys,
            content[..FirstFrame],
            content[footer..trailer],
            content.Slice(trailer, Signing.SignatureLength),
            footer,
            needsSignature: false,
            name);
        if (PackFacts.Of(new IndexedPack(ObjectId.Of(content), content.Length, description)).Digest != facts.Digest)
        {
            Report(name, new DamagedException(name, "its footer says otherwise than the index"));
        }

        CheckFrames(description, keys, name, content, workspace);
    }

    private void CheckFrames(
        PackDescription pack, IDomainKeys keys, string name, ReadOnlySpan<byte> content, Workspace workspace)
    {
        Span<byte> key = stackalloc byte[RunKey.Length];
        if (!keys.TryOpenRunKey(pack.Kind, pack.Epoch, pack.RunKey, key))
        {
            CryptographicOperations.ZeroMemory(key);
            throw new DamagedException(name, "its key does not open");
        }

        using FrameCipher cipher = new(key, pack.Salt);
        CryptographicOperations.ZeroMemory(key);
        foreach (PackFrame frame in pack.Frames)
        {
            string? finding = CheckFrame(
                pack, frame, keys.Hasher(pack.Kind), cipher, content.Slice((int)frame.Offset, (int)frame.StoredLength), workspace);
            if (finding is not null)
            {
                Report(name, new DamagedException(name, $"its frame at offset {frame.Offset} {finding}"));
                BadFrames[(name, frame.Offset)] = true;
            }
        }
    }

    /// <summary>Decrypts a frame and checks its chunks; returns what is wrong.</summary>
    private static string? CheckFrame(
        PackDescription pack,
        in PackFrame frame,
        ChunkHasher hasher,
        FrameCipher cipher,
        ReadOnlySpan<byte> stored,
        Workspace workspace)
    {
        Span<byte> payload = workspace.Payload(stored.Length - FrameCipher.Overhead);
        if (!cipher.TryDecrypt(stored, (byte)frame.Codec, frame.PlainLength, payload))
        {
            return "does not decrypt";
        }

        Span<byte> plain = payload;
        if (frame.Codec == FrameCodec.Zstd)
        {
            plain = workspace.Plain((int)frame.PlainLength);
            if (!ZstdDecompressor.ForThread.TryDecompress(payload, plain))
            {
                return "does not decompress";
            }
        }
        else if (payload.Length != frame.PlainLength)
        {
            return "has another length than its description says";
        }

        int offset = 0;
        for (int i = frame.FirstChunk; i < frame.FirstChunk + frame.ChunkCount; i++)
        {
            int length = (int)pack.Chunks[i].Length;
            if (ChunkIds.Of(hasher, plain.Slice(offset, length)) != pack.Chunks[i].Id)
            {
                return $"holds other bytes than chunk {pack.Chunks[i].Id}";
            }

            offset += length;
        }

        return null;
    }

    /// <summary>Buffers of one worker, as large as the largest pack and frame it met.</summary>
    private sealed class Workspace
    {
        private byte[] _stored = [];
        private byte[] _payload = [];
        private byte[] _plain = [];

        internal Memory<byte> Stored(int length) => Grow(ref _stored, length);

        internal Span<byte> Payload(int length) => Grow(ref _payload, length).Span;

        internal Span<byte> Plain(int length) => Grow(ref _plain, length).Span;

        private static Memory<byte> Grow(ref byte[] buffer, int length)
        {
            if (buffer.Length < length)
            {
                buffer = GC.AllocateUninitializedArray<byte>(length + (length / 8));
            }

            return buffer.AsMemory(0, length);
        }
    }
}
