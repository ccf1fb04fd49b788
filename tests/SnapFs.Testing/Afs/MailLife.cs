using System.Globalization;

namespace SnapFs.Testing.Afs;

/// <summary>A week in a mail directory: many small files that come, are renamed, move and go.</summary>
internal static class MailLife
{
    private const int ADay = 30;

    public static void RunDay(LiveVolume volume, int day, Random random)
    {
        VolumeChanges changes = new();
        if (day == 1)
        {
            changes
                .Acl(".", "system:administrators rlidwka", "alice rlidwka", "-bob rlidwka")
                .Directory("Maildir", "700").Directory("Maildir/cur", "700").Directory("Maildir/new", "700")
                .Directory("Maildir/tmp", "700").Directory("Maildir/.Sent", "700").Directory("Maildir/.Sent/cur", "700")
                .File("Maildir/index", random.BytesOf(50_000), "600");
        }
        else
        {
            changes.Replace("Maildir/index", random.BytesOf(50_000 + (1_000 * day)));
        }

        for (int i = 0; i < ADay; i++)
        {
            changes.File(New(day, i), random.Bytes(6_000), "600");
            if (day > 1)
            {
                changes.Rename(New(day - 1, i), Seen(day - 1, i));
            }

            // Every third letter is kept.
            if (day > 2 && i % 3 != 0)
            {
                changes.Remove(Seen(day - 2, i));
            }
        }

        changes.File($"Maildir/.Sent/cur/answer-{day}:2,S", random.Bytes(2_000), "600");
        volume.Apply(changes);
    }

    private static string New(int day, int letter) =>
        string.Create(CultureInfo.InvariantCulture, $"Maildir/new/17{day:d5}.M{letter:d3}P1.host");

    private static string Seen(int day, int letter) =>
        New(day, letter).Replace("/new/", "/cur/", StringComparison.Ordinal) + ":2,S";
}
