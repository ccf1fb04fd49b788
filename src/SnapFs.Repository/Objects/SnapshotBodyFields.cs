using System.Text;
using SnapFs.Binary;
using SnapFs.Sizes;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Repository.Objects;

/// <summary>The field list that is the body of a snapshot (<c>docs/format.md</c> section 8).</summary>
internal static class SnapshotBodyFields
{
    private const ulong CachesFlag = 1;
    private const ulong OneFileSystemFlag = 2;

    /// <exception cref="EncodingLimitException">The paths are too long; what else has no room is counted instead.</exception>
    internal static byte[] Encode(SnapshotBody body)
    {
        ByteWriter list = new(1024);
        ByteWriter value = new();
        FieldWriter fields = new(list);
        fields.Bytes(1, body.RootNode.Span);
        fields.Bytes(2, body.RootUser.Span);
        fields.Bytes(4, body.RootGroup.Span);
        fields.Bytes(5, Paths(value, body.Paths));
        List<(byte[] Path, SnapshotProblem Problem, byte[] Text)> problems = FittingProblems(body.Problems);
        fields.Bytes(6, ProblemTexts(value, problems.Select(problem => problem.Text)));
        long more = Saturating.Add(body.MoreProblems, body.Problems.Count - problems.Count);
        if (more > 0)
        {
            fields.Number(8, (ulong)more);
        }

        if (problems.Count > 0)
        {
            fields.Bytes(10, ProblemDetails(value, problems));
        }

        WriteOmissions(fields, value, body);
        if (body.Selection is SnapshotSelection selection)
        {
            ByteWriter nested = new();
            WriteSelection(new FieldWriter(nested), value, selection);
            fields.Bytes(16, nested.Written);
        }

        return list.ToArray();
    }

    internal static SnapshotBody Decode(ReadOnlyMemory<byte> list, string subject)
    {
        byte[]? node = null;
        byte[] user = [];
        byte[] group = [];
        List<ReadOnlyMemory<byte>>? paths = null;
        List<SnapshotProblem> problems = [];
        long moreProblems = 0;
        List<Omission> omissions = [];
        Dictionary<OmissionKind, long> moreOmissions = [];
        SnapshotSelection? selection = null;
        FieldReader fields = new(list.Span);
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    node = fields.Value.ToArray();
                    NodeCodec.Read(node); // refuses a node that would not parse later, where its object has no name
                    break;
                case 2:
                    user = fields.Value.ToArray();
                    break;
                case 4:
                    group = fields.Value.ToArray();
                    break;
                case 5:
                    paths = Paths(fields.Value, SnapshotLimits.MaxPath);
                    break;
                case 6:
                    problems = [.. SnapshotFields.Texts(fields.Value, SnapshotLimits.MaxProblems)
                        .Select(SnapshotProblem.OfText)];
                    break;
                case 8:
                    moreProblems = Count(fields.Number());
                    break;
                case 10:
                    ReadProblemDetails(fields.Value, problems);
                    break;
                case 12:
                    omissions = Omissions(fields.Value);
                    break;
                case 14:
                    moreOmissions = MoreOmissions(fields.Value);
                    break;
                case 16:
                    selection = Selection(fields.Value, subject);
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        return new SnapshotBody
        {
            RootNode = node ?? throw SnapshotFields.Missing(1),
            RootUser = user,
            RootGroup = group,
            Paths = paths ?? throw SnapshotFields.Missing(5),
            Problems = problems,
            MoreProblems = moreProblems,
            Omissions = omissions,
            MoreOmissions = moreOmissions,
            Selection = selection,
        };
    }

    private static ReadOnlySpan<byte> Paths(ByteWriter value, IReadOnlyList<ReadOnlyMemory<byte>> paths)
    {
        value.Clear();
        value.Varint((ulong)paths.Count);
        foreach (ReadOnlyMemory<byte> path in paths)
        {
            if (path.Length > SnapshotLimits.MaxPath)
            {
                throw new EncodingLimitException(
                    $"a path to back up has {path.Length} bytes, more than {SnapshotLimits.MaxPath}");
            }

            value.LengthPrefixed(path.Span);
            if (value.Length > SnapshotLimits.MaxPathBytes)
            {
                throw new EncodingLimitException(
                    $"the {paths.Count} paths to back up have more than {SnapshotLimits.MaxPathBytes} bytes; "
                        + "give a directory above them");
            }
        }

        return value.Written;
    }

