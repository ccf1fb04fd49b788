using System.Text;
using SnapFs.Afs.Dumps;

namespace SnapFs.Afs.Tests.Dumps;

public sealed class DumpReaderTests
{
    [Fact]
    public void Fields_may_follow_the_content()
    {
        byte[] dump = DumpBytes.Dump(DumpBytes.Vnode(4, 5, DumpBytes.Content(1, 2, 3), [(byte)'l', 0, 7], DumpBytes.Type(1)));
        DumpReader reader = new(new MemoryStream(dump));

        Assert.Equal(DumpStep.Content, reader.Read());
        Assert.Equal(VnodeType.None, reader.Record.Type);
        Assert.Equal(3, reader.Record.ContentLength);
        Assert.Equal(DumpStep.Record, reader.Read());
        Assert.Equal(VnodeType.File, reader.Record.Type);
        Assert.Equal(7, reader.Record.Links);
        Assert.Equal(DumpStep.End, reader.Read());
        Assert.Equal(DumpStep.End, reader.Read());
    }

    [Fact]
    public void A_content_with_a_long_length_field_is_read_even_if_it_is_short()
    {
        byte[] dump = DumpBytes.Dump(DumpBytes.Vnode(4, 5, DumpBytes.Type(1), [(byte)'h', 0, 0, 0, 0, 0, 0, 0, 2, 8, 9]));

        Assert.Equal([8, 9], DumpBytes.Read(dump)[0].Content);
    }

    [Fact]
    public void Unknown_fields_are_skipped_by_the_range_of_their_tag()
    {
        byte[] dump = DumpBytes.Dump(DumpBytes.Vnode(
            4, 5, [0x50, 2, 1, 1], [0x50, 0x82, 0, 1, 9], [(byte)'z', 1, 1, 1, 1], [0x7B], DumpBytes.Type(1),
            [0x7E], DumpBytes.Content(6)));

        (VnodeRecord record, byte[] content) = Assert.Single(DumpBytes.Read(dump));

        Assert.Equal(VnodeType.File, record.Type);
        Assert.Equal([6], content);
    }

    [Fact]
    public void A_record_without_fields_is_bare_and_one_with_an_unknown_field_is_not()
    {
        byte[] dump = DumpBytes.Dump(DumpBytes.Vnode(4, 5), DumpBytes.Vnode(6, 5, [0x7B], DumpBytes.Type(3)));

        Assert.Equal([true, false], DumpBytes.Read(dump).Select(pair => pair.Record.IsBare));
    }

    [Fact]
    public void The_volume_header_may_be_repeated()
    {
        byte[] dump = [.. DumpBytes.Start, 2, (byte)'i', 0, 0, 0, 8, (byte)'q', 0, 0, 0, 3, .. DumpBytes.End];
        DumpReader reader = new(new MemoryStream(dump));

        Assert.Equal(8u, reader.Volume.Id);
        Assert.Equal(3u, reader.Volume.MaxQuota);
    }

    public static TheoryData<string, byte[], string> Damages => new()
    {
        {
            "critical",
            DumpBytes.Dump(DumpBytes.Vnode(4, 5, DumpBytes.Type(1), [0x7E, 0x50, 1, 1])),
            "critical unknown tag 50"
        },
        { "tag", DumpBytes.Dump(DumpBytes.Vnode(4, 5, DumpBytes.Type(1), [0x80])), "found 80" },
        { "twice", DumpBytes.Dump(DumpBytes.Vnode(4, 5, DumpBytes.Type(1), DumpBytes.Type(1))), "'t' a second time" },
        {
            "two contents",
            DumpBytes.Dump(DumpBytes.Vnode(4, 5, DumpBytes.Type(1), DumpBytes.Content(), DumpBytes.Content())),
            "second time"
        },
        { "type", DumpBytes.Dump(DumpBytes.Vnode(4, 5, DumpBytes.Type(4))), "a type from 1 to 3 of vnode 4.5" },
        { "no type", DumpBytes.Dump(DumpBytes.Vnode(4, 5, DumpBytes.Content())), "the type of vnode 4.5" },
        { "odd file", DumpBytes.Dump(DumpBytes.Vnode(3, 5, DumpBytes.Type(1))), "odd numbers" },
        { "even directory", DumpBytes.Dump(DumpBytes.Vnode(4, 5, DumpBytes.Type(2))), "odd numbers" },
        { "vnode 0", DumpBytes.Dump(DumpBytes.Vnode(0, 5)), "expected a vnode number, found 0" },
        { "long content", DumpBytes.Dump(DumpBytes.Vnode(4, 5, [(byte)'h', 0xFF, 0, 0, 0, 0, 0, 0, 0])), "below 2^62" },
        { "long unknown", DumpBytes.Dump(DumpBytes.Vnode(4, 5, [0x50, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0])), "below 2^62" },
        { "section", DumpBytes.Dump([5]), "found 05" },
        { "header after vnode", DumpBytes.Dump(DumpBytes.Vnode(4, 5), [2]), "found 02" },
        { "end", [.. DumpBytes.Start, 4, 1, 2, 3, 4], "end mark 3a214b6e" },
        { "version", [1, 0xB3, 0xA1, 0x13, 0x22, 0, 0, 0, 2], "version 2" },
        { "header twice", [.. DumpBytes.Start[..9], (byte)'n', 0, (byte)'n', 0], "'n' a second time" },
        { "odd times", [.. DumpBytes.Start[..9], (byte)'t', 0, 1, 0, 0, 0, 0], "pairs of times" },
        { "many times", [.. DumpBytes.Start[..9], (byte)'t', 0xFF, 0xFE], "at most 100" },
        { "endless name", [.. DumpBytes.Start[..9], (byte)'n', .. new byte[2000].Select(_ => (byte)'x')], "no NUL" },
        { "volume type", [.. DumpBytes.Start, (byte)'t', 3], "volume type" },
    };

