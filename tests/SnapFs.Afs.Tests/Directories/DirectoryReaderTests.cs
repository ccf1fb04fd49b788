using System.Buffers.Binary;
using System.Text;
using SnapFs.Afs.Directories;
using SnapFs.Afs.Dumps;
using SnapFs.Afs.Tests.Dumps;
using SnapFs.Testing;
using SnapFs.Testing.Volumes;

namespace SnapFs.Afs.Tests.Directories;

public sealed class DirectoryReaderTests
{
    public static TheoryData<string> Samples => [.. DumpSamples.Names];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_directory_of_the_samples_is_read_and_can_be_built_again(string name)
    {
        foreach ((VnodeRecord record, byte[] content) in DumpBytes.Read(DumpSamples.Read(name)))
        {
            if (record.Type == VnodeType.Directory)
            {
                Dictionary<string, (uint, uint)> entries = Read(content);
                Assert.Equal((record.Vnode, record.Uniq), entries["2E"]);
                Assert.Equal(entries, Read(Build(entries)));
            }
        }
    }

    [Fact]
    public void What_is_built_is_read() => Seeds.ForEach(100, random =>
    {
        Dictionary<string, (uint, uint)> entries = new() { ["2E"] = (3, 1), ["2E2E"] = (1, 1) };
        for (int i = random.Next(400); i > 0; i--)
        {
            byte[] name = random.BytesOf(1 + random.Next(random.Next(3) == 0 ? 255 : 20));
            if (!name.AsSpan().ContainsAny((byte)0, (byte)'/'))
            {
                entries[Convert.ToHexString(name)] = ((uint)random.Next(), (uint)random.Next());
            }
        }

        Assert.Equal(entries.OrderBy(entry => entry.Key), Read(Build(entries)).OrderBy(entry => entry.Key));
    });

    [Fact]
    public void A_full_directory_of_64000_entries_is_read_with_each_slot_visited_once()
    {
        DirectoryBuilder builder = new(1, 1, 1, 1);
        for (uint i = 0; i < 64_000; i++)
        {
            builder.Add(Encoding.ASCII.GetBytes($"file{i}"), i, i);
        }

        byte[] content = builder.ToArray();
        DirectoryReader reader = new(content);
        int count = 0;
        while (reader.Next())
        {
            count++;
        }

        Assert.Equal(64_002, count);
        Assert.InRange(content.Length, 128 * 2048, DirectoryReader.MaxLength);
        Assert.Throws<InvalidOperationException>(() =>
        {
            for (uint i = 0; i < 2000; i++)
            {
                builder.Add(Encoding.ASCII.GetBytes($"more{i}"), i, i);
            }
        });
    }

    [Fact]
    public void Names_in_slots_that_no_chain_leads_to_are_not_seen()
    {
        byte[] content = Sample();
        "stale\0"u8.CopyTo(content.AsSpan((40 * 32) + 12));
        content[40 * 32] = 1;

        Assert.Equal(3, Read(content).Count);
    }

    public static TheoryData<string, Action<byte[]>> Damages => new()
    {
        { "has the tag 0", content => content[3] = content[2] = 0 },
        { "leads to entry 12 (byte 384), where no entry can be", content => SetChain(content, 12) },
        { "leads to entry 65535 (byte 2097120), where no entry can be", content => SetChain(content, 65535) },
        { "leads to entry 64 ", content => SetChain(content, 64) },
        { "the mark 0 instead of 1", content => SetChain(content, 40) },
        { "slots that its page's bitmap calls free", content => content[5 + 1] = 0 },
        { "a loop or an overlap", content => BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan((15 * 32) + 2), 15) },
        { "a name without an end", content => content.AsSpan((15 * 32) + 12, 2048 - (15 * 32) - 12).Fill((byte)'n') },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damage_is_refused_with_its_place(string message, Action<byte[]> damage)
    {
        byte[] content = Sample();
        damage(content);

        InvalidEncodingException e = Assert.Throws<InvalidEncodingException>(() => Read(content));

        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_ends_its_chain_and_no_other()
    {
        DirectoryBuilder builder = new(1, 1, 1, 1);
        for (uint i = 2; i < 200; i++)
        {
            builder.Add(Encoding.ASCII.GetBytes($"file{i}"), i, 1);
        }

        byte[] content = builder.ToArray();
        int chain = DirectoryLayout.HashOf("file77"u8);
        BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(160 + (2 * chain)), 12);
        DirectoryReader reader = new(content);
        List<string> names = [];
        int failures = 0;
        for (bool isThere = true; isThere;)
        {
            try
            {
                isThere = reader.Next();
                names.Add(isThere ? Encoding.ASCII.GetString(reader.Name) : ".");
            }
            catch (InvalidEncodingException)
            {
                failures++;
            }
        }

        Assert.Equal(1, failures);
        Assert.DoesNotContain("file77", names);
        Assert.Equal(
            Enumerable.Range(2, 198).Select(i => $"file{i}").Where(name => DirectoryLayout.HashOf(Encoding.ASCII.GetBytes(name)) != chain)
                .Order(StringComparer.Ordinal),
            names.Where(name => name.Length > 2).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(0, "the name is empty")]
    [InlineData((byte)'/', "the name has a slash")]
    [InlineData((byte)'x', "where no file server finds it")]
    public void An_odd_name_is_a_finding_and_the_entry_is_there(byte first, string finding)
    {
        byte[] content = Sample();
        content[(15 * 32) + 12] = first;
        DirectoryReader reader = new(content);
        List<(uint, string?)> entries = [];
        while (reader.Next())
        {
            entries.Add((reader.Vnode, reader.Finding));
        }

        Assert.Equal(3, entries.Count);
        Assert.Contains(finding, Assert.Single(entries, entry => entry.Item1 == 2).Item2, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2047)]
    [InlineData(DirectoryReader.MaxLength + 2048)]
    public void A_content_that_is_not_some_pages_is_refused(int length) =>
        Assert.Throws<InvalidEncodingException>(() => Read(new byte[length]));

    internal static Dictionary<string, (uint Vnode, uint Uniq)> Read(byte[] content)
    {
        Dictionary<string, (uint, uint)> entries = [];
        DirectoryReader reader = new(content);
        while (reader.Next())
        {
            entries.Add(Convert.ToHexString(reader.Name), (reader.Vnode, reader.Uniq));
        }

        return entries;
    }

    private static byte[] Build(Dictionary<string, (uint Vnode, uint Uniq)> entries)
    {
        DirectoryBuilder builder = new(
            entries["2E"].Vnode, entries["2E"].Uniq, entries["2E2E"].Vnode, entries["2E2E"].Uniq);
        foreach ((string name, (uint vnode, uint uniq)) in entries.Where(entry => entry.Key is not ("2E" or "2E2E")))
        {
            builder.Add(Convert.FromHexString(name), vnode, uniq);
        }

        return builder.ToArray();
    }

    /// <summary>A directory with one file, whose entry is number 15.</summary>
    private static byte[] Sample()
    {
        DirectoryBuilder builder = new(1, 1, 1, 1);
        builder.Add("name"u8, 2, 2);
        return builder.ToArray();
    }

    private static void SetChain(byte[] content, ushort entry) =>
        BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(160), entry);
}
