namespace SnapFs.Testing.Afs;

/// <summary>
/// Three volumes and what happens to them in a week, with a dump each day: a full one, then increments. What is changed is
/// a script, the contents are random but follow from a seed. A "day" takes a little over a second, because AFS knows
/// times in whole seconds.
/// </summary>
public sealed class VolumeWeek
{
    /// <summary>Number of days.</summary>
    public const int Days = 7;

    private readonly AfsCell cell;
    private readonly Random random;
    private readonly List<VolumeDay> days = [];

    /// <summary>Makes the three volumes, empty.</summary>
    public VolumeWeek(AfsCell cell, int seed)
    {
        ArgumentNullException.ThrowIfNull(cell);
        this.cell = cell;
        random = new Random(seed);
        string member = cell.UniqueName("ann");
        User = cell.Create("user." + member);
        Mail = cell.Create("mail." + member);
        Database = cell.Create("db." + member);
    }

    public LiveVolume User { get; }

    public LiveVolume Mail { get; }

    public LiveVolume Database { get; }

    /// <summary>Lets a day pass and the night's dumps be taken.</summary>
    /// <param name="day">From 1, each day after the one before.</param>
    public VolumeDay RunDay(int day)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(day, days.Count + 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(day, Days);
        UserLife.RunDay(User, day, random);
        MailLife.RunDay(Mail, day, random);
        DatabaseLife.RunDay(Database, day, random);

        // What changes in the second of a dump is dumped again by the next one: that would blur what a day has brought.
        LiveVolume.AwaitNextSecond();
        VolumeDay? before = days.LastOrDefault();
        VolumeDay today = new(
            day,
            Dump(User, User.Name, before?.User, day > 1 ? ["-omitdirs"] : []),
            Dump(Mail, AfsCell.Backup(Mail.Name), before?.Mail),
            Dump(Database, Database.Name, before?.Database, day % 2 == 0 ? ["-clone"] : []));
        days.Add(today);
        return today;
    }

    /// <summary>Lets all days pass.</summary>
    public IReadOnlyList<VolumeDay> RunAll()
    {
        while (days.Count < Days)
        {
            RunDay(days.Count + 1);
        }

        return days;
    }

    private VolumeState Dump(LiveVolume volume, string name, VolumeState? before, params string[] flags) =>
        new(volume, cell.Dump(name, before?.Dump.Next ?? 0, flags), volume.Walk());
}
