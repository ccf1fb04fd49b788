using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SnapFs.Caches;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;
using SnapFs.Storage;
using SnapFs.Testing.Processes;
using SnapFs.Trees;
using Xunit;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>
/// Repositories that <c>make.py</c> writes from <c>docs/format.md</c> alone: three domains, two epochs, two administrators, agents
/// with and without the right to read, one of them revoked; and what somebody may add who can put objects. Each key sees what the
/// page says that it sees.
/// </summary>
public sealed partial class MadeRepositoryTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly string _directory = Directory.CreateTempSubdirectory("snapfs-made-").FullName;

    /// <summary>Nothing added, and each addition that <c>extras.py</c> knows.</summary>
    public static TheoryData<string> Extras()
    {
        string source = File.ReadAllText(Path.Combine(VectorFile.Directory, "extras.py"));
        return new TheoryData<string>(
            ExtraNames().Matches(source).Select(match => match.Groups[1].Value.Replace('_', '-')).Prepend(string.Empty));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [SkippableTheory]
    [MemberData(nameof(Extras))]
    public async Task Each_key_sees_what_the_page_says(string extra)
    {
        Skip.IfNot(ProcessRunner.Exists("python3"), "python3 is not installed");
        using JsonDocument document = Make(extra);
        JsonElement manifest = document.RootElement;
        await using IStorage storage = await StorageRegistry.OpenAsync(StorageAddress.Parse(_directory + "/r"), None);
        if (manifest.GetProperty("newer").GetBoolean())
        {
            using RepositorySecret refused = KeyOf("root");
            await Assert.ThrowsAsync<NewerFormatException>(() => RepositoryOpener.OpenAsync(storage, refused, None));
            return;
        }

        foreach (JsonProperty key in manifest.GetProperty("keys").EnumerateObject())
        {
            using RepositorySecret secret = KeyOf(key.Value.GetProperty("file").GetString()!); // each has one
            using OpenedRepository opened = await RepositoryOpener.OpenAsync(storage, secret, None);
            Assert.Equal(key.Value.GetProperty("role").GetString(), opened.Keys.Role.ToString().ToLowerInvariant());
            Assert.Equal(Strings(key.Value, "domains").Order(), opened.Keys.Domains.Select(domain => domain.DomainName).Order());
            await CheckAsync(storage, opened, key.Value, manifest);
        }

        using RepositorySecret.Password password = new(manifest.GetProperty("passphrase").GetString()!); // there is one
        using OpenedRepository byPassword = await RepositoryOpener.OpenAsync(storage, password, None);
        Assert.Equal(KeyRole.Administrator, byPassword.Keys.Role);
    }

    [GeneratedRegex(@"\\udc([89a-f][0-9a-f])")]
    private static partial Regex OddBytes();

    [GeneratedRegex(@"^@extra\ndef (\w+)", RegexOptions.Multiline)]
    private static partial Regex ExtraNames();

    private static async Task CheckAsync(IStorage storage, OpenedRepository opened, JsonElement key, JsonElement manifest)
    {
        using RepositoryReader reader = await RepositoryReader.OpenAsync(storage, opened.Keys, null, None);
        Assert.Equal(
            Strings(key, "snapshots").Order(StringComparer.Ordinal),
            reader.Snapshots.Select(head => head.Id.ToString()).Order(StringComparer.Ordinal));
        Assert.All(
            reader.UnreadSnapshots,
            unread => Assert.Contains(
                [.. manifest.GetProperty("excluded").EnumerateObject(), .. manifest.GetProperty("ignored").EnumerateObject()],
                odd => odd.Name.EndsWith(unread.Id.ToString(), StringComparison.Ordinal)));
        bool mayRead = key.GetProperty("reads").GetBoolean();
        HashSet<string> unreadable = [.. Strings(manifest, "unreadable")];
        foreach (SnapshotHead head in reader.Snapshots)
        {
            JsonElement said = manifest.GetProperty("snapshots").GetProperty(head.Id.ToString());
            Assert.Equal(said.GetProperty("host").GetString(), head.Host);
            Assert.Equal(said.GetProperty("source").GetString(), head.Source);
            Assert.Equal(said.GetProperty("start")[0].GetInt64(), head.Started.Seconds);
            if (!mayRead || unreadable.Contains(head.Id.ToString()))
            {
                Assert.ThrowsAny<SnapFsException>(() => reader.ReadBody(head.Id, None));
            }
            else if (manifest.GetProperty("index").GetBoolean())
            {
                reader.ReadBody(head.Id, None);
                Assert.Equal(FilesOf(said), FilesOf(reader, head));
            }
        }
    }

    private static SortedDictionary<string, string> FilesOf(JsonElement snapshot)
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (JsonProperty file in snapshot.GetProperty("files").EnumerateObject())
        {
            JsonElement node = file.Value;
            string content = node.TryGetProperty("sha256", out JsonElement hash) ? hash.GetString()!
                : node.TryGetProperty("target", out JsonElement target) ? target.GetString()! : "";
            files.Add(
                file.Name,
                $"{node.GetProperty("type")} {node.GetProperty("mode")} {node.GetProperty("uid")} {node.GetProperty("gid")} "
                    + $"{node.GetProperty("mtime")[0]}.{node.GetProperty("mtime")[1]} {node.GetProperty("inode")} "
                    + $"{node.GetProperty("links")} {content}");
        }

        return files;
    }

    private static SortedDictionary<string, string> FilesOf(RepositoryReader reader, SnapshotHead head)
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        using FrameCache frames = new(reader, 16 << 20, prefetchThreads: 0);
        TreeWalker walker = new(new TreePageCache(frames, TreePageCache.DefaultCapacity), default, head.Root, _ => true);
        while (walker.Next())
        {
            NodeView node = walker.Node;
            if (node.Type == NodeType.Directory)
            {
                walker.Enter(in node.Tree);
            }

            string content = node.Type == NodeType.File ? HashOf(frames, in node)
                : node.Type == NodeType.Symlink ? TextOf(node.Target) : "";
            files.Add(
                TextOf(walker.Path),
                $"{(int)node.Type} {node.Mode} {node.UserId} {node.GroupId} "
                    + $"{node.Modified.Seconds}.{node.Modified.Nanoseconds} {node.Inode} {node.LinkCount} {content}");
        }

        return files;
    }

    private static string HashOf(FrameCache frames, in NodeView node)
    {
        ContentReader content = ContentReader.Open(frames, in node);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[64 * 1024];
        for (long offset = 0; content.Read(offset, buffer) is int count and > 0; offset += count)
        {
            hash.AppendData(buffer, 0, count);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static IEnumerable<string> Strings(JsonElement element, string name) =>
        element.GetProperty(name).EnumerateArray().Select(item => item.GetString()!); // of strings

    private RepositorySecret KeyOf(string file) =>
        new RepositorySecret.FromKeyFile(KeyFile.Parse(File.ReadAllText($"{_directory}/r.keys/{file}")));

    private JsonDocument Make(string extra)
    {
        string[] added = extra.Length > 0 ? ["--extra", extra] : [];
        ProcessRunner.Run(
            "python3",
            [Path.Combine(VectorFile.Directory, "make.py"), _directory + "/r", .. added],
            new ProcessOptions { Environment = SecondReader.Environment }).Expect();

        // Names that are no UTF-8 have escapes of single bytes, which are no text here.
        return JsonDocument.Parse(OddBytes().Replace(File.ReadAllText(_directory + "/r.json"), @"\\x$1"));
    }

    /// <summary>Bytes as the manifest shows them.</summary>
    private static string TextOf(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        while (!bytes.IsEmpty)
        {
            bool isText = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
            length = isText ? length : 1;
            text.Append(isText ? rune.ToString() : $"\\x{bytes[0]:x2}");
            bytes = bytes[length..];
        }

        return text.ToString();
    }
}
