using SnapFs.Chunks;

namespace SnapFs.Trees;

/// <summary>
/// The one place that says which chunks a node needs: the page of a directory, the pieces of a content and the lists above
/// them, values of extended attributes, and the raw content of a directory of an AFS volume. What is not named here is not
/// checked, not looked up before it is used again, and would be deleted as garbage.
/// </summary>
public static class NodeReferences
{
    /// <summary>Names every chunk that a node needs.</summary>
    /// <param name="node">The node.</param>
    /// <param name="visitor">Is told of each.</param>
    /// <returns>Whether the visitor always went on.</returns>
    /// <exception cref="InvalidEncodingException">The node is malformed, or what it says of its content does not add up.
    /// </exception>
    public static bool Visit<TVisitor>(in NodeView node, ref TVisitor visitor)
        where TVisitor : IReferenceVisitor, allows ref struct
    {
        XattrReader xattrs = new(node.Xattrs);
        while (xattrs.Next())
        {
            if (xattrs.IsExternal && !visitor.Data(xattrs.External))
            {
                return false;
            }
        }

        switch (node.Type)
        {
            case NodeType.Directory:
                return visitor.Page(in node.Tree)
                    && (!TryDirectoryContent(in node, out NodeView raw) || VisitContent(in raw, ref visitor));
            case NodeType.File:
                return VisitContent(in node, ref visitor);
            default:
                return true;
        }
    }

    /// <summary>The raw content of a directory of an AFS volume, as a node of a file that has nothing else.</summary>
    /// <param name="node">Any node.</param>
    /// <param name="content">The content; it points into the node.</param>
    /// <returns>False if the node is not of such a directory.</returns>
    public static bool TryDirectoryContent(scoped in NodeView node, out NodeView content)
    {
        content = default;
        if (node.Type != NodeType.Directory
            || node.Extensions.IsEmpty
            || !AfsNodeCodec.TryRead(node.Extensions, out AfsNode afs))
        {
            return false;
        }

        content = DirectoryContent(in afs);
        return true;
    }

    /// <summary>The raw content of a directory, as <see cref="TryDirectoryContent"/> gives it.</summary>
    public static NodeView DirectoryContent(scoped in AfsNode afs) => new()
    {
        Type = NodeType.File,
        Size = afs.DirectoryLength,
        ContentForm = afs.DirectoryContent.IsEmpty ? ContentForm.Empty : ContentForm.Chunks,
        ChunkList = afs.DirectoryContent,
    };

    /// <summary>Bytes of a file's data, holes left out.</summary>
    /// <exception cref="InvalidEncodingException">The extents are malformed or pass the end of the file.</exception>
    public static long DataLength(in NodeView file)
    {
        if (file.Extents.IsEmpty)
        {
            return file.Size;
        }

        long length = 0;
        ExtentReader extents = new(file.Extents, file.Size);
        while (extents.Next())
        {
            length += extents.Current.Length; // extents do not overlap, so that the size bounds their sum
        }

        return length;
    }

    /// <summary>Checks that data of a length can be given in the form that the node of a file has; the lengths in a list of
    /// chunks are left to whoever reads it.</summary>
    /// <exception cref="InvalidEncodingException">It cannot.</exception>
    public static void CheckForm(in NodeView file, long dataLength)
    {
        bool fits = file.ContentForm switch
        {
            ContentForm.Empty => dataLength == 0,
            ContentForm.Inline => dataLength == file.Inline.Length,
            ContentForm.Chunks => true,
            _ => false,
        };
        if (!fits)
        {
            throw new InvalidEncodingException($"the content of a file is not the {dataLength} bytes its node says");
        }
    }

    private static bool VisitContent<TVisitor>(in NodeView file, ref TVisitor visitor)
        where TVisitor : IReferenceVisitor, allows ref struct
    {
        long length = DataLength(in file);
        CheckForm(in file, length);
        return file.ContentForm != ContentForm.Chunks
            || VisitList(new ChunkListReader(file.ChunkList), length, ref visitor);
    }

    /// <summary>Levels fall with each call, so that there are no more than <see cref="TreeLimits.MaxLevels"/> of them.</summary>
    private static bool VisitList<TVisitor>(ChunkListReader chunks, long length, ref TVisitor visitor)
        where TVisitor : IReferenceVisitor, allows ref struct
    {
        long left = length;
        while (chunks.Next())
        {
            ChunkRef chunk = chunks.Current;
            if (chunk.Length > left)
            {
                throw new InvalidEncodingException($"a list of chunks has more than the {length} bytes it stands for");
            }

            left -= chunk.Length;
            if (!(chunks.Level == 0 ? visitor.Data(in chunk) : VisitBelow(in chunk, chunks.Level - 1, ref visitor)))
            {
                return false;
            }
        }

        if (left != 0)
        {
            throw new InvalidEncodingException($"a list of chunks has {length - left} bytes instead of {length}");
        }

        return true;
    }

    private static bool VisitBelow<TVisitor>(in ChunkRef list, int level, ref TVisitor visitor)
        where TVisitor : IReferenceVisitor, allows ref struct
    {
        if (!visitor.List(in list, level, out ReadOnlyMemory<byte> bytes))
        {
            return false;
        }

        if (bytes.IsEmpty)
        {
            return true;
        }

        ChunkListReader chunks = new(bytes.Span);
        return chunks.Level == level
            ? VisitList(chunks, list.Length, ref visitor)
            : throw new InvalidEncodingException($"a list of chunks has level {chunks.Level} instead of {level}");
    }
}
