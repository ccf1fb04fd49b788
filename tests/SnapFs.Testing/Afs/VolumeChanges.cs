using System.Globalization;
using System.Text;
using SnapFs.Testing.Trees;

namespace SnapFs.Testing.Afs;

/// <summary>
/// What someone does to a volume, in order. Collected first and carried out by <see cref="LiveVolume.Apply"/>. Paths are
/// in the form of <see cref="AfsName"/>.
/// </summary>
public sealed class VolumeChanges
{
    private readonly List<string> lines = [];
    private readonly List<byte[]> contents = [];

    /// <summary>A new file with content.</summary>
    public VolumeChanges File(string path, ReadOnlySpan<byte> content, string mode = "644")
    {
        lines.Add($"create {path} {mode}");
        return content.IsEmpty ? this : Write(path, 0, content);
    }

    /// <summary>A new file with text.</summary>
    public VolumeChanges File(string path, string content, string mode = "644") => File(path, content.ToBytes(), mode);

    /// <summary>Bytes of a file from an offset on; the file grows if need be.</summary>
    public VolumeChanges Write(string path, long offset, ReadOnlySpan<byte> content)
    {
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"write {path} {offset} {Keep(content)}"));
        return this;
    }

    /// <summary>Replaces a file's content.</summary>
    public VolumeChanges Replace(string path, ReadOnlySpan<byte> content) => Resize(path, 0).Write(path, 0, content);

    /// <summary>Adds to the end of a file.</summary>
    public VolumeChanges Append(string path, ReadOnlySpan<byte> content)
    {
        lines.Add($"append {path} {Keep(content)}");
        return this;
    }

    /// <summary>Cuts a file. A server lengthens none without data: write beyond the end instead.</summary>
    public VolumeChanges Resize(string path, long length) =>
        Add(string.Create(CultureInfo.InvariantCulture, $"resize {path} {length}"));

    public VolumeChanges Directory(string path, string mode = "755") => Add($"mkdir {path} {mode}");

    public VolumeChanges Symlink(string path, string target) => Add($"symlink {path} {target}");

    /// <param name="path">Where.</param>
    /// <param name="target">In AFS's notation: <c>#user.ann.</c>, <c>%25db.ann.</c> (an escaped percent sign).</param>
    public VolumeChanges MountPoint(string path, string target) => Add($"mount {path} {target}");

    /// <summary>Another name of a file, in the same directory.</summary>
    public VolumeChanges HardLink(string path, string existing) => Add($"link {path} {existing}");

    /// <summary>Another name, or another directory.</summary>
    public VolumeChanges Rename(string path, string newPath) => Add($"rename {path} {newPath}");

    /// <summary>Removes a name of a file, a link or a mount point.</summary>
    public VolumeChanges Remove(string path) => Add($"remove {path}");

    public VolumeChanges RemoveDirectory(string path) => Add($"rmdir {path}");

    /// <param name="path">What.</param>
    /// <param name="mode">In octal digits.</param>
    public VolumeChanges Mode(string path, string mode) => Add($"chmod {path} {mode}");

    public VolumeChanges Owner(string path, int id) =>
        Add(string.Create(CultureInfo.InvariantCulture, $"chown {path} {id}"));

    public VolumeChanges Group(string path, int id) =>
        Add(string.Create(CultureInfo.InvariantCulture, $"chgrp {path} {id}"));

    /// <param name="path">What.</param>
    /// <param name="modifiedAt">Seconds since 1970.</param>
    public VolumeChanges Touch(string path, long modifiedAt) =>
        Add(string.Create(CultureInfo.InvariantCulture, $"touch {path} {modifiedAt}"));

    /// <summary>Sets a directory's access list, in the form of <see cref="VolumeAcl.Parse"/>.</summary>
    public VolumeChanges Acl(string path, params string[] entries) =>
        Add($"acl {path} {AfsName.Escape(VolumeAcl.Parse(entries).ToRpcText())}");

    /// <summary>The lines for <c>afsvol</c>; contents are written as files into a directory.</summary>
    internal string ToScript(string directory)
    {
        StringBuilder script = new();
        foreach (string line in lines)
        {
            script.Append(line.Replace(ContentPlace, AfsName.Escape(directory) + "/", StringComparison.Ordinal)).Append('\n');
        }

        for (int i = 0; i < contents.Count; i++)
        {
            System.IO.File.WriteAllBytes(Path.Combine(directory, FileName(i)), contents[i]);
        }

        return script.ToString();
    }

    /// <summary>Stands for the directory of the contents. No name in a line can hold it: a bare quote is escaped.</summary>
    private const string ContentPlace = "\"";

    private VolumeChanges Add(string line)
    {
        lines.Add(line);
        return this;
    }

    private string Keep(ReadOnlySpan<byte> content)
    {
        contents.Add(content.ToArray());
        return ContentPlace + FileName(contents.Count - 1);
    }

    private static string FileName(int number) => number.ToString("d6", CultureInfo.InvariantCulture);
}
