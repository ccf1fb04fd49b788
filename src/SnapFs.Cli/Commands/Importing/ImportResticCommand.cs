using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Importing;

namespace SnapFs.Cli.Commands.Importing;

/// <summary><c>snapfs import restic</c>.</summary>
internal static class ImportResticCommand
{
    public static CliCommand Create() => ImportRun.Create(
        "restic",
        "Take over the snapshots of a restic repository.",
        "The repository, as 'restic --repo' takes it.",
        "restic 0.14 or later is run, and finds its password where it always does: RESTIC_PASSWORD_FILE, "
            + "RESTIC_PASSWORD_COMMAND or RESTIC_PASSWORD. It cannot ask for it.",
        [
            new("snapfs import restic /srv/restic", "All that is not here yet"),
            new("snapfs import restic /srv/restic --dry-run", "What that would be"),
            new("snapfs import restic sftp:nas:/restic --snapshot 4f1a2b3c --source files", "One, as the job 'files'"),
        ],
        (path, repository, locks) => new ResticProgram(path, repository, locks));
}
