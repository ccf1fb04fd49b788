using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SnapFs.Afs.Acls;
using SnapFs.Afs.Dumps;

namespace SnapFs.Testing.Volumes;

/// <summary>What the live volumes were of which the samples are dumps.</summary>
public static class SampleStates
{
    /// <summary>The entries of a state: paths in hexadecimal, and what is there in one line.</summary>
    /// <param name="name">Such as <c>user.alice.s0</c>.</param>
    public static Dictionary<string, string> Read(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(DumpSamples.Folder, $"{name}.manifest.json")));
        return document.RootElement.GetProperty("entries").EnumerateObject()
            .ToDictionary(entry => Convert.ToHexString(Decode(entry.Name)), entry => Describe(entry.Value));
    }

    /// <summary>A vnode in one line.</summary>
    public static string Describe(in VnodeRecord record, byte[] content)
    {
        bool isMountPoint = record.Type == VnodeType.Symlink && (record.Mode & 0x49) == 0;
        string type = record.Type switch
        {
            VnodeType.Directory => "dir",
            VnodeType.File => "file",
            _ => isMountPoint ? "mountpoint" : "symlink",
        };
        string common = $"{type} {record.Mode:x} {record.Owner} {record.Group} {record.Author} {record.Modified} "
            + $"{record.Links} {record} {record.DataVersion}";
        return record.Type switch
        {
            VnodeType.Directory => $"{common} {Describe(AfsAccessList.Parse(record.AccessList))}",
            VnodeType.File => $"{common} {content.Length} {Convert.ToHexStringLower(SHA256.HashData(content))}",
            _ => $"{common} {Convert.ToHexString(content)}",
        };
    }

    private static string Describe(AfsAccessList list)
    {
        static string Join(IReadOnlyList<AfsAccessEntry> entries) =>
            string.Join(',', entries.Select(entry => $"{entry.Id}:{(uint)entry.Rights}"));
        return $"{Join(list.Positive)}/{Join(list.Negative)}";
    }

    private static string Describe(JsonElement entry)
    {
        long Number(string name) => entry.GetProperty(name).GetInt64();
        string Text(string name) => entry.GetProperty(name).GetString()!; // every entry has its type's fields
        int mode = Convert.ToInt32(Text("mode")[2..], 8);
        string common = $"{Text("type")} {mode:x} {Number("owner")} {Number("group")} {Number("author")} {Number("mtime")} "
            + $"{Number("nlink")} {Text("fid")} {Number("dv")}";
        return Text("type") switch
        {
            "dir" => $"{common} {Rights(entry, "pos")}/{Rights(entry, "neg")}",
            "file" => $"{common} {Number("size")} {Text("sha256")}",
            _ => $"{common} {Convert.ToHexString(Decode(Text("target")))}",
        };
    }

    private static string Rights(JsonElement entry, string sign) => string.Join(',', entry.GetProperty("acl")
        .GetProperty(sign)
        .EnumerateArray()
        .Select(pair => $"{pair[0].GetInt32()}:{unchecked((uint)pair[1].GetInt64())}"));

    /// <summary>The lists write bytes that are not plain ASCII as <c>%C3</c>.</summary>
    private static byte[] Decode(string text)
    {
        List<byte> bytes = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text[i].ToString()));
            }
        }

        return [.. bytes];
    }
}
