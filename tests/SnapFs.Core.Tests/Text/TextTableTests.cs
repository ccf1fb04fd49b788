using SnapFs.Text;

namespace SnapFs.Core.Tests.Text;

public sealed class TextTableTests
{
    [Fact]
    public void Columns_are_as_wide_as_their_widest_cell_and_numbers_stand_right()
    {
        TextTable table = new("Name", ">Size", "Tags");
        table.Add("a", "1,000", "");
        table.Add("longer", "2", "x");

        Assert.Equal(
            """
            Name     Size  Tags
            a       1,000
            longer      2  x

            """.ReplaceLineEndings("\n"),
            table.ToString());
    }
}