    [Fact]
    public void Bytes_after_the_end_are_a_fault_of_their_own()
    {
        byte[] whole = DumpBytes.Dump(DumpBytes.Vnode(4, 5, DumpBytes.Type(1)));

        DumpException e = Assert.Throws<DumpException>(() => DumpBytes.Read([.. whole, 0]));

        Assert.Equal((DumpFault.TrailingBytes, whole.Length), (e.Fault, e.Offset));
        Assert.Contains($"the dump ends at byte {whole.Length}, but more bytes follow", e.Message, StringComparison.Ordinal);
        Assert.True(e.CanSalvage);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damage_is_refused_with_what_was_expected(string what, byte[] dump, string message)
    {
        DumpException e = Assert.Throws<DumpException>(() => DumpBytes.Read(dump));

        Assert.True(e.Fault == DumpFault.Damaged, what);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Contains($"at byte {e.Offset}", e.Message, StringComparison.Ordinal);
        Assert.InRange(e.Offset, 1, dump.Length);
    }

    [Fact]
    public void An_error_names_the_last_whole_vnode()
    {
        byte[] good = [.. DumpBytes.Start, .. DumpBytes.Vnode(4, 5)];
        DumpException e = Assert.Throws<DumpException>(() => DumpBytes.Read([.. good, .. DumpBytes.Vnode(6, 7)]));

        Assert.Equal(new WholeRecords(good.Length, "4.5", 1, 0), e.Whole);
        Assert.EndsWith(
            $"; it is good up to byte {good.Length}, the end of vnode 4.5: 1 vnode, 0 files among them",
            e.Message,
            StringComparison.Ordinal);
    }

    public static TheoryData<byte[], string> Foreign => new()
    {
        { [], "empty" },
        { [0x1F, 0x8B, 8], "gzip" },
        { [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, 0], "xz" },
        { [0x28, 0xB5, 0x2F, 0xFD, 0], "zstd" },
        { Encoding.ASCII.GetBytes("BZh91AY"), "bzip2" },
        { Encoding.ASCII.GetBytes("AES\x02\0"), "aescrypt" },
        { Encoding.ASCII.GetBytes("Salted__abc"), "openssl" },
        { [.. new byte[257], .. "ustar\0"u8, .. new byte[300]], "tar" },
        { Encoding.ASCII.GetBytes("Could not find volume\n"), "text" },
        { [9, 200, 3, 1], "ccrypt" },
    };

    [Theory]
    [MemberData(nameof(Foreign))]
    public void Something_else_is_named(byte[] bytes, string guess)
    {
        DumpException e = Assert.Throws<DumpException>(() => DumpBytes.Read(bytes));

        Assert.Equal(DumpFault.NotADump, e.Fault);
        Assert.Contains(guess, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_content_can_be_read_only_where_there_is_one()
    {
        DumpReader reader = new(new MemoryStream(DumpBytes.Dump()));

        Assert.Throws<InvalidOperationException>(() => reader.ReadContent(new byte[1]));
    }
}
