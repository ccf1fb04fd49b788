using System.CommandLine;
using SnapFs.Afs.Names;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Backups;
using SnapFs.Jobs.Volumes;
using SnapFs.Jobs.Vos;
using SnapFs.Trees;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary>The arguments and options of <c>snapfs volume import</c>.</summary>
internal sealed class VolumeImportFlags
{
    /// <summary>Names the cell of this machine.</summary>
    public const string CellFile = "/etc/openafs/ThisCell";

    /// <summary>The cell of a machine that is in none.</summary>
    public const string UnknownCell = "localcell";

    public Argument<string[]> Files { get; } = new("file")
    {
        HelpName = "FILE",
        Description = "A volume dump, full or incremental; - is standard input. With --from-cell, the name of a volume.",
        Arity = ArgumentArity.OneOrMore,
    };

    public Option<string?> Filter { get; } = new("--filter")
    {
        Description = "Read each FILE through this shell command, which has it as its standard input.",
        HelpName = "COMMAND",
    };

    public Option<bool> FromCell { get; } = new("--from-cell")
    {
        Description = "Have vos dump the volumes that are named: an increment where the cell shows that one fits, otherwise a full.",
    };

    public Option<string?> Cell { get; } = new("--cell")
    {
        Description = $"The cell of the volumes; that of {CellFile} by default, otherwise {UnknownCell}.",
        HelpName = "CELL",
    };

    public Option<string?> Names { get; } = new("--names")
    {
        Description = "Names of users and groups, as 'pts listentries -users -groups' prints them, and members of groups, as "
            + "'pts membership' does; by default those saved before.",
        HelpName = "FILE",
    };

    public Option<string?> TakenAt { get; } = new("--taken-at")
    {
        Description = "When the dump was begun, if that is known: it shows that nothing is missing before the next.",
        HelpName = "TIME",
    };

    public Option<bool> AcceptUnproven { get; } = new("--accept-unproven")
    {
        Description = "Take an increment although nothing shows that none before it is missing.",
    };

    public Option<bool> Salvage { get; } = new("--salvage")
    {
        Description = "Of a dump that is cut off or damaged, take in what is whole. No increment can follow it.",
    };

    public Option<string[]> Tags { get; } = new("--tag")
    {
        Description = "A word for the snapshots; may be given more than once.",
        HelpName = "TAG",
    };

    public Option<bool> DryRun { get; } = new("--dry-run", "-n")
    {
        Description = "Read only the headers, store nothing, show what would be taken in.",
    };

    /// <summary>In the order help shows them.</summary>
    public IReadOnlyList<Option> Options =>
        [Filter, FromCell, Cell, Names, TakenAt, AcceptUnproven, Salvage, Tags, DryRun, .. Vos.All];

    /// <summary>How <c>vos</c> is run for <see cref="FromCell"/>.</summary>
    private VosOptions Vos { get; } = new();

    /// <summary>Reads all of them.</summary>
    /// <exception cref="UsageException">They make no sense.</exception>
    public VolumeImportRequest Read(CommandContext context)
    {
        ParseResult parse = context.Parse;
        string[] files = [.. (parse.GetValue(Files) ?? []).Distinct()];
        if (files.Length > 1 && files.Contains(VolumeImportRequest.StandardInput))
        {
            throw new UsageException("- is one dump and is taken in by itself; leave the other files out");
        }

        bool isFromCell = parse.GetValue(FromCell);
        if (isFromCell && (parse.GetValue(Filter) is not null || parse.GetValue(TakenAt) is not null || parse.GetValue(Salvage)
            || parse.GetValue(DryRun) || files.Contains(VolumeImportRequest.StandardInput)))
        {
            throw new UsageException("--from-cell makes the dumps itself: it takes names of volumes, and no --filter, --taken-at, "
                + "--salvage or --dry-run");
        }

        string? given = parse.GetValue(Cell);
        string cell = given ?? CellOfThisMachine();
        string[] tags = parse.GetValue(Tags) ?? [];
        SourceNames.Require(cell, "--cell");
        foreach (string tag in tags)
        {
            SourceNames.Require(tag, "--tag");
        }

        return new VolumeImportRequest
        {
            Files = files,
            OpenInput = context.Environment.OpenInput,
            Filter = parse.GetValue(Filter),
            Cell = cell,
            IsCellGiven = given is not null,
            Server = isFromCell ? new VolumeServer(Vos.Find(context, given)) : null,
            Names = parse.GetValue(Names) is { } names ? ReadNames(names) : null,
            TakenAt = parse.GetValue(TakenAt) is { } time ? Seconds(time, context.Zone) : null,
            AcceptUnproven = parse.GetValue(AcceptUnproven),
            Salvage = parse.GetValue(Salvage),
            Tags = [.. tags.Distinct()],
            DryRun = parse.GetValue(DryRun),
        };
    }

    private static string CellOfThisMachine()
    {
        try
        {
            return File.ReadLines(CellFile).FirstOrDefault()?.Trim() is { Length: > 0 } cell ? cell : UnknownCell;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return UnknownCell; // no AFS on this machine
        }
    }

    private static PtsNames ReadNames(string file)
    {
        try
        {
            return PtsNames.Parse(OptionFile.Read(file, "--names"));
        }
        catch (InvalidEncodingException e)
        {
            throw new UsageException($"--names {SafeText.Of(file)} cannot be read: {e.Message}");
        }
    }

    private static uint Seconds(string text, TimeZoneInfo zone)
    {
        Timestamp time = Times.Parse(text, "--taken-at", zone);
        return time.Seconds is >= 0 and <= uint.MaxValue
            ? (uint)time.Seconds
            : throw new UsageException("--taken-at takes a time from 1970 to 2106, as AFS does");
    }
}
