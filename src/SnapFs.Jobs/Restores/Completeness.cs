using SnapFs.Posix.Files;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Restores;

/// <summary>What a snapshot says of what it lacks.</summary>
internal sealed class Completeness(SnapshotHead head, SnapshotBody body)
{
    /// <summary>Why it is not known what else the backup could not read or left out; null if it is.</summary>
    public string? Unknown
    {
        get
        {
            if (head.IsPartial && body.Omissions.Count == 0 && body.MoreOmissions.Count == 0)
            {
                return "it is partial, and an older version made it";
            }

            return body.Selection is { MoreExcludes: > 0 } ? "it had more exclude patterns than it could record" : More();
        }
    }

    /// <summary>What could not be read at or below a path, for people; null if nothing is known to be missing.</summary>
    public string? MissingBelow(ReadOnlySpan<byte> path)
    {
        if (!head.IsPartial)
        {
            return null;
        }

        List<Omission> missing = [];
        foreach (Omission omission in body.Omissions)
        {
            if (OmissionKinds.IsUnread(omission.Kind)
                && (RecordedPath.IsWithin(omission.Path.Span, path) || RecordedPath.IsWithin(path, omission.Path.Span)))
            {
                missing.Add(omission);
            }
        }

        if (missing.Count > 0)
        {
            string others = missing.Count > 1 ? $" and {missing.Count - 1} more" : "";
            return $"the backup could not read {RawPath.ToText(missing[0].Path.Span)}{others}";
        }

        return body.Omissions.Count == 0 || body.MoreOmissions.Keys.Any(OmissionKinds.IsUnread)
            ? "the backup could not read all of it"
            : null;
    }

    /// <summary>Kinds that had no room, other than those that the selection tells as well and those of which nothing is missing.</summary>
    private string? More()
    {
        foreach ((OmissionKind kind, long count) in body.MoreOmissions)
        {
            bool isKnown = count == 0 || kind is OmissionKind.Changed or OmissionKind.UnreadableAttributes
                || (body.Selection is { } selection && (kind == OmissionKind.Excluded
                    || (kind == OmissionKind.CacheDirectory && selection.ExcludesCaches)));
            if (!isKnown)
            {
                return $"there are {count} things more than it could record";
            }
        }

        return null;
    }
}
