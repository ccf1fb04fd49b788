using System.Globalization;
using SnapFs.Mount.Layouts;
using SnapFs.Snapshots;

namespace SnapFs.Afs.Mounting;

/// <summary>The names that the states of an AFS volume have: the day of the dump in UTC, and its time where a day has
/// several.</summary>
internal static class VolumeDays
{
    /// <summary>Names the states of one volume.</summary>
    /// <param name="heads">In order of start time, then id.</param>
    internal static IEnumerable<(SnapshotHead Head, string Day, string Name)> Name(IEnumerable<SnapshotHead> heads)
    {
        foreach (IGrouping<string, SnapshotHead> day in heads.GroupBy(DayOf))
        {
            if (day.Count() == 1)
            {
                yield return (day.Single(), day.Key, day.Key);
                continue;
            }

            foreach ((SnapshotHead head, string time) in SnapshotNames.Name(day, "yyyy.MM.dd'T'HH-mm-ss'Z'"))
            {
                yield return (head, day.Key, time);
            }
        }
    }

    private static string DayOf(SnapshotHead head) =>
        head.Started.ToDateTimeOffset().ToString("yyyy.MM.dd", CultureInfo.InvariantCulture);
}
