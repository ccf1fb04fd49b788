using SnapFs.Snapshots;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>The part of <see cref="VectorDecoder"/> that deals with what a snapshot lacks; nothing of an old one.</summary>
internal static class OmissionVectors
{
    internal static Dictionary<string, string> Body(SnapshotBody body)
    {
        Dictionary<string, string> fields = [];
        if (body.MoreProblems > 0)
        {
            fields["more-problems"] = VectorDecoder.Text(body.MoreProblems);
        }

        if (body.Problems.Any(problem => problem.Path.Length > 0 || problem.Kind != OmissionKind.Other))
        {
            fields["problem-details"] = string.Join(" | ", body.Problems.Select(
                problem => $"{Hex(problem.Path)} {(int)problem.Kind} {problem.Errno}"));
        }

        if (body.Omissions.Count > 0)
        {
            fields["omissions"] = string.Join(
                " | ", body.Omissions.Select(omission => $"{Hex(omission.Path)} {(int)omission.Kind}"));
        }

        if (body.MoreOmissions.Count > 0)
        {
            fields["more-omissions"] = string.Join(
                " | ", body.MoreOmissions.OrderBy(more => more.Key).Select(more => $"{(int)more.Key} {more.Value}"));
        }

        if (body.Selection is { } selection)
        {
            int flags = (selection.ExcludesCaches ? 1 : 0) + (selection.OneFileSystem ? 2 : 0);
            string more = selection.MoreExcludes > 0 ? $" more-excludes={selection.MoreExcludes}" : "";
            fields["selection"] = $"excludes={string.Join(',', selection.Excludes.Select(Hex))} flags={flags}{more}";
        }

        return fields;
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? "-" : VectorDecoder.Hex(bytes.Span);
}
