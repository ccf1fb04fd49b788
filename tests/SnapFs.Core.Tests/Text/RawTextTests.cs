using FsCheck;
using FsCheck.Fluent;
using SnapFs.Text;

namespace SnapFs.Core.Tests.Text;

public sealed class RawTextTests
{
    [Fact]
    public void Any_bytes_come_back_from_text() =>
        Prop.ForAll<byte[]>(bytes => RawText.ToBytes(RawText.FromBytes(bytes)).AsSpan().SequenceEqual(bytes))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Ordinary_text_is_its_utf8() => Assert.Equal("grün/日本"u8.ToArray(), RawText.ToBytes("grün/日本"));

    [Fact]
    public void Valid_utf8_is_its_text() => Assert.Equal("grün", RawText.FromBytes("grün"u8));
}