    /// <summary>The first problems that there is room for, with paths and texts as they are written.</summary>
    private static List<(byte[] Path, SnapshotProblem Problem, byte[] Text)> FittingProblems(
        IReadOnlyList<SnapshotProblem> problems)
    {
        List<(byte[] Path, SnapshotProblem Problem, byte[] Text)> fitting = [];
        int bytes = 0;
        foreach (SnapshotProblem problem in problems.Take(SnapshotLimits.MaxProblems))
        {
            byte[] path = RecordedPath.Fit(problem.Path.Span).ToArray();
            byte[] text = CutMiddle(Encoding.UTF8.GetBytes(problem.Text), SnapshotLimits.MaxProblemText);
            bytes += path.Length + text.Length;
            if (bytes > SnapshotLimits.MaxProblemBytes)
            {
                break;
            }

            fitting.Add((path, problem, text));
        }

        return fitting;
    }

    /// <summary>Keeps both ends of a text: it begins with a path and ends with what is wrong there.</summary>
    private static byte[] CutMiddle(byte[] text, int max)
    {
        if (text.Length <= max)
        {
            return text;
        }

        ReadOnlySpan<byte> mark = "…"u8;
        int head = (max - mark.Length) / 2;
        int tail = text.Length - (max - mark.Length - head);
        while (IsContinuation(text[head]))
        {
            head--;
        }

        while (tail < text.Length && IsContinuation(text[tail]))
        {
            tail++;
        }

        return [.. text.AsSpan(0, head), .. mark, .. text.AsSpan(tail)];
    }

    private static bool IsContinuation(byte utf8) => (utf8 & 0xC0) == 0x80;

    private static ReadOnlySpan<byte> ProblemTexts(ByteWriter value, IEnumerable<byte[]> texts)
    {
        value.Clear();
        value.Varint((ulong)texts.Count());
        foreach (byte[] text in texts)
        {
            value.LengthPrefixed(text);
        }

        return value.Written;
    }

    private static ReadOnlySpan<byte> ProblemDetails(
        ByteWriter value, List<(byte[] Path, SnapshotProblem Problem, byte[] Text)> problems)
    {
        value.Clear();
        value.Varint((ulong)problems.Count);
        foreach ((byte[] path, SnapshotProblem problem, _) in problems)
        {
            value.LengthPrefixed(path);
            value.Varint((long)problem.Kind);
            value.Varint((long)Math.Max(problem.Errno, 0));
        }

        return value.Written;
    }

    private static void ReadProblemDetails(ReadOnlySpan<byte> value, List<SnapshotProblem> problems)
    {
        ByteReader reader = new(value);
        if (reader.Varint() != (ulong)problems.Count)
        {
            throw new InvalidEncodingException("its problems have more or fewer paths than texts");
        }

        for (int i = 0; i < problems.Count; i++)
        {
            byte[] path = reader.LengthPrefixed(SnapshotLimits.MaxPath).ToArray();
            OmissionKind kind = Kind(ref reader);
            problems[i] = new SnapshotProblem(path, kind, reader.VarintInt32(int.MaxValue), problems[i].Text);
        }

        reader.End();
    }

    private static void WriteOmissions(FieldWriter fields, ByteWriter value, SnapshotBody body)
    {
        OmissionList fitting = new();
        foreach (Omission omission in body.Omissions)
        {
            fitting.Add(omission.Path.Span, omission.Kind);
        }

        IReadOnlyList<Omission> listed = fitting.Listed;
        if (listed.Count > 0)
        {
            value.Clear();
            value.Varint((ulong)listed.Count);
            foreach (Omission omission in listed)
            {
                value.LengthPrefixed(omission.Path.Span);
                value.Varint((long)omission.Kind);
            }

            fields.Bytes(12, value.Written);
        }

        SortedDictionary<OmissionKind, long> more = [];
        foreach ((OmissionKind kind, long count) in body.MoreOmissions.Concat(fitting.More).Where(pair => pair.Value > 0))
        {
            more[kind] = Saturating.Add(more.GetValueOrDefault(kind), count);
        }

        if (more.Count > 0)
        {
            value.Clear();
            value.Varint((ulong)more.Count);
            foreach ((OmissionKind kind, long count) in more)
            {
                value.Varint((long)kind);
                value.Varint(count);
            }

            fields.Bytes(14, value.Written);
        }
    }

