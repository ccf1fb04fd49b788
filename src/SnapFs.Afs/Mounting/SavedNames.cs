using System.Security.Cryptography;
using SnapFs.Afs.Names;
using SnapFs.Caches;
using SnapFs.Mount.Events;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Afs.Mounting;

/// <summary>The names of protection server ids that were saved with volumes. Most volumes have the same, so the last two lists
/// are kept. Safe for concurrent use.</summary>
/// <param name="frames">Where chunks come from.</param>
/// <param name="pages">Where pages come from.</param>
/// <param name="report">Told of names that cannot be used.</param>
/// <param name="beforeWaiting">Called before it is waited for somebody who reads names.</param>
internal sealed class SavedNames(
    FrameCache frames, ITreePages pages, Action<MountEvent> report, Func<CancellationToken>? beforeWaiting)
{
    /// <summary>A longer list is not read: it would take more memory than a mount may. It is enough for 300,000 names.</summary>
    internal const int MaxLength = 16 * 1024 * 1024;

    private readonly Lock _lock = new();
    private (string Key, PtsNames Names) _last = ("", PtsNames.None);
    private (string Key, PtsNames Names) _beforeLast = ("", PtsNames.None);

    /// <summary>Tells names apart; empty if there are none.</summary>
    internal string KeyOf(VolumeNames volume) => volume.Key ??= MakeKey(volume);

    /// <summary>Reads the names; none if they are damaged, which leaves everybody with fewer rights.</summary>
    internal PtsNames Read(VolumeNames volume)
    {
        string key = KeyOf(volume);
        if (!_lock.TryEnter())
        {
            beforeWaiting?.Invoke();
            _lock.Enter();
        }

        try
        {
            if (key == _beforeLast.Key)
            {
                (_last, _beforeLast) = (_beforeLast, _last);
            }
            else if (key != _last.Key)
            {
                (_last, _beforeLast) = ((key, Load(volume)), _last);
            }

            return _last.Names;
        }
        finally
        {
            _lock.Exit();
        }
    }

    private string MakeKey(VolumeNames volume)
    {
        if (!TryFind(volume, out NodeView node))
        {
            return "";
        }

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([(byte)node.ContentForm]);
        hash.AppendData(node.ContentForm == ContentForm.Inline ? node.Inline : node.ChunkList);
        hash.AppendData(node.Extents);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private PtsNames Load(VolumeNames volume)
    {
        try
        {
            if (!TryFind(volume, out NodeView node))
            {
                return PtsNames.None;
            }

            if (node.Type != NodeType.File || node.Size > MaxLength)
            {
                throw new InvalidEncodingException($"they are no file of at most {MaxLength} bytes");
            }

            byte[] text = new byte[node.Size];
            ContentReader.Open(frames, in node).Read(0, text);
            return PtsNames.Parse(text);
        }
        catch (Exception e) when (e is DamagedException or InvalidEncodingException)
        {
            report(new MountEvent(
                MountEventKind.Damage, $"{volume.Head.ObjectPath}: its saved names cannot be used: {e.Message}", e));
            return PtsNames.None;
        }
    }

    private bool TryFind(VolumeNames volume, out NodeView node)
    {
        bool isThere = DirectoryCursor.TryFind(pages, volume.Head.Root, "names"u8, out TreePage page, out int index, out _);
        node = isThere ? page.Node(index) : default;
        return isThere;
    }
}

/// <summary>The names that were saved with one volume.</summary>
/// <param name="head">The state of the volume.</param>
internal sealed class VolumeNames(SnapshotHead head)
{
    internal SnapshotHead Head { get; } = head;

    /// <summary>What <see cref="SavedNames"/> tells them by; null until it was asked.</summary>
    internal string? Key { get; set; }
}
