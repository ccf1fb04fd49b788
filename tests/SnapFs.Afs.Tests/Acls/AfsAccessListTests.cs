using SnapFs.Afs.Acls;
using SnapFs.Testing;

namespace SnapFs.Afs.Tests.Acls;

public sealed class AfsAccessListTests
{
    private const int Staff = -206;
    private const int Bob = 1002;

    private static readonly AfsAccessList List = new(
        [new(Staff, (AfsRights)0x3F), new(AfsIds.AnyUser, AfsRights.Lookup), new(Bob, (AfsRights)0x81000009)],
        [new(Bob, AfsRights.Write | AfsRights.Read), new(AfsIds.AuthenticatedUser, (AfsRights)0x02000000)]);

    [Fact]
    public void The_text_is_that_of_fs_listacl() => Assert.Equal(
        "Normal rights:\n  staff rlidwk\n  system:anyuser l\n  1002 rlAH\nNegative rights:\n  1002 rw\n  -102 B\n",
        List.ToText(id => id switch { Staff => "staff", AfsIds.AnyUser => "system:anyuser", _ => null }));

    [Fact]
    public void What_is_encoded_is_parsed_and_negatives_run_backwards()
    {
        byte[] encoded = List.Encode();
        AfsAccessList parsed = AfsAccessList.Parse(encoded);

        Assert.Equal(List.Positive, parsed.Positive);
        Assert.Equal(List.Negative, parsed.Negative);
        Assert.Equal([0xFF, 0xFF, 0xFF, 0x9A], encoded[(20 + (8 * 3))..(20 + (8 * 3) + 4)]);
    }

    [Fact]
    public void Negative_rights_win_over_whatever_grants_them()
    {
        Assert.Equal((AfsRights)0x3C, List.RightsOf(Bob, [Staff]) & (AfsRights)0x7F);
        Assert.Equal((AfsRights)0x3F, List.RightsOf(7, [Staff]));
        Assert.Equal(AfsRights.Lookup, List.RightsOf(AfsIds.Anonymous, [Staff]));
        Assert.Equal(
            AfsRights.Lookup | AfsRights.Administer, List.RightsOf(8, [AfsIds.Administrators]));
    }

    [Theory]
    [InlineData(3, 21)]
    [InlineData(7, 2)]
    [InlineData(11, 21)]
    [InlineData(11, 0xFF)]
    [InlineData(15, 6)]
    [InlineData(12, 0xFF)]
    [InlineData(19, 9)]
    public void Counts_that_cannot_be_are_refused(int offset, byte value)
    {
        byte[] encoded = List.Encode();
        encoded[offset] = value;

        Assert.Throws<InvalidEncodingException>(() => AfsAccessList.Parse(encoded));
    }

    [Fact]
    public void Any_bytes_are_refused_or_give_at_most_20_entries() => Seeds.ForEach(2000, random =>
    {
        byte[] encoded = random.FlipBit(List.Encode());
        try
        {
            AfsAccessList parsed = AfsAccessList.Parse(encoded);
            Assert.InRange(parsed.Positive.Count + parsed.Negative.Count, 0, AfsAccessList.MaxEntries);
        }
        catch (InvalidEncodingException)
        {
        }
    });
}
