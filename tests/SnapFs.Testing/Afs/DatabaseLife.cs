namespace SnapFs.Testing.Afs;

/// <summary>A week of a data base: a large file changed in places, a log that grows, exports that rotate.</summary>
internal static class DatabaseLife
{
    private const int TableLength = 4 << 20;
    private const int Page = 4096;
    private const int PagesADay = 12;

    /// <summary>On this day nothing happens.</summary>
    private const int Holiday = 5;

    public static void RunDay(LiveVolume volume, int day, Random random)
    {
        VolumeChanges changes = new();
        if (day == 1)
        {
            changes
                .Acl(".", "system:administrators rlidwka", "system:authuser rl")
                .Directory("data", "700")
                .File("data/table", random.BytesOf(TableLength), "600")
                .File("log", random.BytesOf(10_000))
                .File("export.sql", random.BytesOf(300_000));
        }
        else if (day != Holiday)
        {
            for (int i = 0; i < PagesADay; i++)
            {
                changes.Write("data/table", (long)Page * random.Next(TableLength / Page), random.BytesOf(Page));
            }

            if (day > 2)
            {
                changes.Remove("export.sql.1");
            }

            changes
                .Append("log", random.BytesOf(10_000))
                .Rename("export.sql", "export.sql.1")
                .File("export.sql", random.BytesOf(300_000));
        }

        volume.Apply(changes);
    }
}
