using System.Globalization;
using System.Text;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Leases;
using SnapFs.Repository.Objects;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>Decodes a vector with the program's own codecs into the words of its header.</summary>
internal static class VectorDecoder
{
    internal static Dictionary<string, string> Decode(VectorKeys keys, string kind, byte[] content)
    {
        ObjectId id = ObjectId.Of(content);
        ReadOnlySpan<byte> root = keys.Administrator.RootPublicKey;
        Dictionary<string, string> fields = kind switch
        {
            "config" => Config(ConfigCodec.Decode(content)),
            "passphrase-slot" => Slot(keys, content, id),
            "epoch" => Epoch(keys, EpochCodec.Decode(content, "keys/x", keys.RepositoryId, root)),
            "domain" => Domain(keys, DomainCodec.Decode(content, "keys/x", keys.RepositoryId, root)),
            "agent-certificate" => Certificate(AgentCertificateCodec.Decode(
                content, "keys/x", keys.RepositoryId, root, keys.Domain.DomainId, keys.Domain.IndexKey)),
            "snapshot" => Snapshot(
                SnapshotCodec.DecodeHead(keys.Domain, content, id), SnapshotCodec.DecodeBody(keys.Domain, content, id)),
            "lease" => Lease(LeaseCodec.Decode(keys.Domain, content, "leases/x")),
            "pack" => PackVectors.Pack(keys, content),
            "index-segment" => PackVectors.Segment(
                IndexSegmentCodec.Decode(keys.Domain, content, "index/x")
                    ?? throw new DamagedException("index/x", "it is of another domain")),
            "tree-page" => Page(TreePage.Parse(content)),
            "key-file" => KeyFileFields(KeyFile.Parse(Encoding.ASCII.GetString(content))),
            "paper-key" => KeyFileFields(PaperKey.Parse(Encoding.ASCII.GetString(content))),
            "chunker" => PackVectors.Chunker(keys, content),
            _ => throw new InvalidOperationException($"no decoder for {kind}"),
        };
        fields["sha256"] = id.ToString();
        return fields;
    }

    internal static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    internal static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static Dictionary<string, string> Config(RepositoryConfig config) => new()
    {
        ["created"] = Text(config.Created.ToUnixTimeSeconds()),
        ["root-public-key"] = Hex(config.RootPublicKey.Span),
        ["chunk-limits"] = $"{config.Chunks.Min} {config.Chunks.Target} {config.Chunks.Max}",
        ["group-limits"] = $"{config.Groups.SmallerThan} {config.Groups.Size}",
        ["compression-level"] = Text(config.CompressionLevel),
        ["inline-limit"] = Text(config.InlineLimit),
        ["salt"] = Hex(config.Salt.Span),
    };

    private static Dictionary<string, string> Slot(VectorKeys keys, byte[] content, in ObjectId id)
    {
        PassphraseSlot slot = PassphraseSlotCodec.Decode(content, id, out int sealedOffset);
        using AdministratorSecrets secrets = PassphraseSlotCodec.TryOpen(
            content, slot, sealedOffset, Encoding.UTF8.GetBytes(keys.Secrets["password"]))
            ?? throw new WrongKeyException("the password of secrets.txt does not open the slot");
        Dictionary<string, string> fields = Secrets(secrets);
        fields["label"] = slot.Label;
        fields["created"] = Text(slot.Created.ToUnixTimeSeconds());
        fields["memory-kib"] = Text(slot.Parameters.MemoryKiB);
        fields["passes"] = Text(slot.Parameters.Passes);
        return fields;
    }

    private static Dictionary<string, string> Secrets(AdministratorSecrets secrets) => new()
    {
        ["root-seed"] = Hex(secrets.RootSeed),
        ["epoch"] = Text(secrets.Epoch),
        ["epoch-secret"] = Hex(secrets.EpochSecret),
    };

    private static Dictionary<string, string> Epoch(VectorKeys keys, (uint Number, byte[]? Wrapped) epoch)
    {
        Dictionary<string, string> fields = new() { ["number"] = Text(epoch.Number) };
        if (epoch.Wrapped is not null)
        {
            fields["previous-secret"] = Hex(EpochCodec.TryUnwrap(
                keys.Secrets.Bytes("epoch-2-secret"), epoch.Number, epoch.Wrapped));
        }

        return fields;
    }