    private static List<Omission> Omissions(ReadOnlySpan<byte> value)
    {
        ByteReader reader = new(value);
        List<Omission> omissions = [];
        for (int left = reader.VarintInt32(SnapshotLimits.MaxOmissions); left > 0; left--)
        {
            byte[] path = reader.LengthPrefixed(SnapshotLimits.MaxPath).ToArray();
            omissions.Add(new Omission(path, Kind(ref reader)));
        }

        reader.End();
        return omissions;
    }

    private static Dictionary<OmissionKind, long> MoreOmissions(ReadOnlySpan<byte> value)
    {
        ByteReader reader = new(value);
        Dictionary<OmissionKind, long> more = [];
        for (int left = reader.VarintInt32(value.Length); left > 0; left--)
        {
            OmissionKind kind = Kind(ref reader);
            if (!more.TryAdd(kind, Count(reader.Varint())))
            {
                throw new InvalidEncodingException("its counts of omissions name one kind twice");
            }
        }

        reader.End();
        return more;
    }

    private static void WriteSelection(FieldWriter fields, ByteWriter value, SnapshotSelection selection)
    {
        int fitting = 0;
        long bytes = 0;
        while (fitting < selection.Excludes.Count
            && (bytes += selection.Excludes[fitting].Length + 5) <= SnapshotLimits.MaxExcludeBytes)
        {
            fitting++;
        }

        value.Clear();
        value.Varint((ulong)fitting);
        foreach (ReadOnlyMemory<byte> pattern in selection.Excludes.Take(fitting))
        {
            value.LengthPrefixed(pattern.Span);
        }

        fields.Bytes(2, value.Written);
        fields.Number(
            4, (selection.ExcludesCaches ? CachesFlag : 0) | (selection.OneFileSystem ? OneFileSystemFlag : 0));
        long more = Saturating.Add(selection.MoreExcludes, selection.Excludes.Count - fitting);
        if (more > 0)
        {
            fields.Number(6, (ulong)more);
        }
    }

    /// <summary>Flags that are not known say of more that was left out, which <see cref="OmissionKind"/> tells as well.</summary>
    private static SnapshotSelection Selection(ReadOnlySpan<byte> list, string subject)
    {
        SnapshotSelection selection = new();
        FieldReader fields = new(list);
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 2:
                    selection = selection with { Excludes = Paths(fields.Value, SnapshotLimits.MaxExcludeBytes) };
                    break;
                case 4:
                    ulong flags = fields.Number();
                    selection = selection with
                    {
                        ExcludesCaches = (flags & CachesFlag) != 0,
                        OneFileSystem = (flags & OneFileSystemFlag) != 0,
                    };
                    break;
                case 6:
                    selection = selection with { MoreExcludes = Count(fields.Number()) };
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        return selection;
    }

    private static List<ReadOnlyMemory<byte>> Paths(ReadOnlySpan<byte> value, int maxLength)
    {
        ByteReader reader = new(value);
        List<ReadOnlyMemory<byte>> paths = [];
        for (int left = reader.VarintInt32(value.Length); left > 0; left--)
        {
            paths.Add(reader.LengthPrefixed(maxLength).ToArray());
        }

        reader.End();
        return paths;
    }

    private static OmissionKind Kind(ref ByteReader reader) => (OmissionKind)reader.VarintInt32(int.MaxValue);

    private static long Count(ulong count) => count <= long.MaxValue
        ? (long)count
        : throw new InvalidEncodingException($"a count of {count} exceeds 63 bits");
}
