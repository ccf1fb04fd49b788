using System.Globalization;
using SnapFs.Snapshots;

namespace SnapFs.Mount.Layouts;

/// <summary>The names snapshots have as directories: UTC times in a form that Windows accepts.</summary>
public static class SnapshotNames
{
    /// <summary>The day of a snapshot in UTC.</summary>
    public static string DayOf(SnapshotHead head) =>
        head.Started.ToDateTimeOffset().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Names the snapshots of one host and source; the second within one second gets <c>-2</c>.</summary>
    /// <param name="heads">In order of start time, then id.</param>
    /// <param name="format">The form of the time.</param>
    public static IEnumerable<(SnapshotHead Head, string Name)> Name(
        IEnumerable<SnapshotHead> heads, string format = "yyyy-MM-dd'T'HH-mm-ss'Z'")
    {
        string last = "";
        int count = 0;
        foreach (SnapshotHead head in heads)
        {
            string time = head.Started.ToDateTimeOffset().ToString(format, CultureInfo.InvariantCulture);
            count = time == last ? count + 1 : 1;
            last = time;
            yield return (head, count == 1 ? time : string.Create(CultureInfo.InvariantCulture, $"{time}-{count}"));
        }
    }
}