    private static Dictionary<string, string> Domain(VectorKeys keys, DomainObject domain)
    {
        using DomainSecrets secrets = DomainCodec.Open(domain, keys.Administrator.Secrets, "keys/x");
        return new()
        {
            ["domain-id"] = Hex(domain.DomainId),
            ["epoch"] = Text(domain.Epoch),
            ["tree-public-key"] = Hex(domain.TreePublicKey),
            ["data-public-key"] = Hex(domain.DataPublicKey),
            ["domain-secret"] = Hex(secrets.Secret),
            ["tree-seed"] = Hex(secrets.TreeSeed),
            ["data-seed"] = Hex(secrets.DataSeed),
        };
    }

    private static Dictionary<string, string> Certificate(AgentCertificate certificate) => new()
    {
        ["public-key"] = Hex(certificate.PublicKey.Span),
        ["domain-id"] = Hex(certificate.DomainId.Span),
        ["any-host"] = certificate.AnyHost ? "1" : "0",
        ["host"] = certificate.Host,
        ["agent-name"] = certificate.Name,
        ["signer"] = certificate.Signer.ToString(),
    };

    private static Dictionary<string, string> Snapshot(SnapshotHead head, SnapshotBody body)
    {
        SnapshotStatistics s = head.Statistics;
        return new(VolumeVectors.Head(head).Concat(OmissionVectors.Body(body)))
        {
            ["host"] = head.Host,
            ["source"] = head.Source,
            ["started"] = $"{head.Started.Seconds} {head.Started.Nanoseconds}",
            ["ended"] = $"{head.Ended.Seconds} {head.Ended.Nanoseconds}",
            ["agent"] = head.Agent,
            ["tags"] = string.Join(' ', head.Tags),
            ["root-page"] = $"{head.Root.Id} {head.Root.Length}",
            ["previous"] = head.Previous?.ToString() ?? "",
            ["partial"] = head.IsPartial ? "1" : "0",
            ["xattrs"] = head.HasXattrs ? "1" : "0",
            ["statistics"] = $"{s.Entries} {s.Files} {s.Directories} {s.Bytes} {s.FilesNew} {s.FilesChanged} "
                + $"{s.FilesUnchanged} {s.BytesAdded} {s.BytesStored} {s.Problems}",
            ["root-node"] = Hex(body.RootNode.Span),
            ["root-user"] = Hex(body.RootUser.Span),
            ["root-group"] = Hex(body.RootGroup.Span),
            ["paths"] = string.Join(' ', body.Paths.Select(path => Hex(path.Span))),
            ["problems"] = string.Join(" | ", body.Problems.Select(problem => problem.Text)),
        };
    }

    private static Dictionary<string, string> Lease(Lease lease) => new()
    {
        ["run-id"] = lease.RunId.ToString(),
        ["sequence"] = Text(lease.Sequence),
        ["signer"] = lease.Signer.ToString(),
        ["run-kind"] = Text((int)lease.Kind),
        ["time"] = Text(lease.Time.ToUnixTimeSeconds()),
        ["ended"] = lease.HasEnded ? "1" : "0",
    };

    private static Dictionary<string, string> KeyFileFields(KeyFile file)
    {
        using KeyFile key = file;
        AdministratorSecrets secrets = key.Administrator ?? throw new InvalidOperationException("an agent's key");
        Dictionary<string, string> fields = Secrets(secrets);
        fields["repository-id"] = key.RepositoryId.ToString();
        return fields;
    }

    private static Dictionary<string, string> Page(TreePage page)
    {
        Dictionary<string, string> fields = new() { ["level"] = Text(page.Level) };
        for (int i = 0; i < page.Count; i++)
        {
            NodeView node = page.Node(i);
            StringBuilder line = new();
            line.Append(CultureInfo.InvariantCulture, $"{Hex(node.Name)} {(int)node.Type} {node.Mode} ");
            line.Append(CultureInfo.InvariantCulture, $"{node.UserId}={Hex(page.UserName(node.UserId))} ");
            line.Append(CultureInfo.InvariantCulture, $"{node.GroupId}={Hex(page.GroupName(node.GroupId))} ");
            line.Append(CultureInfo.InvariantCulture, $"{node.Modified.Seconds}.{node.Modified.Nanoseconds} ");
            line.Append(CultureInfo.InvariantCulture, $"{node.Changed.Seconds}.{node.Changed.Nanoseconds} ");
            line.Append(node.HasBirth ? $"{node.Birth.Seconds}.{node.Birth.Nanoseconds} " : "- ");
            line.Append(CultureInfo.InvariantCulture, $"{node.Inode} {node.Device} {node.LinkCount}");
            fields[$"node-{i + 1}"] = line.ToString();
            fields[$"content-{i + 1}"] = PackVectors.Content(in node);
            if (VolumeVectors.Node(in node) is string afs)
            {
                fields[$"afs-{i + 1}"] = afs;
            }
        }

        return fields;
    }
}
