using System.Buffers.Binary;
using SnapFs.Afs.Dumps;

namespace SnapFs.Testing.Volumes;

/// <summary>A valid dump taken apart by its grammar: the headers, records, and in each record its fields.</summary>
public sealed class DumpPieces
{
    /// <summary>Both headers.</summary>
    public byte[] Headers { get; set; } = [];

    /// <summary>The records; the first piece of each is its section byte, vnode and uniquifier, the others are fields.</summary>
    public List<List<byte[]>> Records { get; } = [];

    /// <summary>The end mark.</summary>
    public byte[] End { get; set; } = [];

    /// <summary>Takes a dump apart that <c>vos</c> could have written.</summary>
    public static DumpPieces Of(byte[] dump)
    {
        ArgumentNullException.ThrowIfNull(dump);
        DumpPieces pieces = new();
        DumpReader reader = new(new MemoryStream(dump));
        int at = (int)reader.Offset;
        pieces.Headers = dump[..at];
        while (reader.Read() != DumpStep.End)
        {
            if (reader.WholeLength > at)
            {
                pieces.Records.Add(FieldsOf(dump, at, (int)reader.WholeLength));
                at = (int)reader.WholeLength;
            }
        }

        pieces.End = dump[at..];
        return pieces;
    }

    /// <summary>
    /// Puts a field into the last record that no reader knows and all must know: who reads the dump takes all records before
    /// and then has to give up, although the end mark is there.
    /// </summary>
    public DumpPieces WithCriticalUnknownField()
    {
        const byte nextIsCritical = 0x7E;
        const byte unknownWithoutData = 0x7B;
        Records[^1].Insert(1, [nextIsCritical, unknownWithoutData]);
        return this;
    }

    /// <summary>Puts the dump together.</summary>
    public byte[] ToArray() => [.. Headers, .. Records.SelectMany(record => record).SelectMany(field => field), .. End];

    private static List<byte[]> FieldsOf(byte[] dump, int start, int end)
    {
        List<byte[]> fields = [dump[start..(start + 9)]];
        for (int at = start + 9; at < end;)
        {
            int length = (char)dump[at] switch
            {
                't' => 2,
                'l' or 'b' => 3,
                'A' => 193,
                'f' => 5 + (int)BinaryPrimitives.ReadUInt32BigEndian(dump.AsSpan(at + 1)),
                _ => 5,
            };
            fields.Add(dump[at..(at + length)]);
            at += length;
        }

        return fields;
    }
}
