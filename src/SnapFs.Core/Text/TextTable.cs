using System.Text;

namespace SnapFs.Text;

/// <summary>Columns as wide as their widest cell; the first line names them.</summary>
/// <param name="headings">The names of the columns.</param>
public sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [headings];

    /// <summary>Adds a line with one cell a column.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>The lines, each with a line feed. Cells of columns whose heading begins with <c>&gt;</c> stand right.
    /// </summary>
    public override string ToString()
    {
        bool[] right = [.. headings.Select(h => h.StartsWith('>'))];
        int[] widths = [.. Enumerable.Range(0, headings.Length).Select(c => _rows.Max(r => Cell(r, c).Length))];
        StringBuilder text = new();
        foreach (string[] row in _rows)
        {
            int start = text.Length;
            for (int column = 0; column < row.Length; column++)
            {
                string cell = Cell(row, column);
                text.Append(column == 0 ? "" : "  ");
                text.Append(right[column] ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            }

            while (text.Length > start && text[^1] == ' ')
            {
                text.Length--;
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private string Cell(string[] row, int column) =>
        ReferenceEquals(row, _rows[0]) ? row[column].TrimStart('>') : row[column];
}
