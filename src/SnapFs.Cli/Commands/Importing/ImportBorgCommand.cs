using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Importing;

namespace SnapFs.Cli.Commands.Importing;

/// <summary><c>snapfs import borg</c>.</summary>
internal static class ImportBorgCommand
{
    public static CliCommand Create() => ImportRun.Create(
        "borg",
        "Take over the archives of a borg repository.",
        "The repository, as borg takes it.",
        "borg 1.1 or later of 1.x is run, several times, and finds its passphrase where it always does: BORG_PASSCOMMAND or "
            + "BORG_PASSPHRASE; otherwise it asks each time. The name of an archive becomes a tag.",
        [
            new("snapfs import borg /srv/borg", "All that is not here yet"),
            new("snapfs import borg /srv/borg --dry-run", "What that would be"),
            new("snapfs import borg ssh://nas/./borg --snapshot web1-2026-11-21 --source files", "One, as the job 'files'"),
        ],
        (path, repository, locks) => new BorgProgram(path, repository, locks));
}
