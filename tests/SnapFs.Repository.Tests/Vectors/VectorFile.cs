using System.Globalization;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>One file of <c>tests/vectors</c>: lines <c>name: value</c>, a blank line, the object in hexadecimal.</summary>
internal sealed class VectorFile
{
    private readonly Dictionary<string, string> _fields;

    private VectorFile(string path, Dictionary<string, string> fields, byte[] content)
    {
        FileName = Path.GetFileName(path);
        _fields = fields;
        Content = content;
    }

    internal static string Directory { get; } = FindDirectory();

    internal string FileName { get; }

    /// <summary>The object.</summary>
    internal byte[] Content { get; }

    /// <summary>What decoding must give, apart from what is said about the vector itself.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Expected =>
        _fields.Where(entry => entry.Key is not ("expect" or "object" or "about"));

    internal string this[string name] => _fields[name];

    internal static IEnumerable<string> AllNames() =>
        System.IO.Directory.EnumerateFiles(Directory, "*.txt")
            .Select(path => Path.GetFileName(path))
            .Where(name => name != "secrets.txt")
            .Order(StringComparer.Ordinal);

    internal static VectorFile Read(string fileName)
    {
        string path = Path.Combine(Directory, fileName);
        Dictionary<string, string> fields = [];
        string[] lines = File.ReadAllLines(path);
        int line = 0;
        for (; line < lines.Length && lines[line].Length > 0; line++)
        {
            int colon = lines[line].IndexOf(": ", StringComparison.Ordinal);
            fields.Add(lines[line][..colon], lines[line][(colon + 2)..]);
        }

        string hex = string.Concat(lines.Skip(line)).Replace(" ", "", StringComparison.Ordinal);
        return new VectorFile(path, fields, Convert.FromHexString(hex));
    }

    internal byte[] Bytes(string name) => Convert.FromHexString(_fields[name]);

    internal uint Number(string name) => uint.Parse(_fields[name], CultureInfo.InvariantCulture);

    private static string FindDirectory()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "tests", "vectors");
            if (System.IO.Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new DirectoryNotFoundException("tests/vectors is not above the test's binary");
    }
}
