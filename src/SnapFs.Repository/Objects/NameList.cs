using SnapFs.Binary;
using SnapFs.Objects;

namespace SnapFs.Repository.Objects;

/// <summary>A field that is a list of names of objects.</summary>
internal static class NameList
{
    /// <summary>Appends a list.</summary>
    internal static void Write(ByteWriter writer, IReadOnlyCollection<ObjectId> names)
    {
        writer.Varint((ulong)names.Count);
        foreach (ObjectId name in names)
        {
            writer.Bytes(name.Span);
        }
    }

    /// <summary>Reads a whole field.</summary>
    internal static List<ObjectId> Read(ReadOnlySpan<byte> value)
    {
        ByteReader reader = new(value);
        List<ObjectId> names = [];
        for (int left = reader.VarintInt32(value.Length / ObjectId.Length); left > 0; left--)
        {
            names.Add(ObjectId.Read(reader.Bytes(ObjectId.Length)));
        }

        reader.End();
        return names;
    }
}
