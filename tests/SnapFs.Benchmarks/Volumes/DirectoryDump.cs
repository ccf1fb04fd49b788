using System.Text;
using SnapFs.Afs.Acls;
using SnapFs.Afs.Directories;
using SnapFs.Afs.Dumps;
using SnapFs.Binary;

namespace SnapFs.Benchmarks.Volumes;

/// <summary>
/// Writes a full dump of a volume that holds what a local directory does, so that volumes can be measured with contents of
/// real files. The directory holds directories, files and symlinks only; each name of a file is a file of its own.
/// </summary>
internal sealed class DirectoryDump
{
    private const uint Id = 536870999;
    private const int Owner = 1001;
    private const uint Time = 1_795_229_063;

    private readonly Stream _output;
    private readonly ByteWriter _writer = new();
    private readonly List<Vnode> _directories = [];
    private readonly List<Vnode> _leaves = [];

    private DirectoryDump(Stream output) => _output = output;

    /// <summary>Writes the dump.</summary>
    /// <param name="root">The local directory.</param>
    /// <param name="name">The name of the volume.</param>
    /// <param name="output">Gets the dump.</param>
    /// <exception cref="IOException">A file cannot be read, or has changed meanwhile.</exception>
    public static void Write(DirectoryInfo root, string name, Stream output)
    {
        DirectoryDump dump = new(output);
        dump._directories.Add(new Vnode(root, 1, 1));
        dump.Number(dump._directories[0]);
        dump.WriteAll(name);
    }

    /// <summary>Gives vnodes to all below a directory: odd ones to directories, even ones to all else.</summary>
    private void Number(Vnode directory)
    {
        foreach (FileSystemInfo entry in ((DirectoryInfo)directory.Entry).EnumerateFileSystemInfos()
            .OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (entry is DirectoryInfo && entry.LinkTarget is null)
            {
                Vnode below = new(entry, (uint)((2 * _directories.Count) + 1), directory.Number);
                directory.Children.Add(below);
                _directories.Add(below);
                Number(below);
            }
            else
            {
                Vnode leaf = new(entry, (uint)((2 * _leaves.Count) + 2), directory.Number);
                directory.Children.Add(leaf);
                _leaves.Add(leaf);
            }
        }
    }

    private void WriteAll(string name)
    {
        DumpEncoder.Header(_writer, new DumpHeader { VolumeId = Id, Name = name, Intervals = [new DumpInterval(0, Time)] });
        DumpEncoder.Volume(_writer, new VolumeHeader
        {
            Id = Id,
            Name = name,
            ParentId = Id,
            Uniquifier = uint.MaxValue,
            CreationDate = Time,
            UpdateDate = Time,
        });
        foreach (Vnode directory in _directories)
        {
            DirectoryBuilder content = new(directory.Number, directory.Number, directory.Parent, directory.Parent);
            foreach (Vnode child in directory.Children)
            {
                content.Add(Encoding.UTF8.GetBytes(child.Entry.Name), child.Number, child.Number);
            }

            byte[] bytes = content.ToArray();
            Record(directory, VnodeType.Directory, bytes.Length);
            _writer.Bytes(bytes);
        }

        foreach (Vnode leaf in _leaves)
        {
            if (leaf.Entry.LinkTarget is string target)
            {
                byte[] bytes = Encoding.UTF8.GetBytes(target);
                Record(leaf, VnodeType.Symlink, bytes.Length);
                _writer.Bytes(bytes);
            }
            else
            {
                using FileStream file = File.OpenRead(leaf.Entry.FullName);
                Record(leaf, VnodeType.File, file.Length);
                Flush();
                file.CopyTo(_output);
            }
        }

        DumpEncoder.End(_writer);
        Flush();
    }

    private void Record(Vnode vnode, VnodeType type, long length)
    {
        bool isDirectory = type == VnodeType.Directory;
        VnodeRecord record = new()
        {
            Vnode = vnode.Number,
            Uniq = vnode.Number,
            Fields = VnodeFields.Content,
            Type = type,
            Mode = (ushort)(isDirectory ? 0x1ED : 0x1A4),
            Links = (ushort)(isDirectory ? 2 + vnode.Children.Count(child => child.Number % 2 == 1) : 1),
            DataVersion = 1,
            Modified = Time,
            Author = Owner,
            Owner = Owner,
            Parent = vnode.Number == 1 ? 0 : vnode.Parent,
            ServerModified = Time,
            ContentLength = length,
            AccessList = isDirectory
                ? new AfsAccessList([new AfsAccessEntry(Owner, (AfsRights)0x7F)], []).Encode()
                : null,
        };
        DumpEncoder.Record(_writer, in record);
    }

    private void Flush()
    {
        _output.Write(_writer.Written);
        _writer.Clear();
    }

    private sealed record Vnode(FileSystemInfo Entry, uint Number, uint Parent)
    {
        public List<Vnode> Children { get; } = [];
    }
}
