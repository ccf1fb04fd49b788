using System.ComponentModel;
using System.Diagnostics;
using SnapFs.Afs.Reading;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Cli.Vos;
using SnapFs.Jobs.Connections;
using SnapFs.Posix.Processes;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Volumes;

/// <summary>Restores a state of a volume under a new name.</summary>
internal static class VolumeRestoration
{
    /// <summary>Checks all that can be checked, restores, and makes the mount point.</summary>
    /// <exception cref="SnapFsException">It failed; nothing is left of the new volume.</exception>
    public static async Task<ExitCode> RunAsync(
        CommandContext context, VolumeRestoreRequest request, CancellationToken cancellationToken)
    {
        string name = VolumeServer.RequireNewName(request.NewName);
        VolumeServer server = new(request.Vos.Find(context));
        string? fs = request.MountPath is null ? null : AfsProgram.Find(context.Environment, "fs");
        if (await server.ExistsAsync(name, cancellationToken).ConfigureAwait(false))
        {
            throw new JobException(ErrorKind.Exists, $"there is a volume {name} already; restore under another name");
        }

        await using VolumeSession session = await VolumeSession.OpenAsync(context, request.Cell, cancellationToken)
            .ConfigureAwait(false);
        SnapshotHead state = session.States.At(request.Date, request.Volume);
        StateView.WarnIfOlder(context.Output, request.Date, state);
        SalvageView.Warn(context.Output, session.States, state);
        VolumeSite site = await SiteOfAsync(server, request, state, cancellationToken).ConfigureAwait(false);
        FullDump dump = session.OpenFull(state, cancellationToken);
        await new VolumeRestoreJob(server, context.Output).RunAsync(site, name, dump, cancellationToken)
            .ConfigureAwait(false);
        string mounted = "";
        if (fs is not null && request.MountPath is { } path)
        {
            await MountAsync(fs, path, name, cancellationToken).ConfigureAwait(false);
            mounted = $", mounted at {SafeText.Of(path)}";
        }

        Show(context.Output, state, site, name, dump.Length, mounted);
        return SalvageView.CodeOf(state);
    }

    private static async Task<VolumeSite> SiteOfAsync(
        VolumeServer server, VolumeRestoreRequest request, SnapshotHead state, CancellationToken cancellationToken)
    {
        if (request is { Server: { } given, Partition: { } partition })
        {
            return new VolumeSite(
                VolumeServer.RequirePlace(given, "--server"), VolumeServer.RequirePlace(partition, "--partition"));
        }

        string volume = VolumeServer.RequireName(state.Volume?.Name ?? request.Volume);
        VolumeSite site = await server.FindAsync(volume, cancellationToken).ConfigureAwait(false)
            ?? throw new UsageException(
                $"the volume {volume} is no longer in the cell: say with --server and --partition where to restore it");
        return new VolumeSite(
            request.Server is null ? site.Server : VolumeServer.RequirePlace(request.Server, "--server"),
            request.Partition is null ? site.Partition : VolumeServer.RequirePlace(request.Partition, "--partition"));
    }

    private static async Task MountAsync(string fs, string path, string name, CancellationToken cancellationToken)
    {
        string advice = $"the volume {name} is restored; mount it with 'fs mkmount {SafeText.Of(path)} {name}'";
        ProcessStartInfo start = new(fs, ["mkmount", "-dir", RawPaths.RequireText(path), "-vol", name])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        try
        {
            using Process process = ChildProcess.Start(start);
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            string error = await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            VosResult result = new("fs mkmount", process.ExitCode, "", error);
            if (!result.IsSuccess)
            {
                throw new JobException(ErrorKind.Environment, $"{result.Complaint}; {advice}");
            }
        }
        catch (Win32Exception e)
        {
            throw new JobException(ErrorKind.Environment, $"{fs} cannot be run: {e.Message}; {advice}");
        }
    }

    private static void Show(
        CommandOutput output, SnapshotHead state, VolumeSite site, string name, long length, string mounted)
    {
        if (output.IsJson)
        {
            output.Json("volumeRestore", json =>
            {
                json.WriteString("snapshot", state.Id.ToString());
                json.WriteString("name", name);
                json.WriteString("server", site.Server);
                json.WriteString("partition", site.Partition);
                json.WriteNumber("bytes", length);
            });
        }

        output.Summary($"restored {SafeText.Of(state.Volume?.Name ?? "")} of {Units.Time(state.Started)} as {name} on "
            + $"{SafeText.Of(site.Server)} {SafeText.Of(site.Partition)}, {Units.Bytes(length)}{mounted}");
    }
}
