using System.Text.Json;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary>Says of a state what server and cell said of its volume.</summary>
internal static class StateView
{
    /// <summary>Members that the objects of states have.</summary>
    public static void Json(Utf8JsonWriter json, SnapshotDump dump)
    {
        if (dump.IsInService is { } isInService)
        {
            json.WriteBoolean("inService", isInService);
        }

        if (dump.Life is { } life)
        {
            json.WriteNumber("cellCreationDate", life.CreationDate);
            json.WriteNumber("cellCopyDate", life.CopyDate);
        }
    }

    /// <summary>That the volume was out of service, for the end of a line.</summary>
    public static string ServiceOf(SnapshotHead state) =>
        state.Dump is { IsInService: false } ? "; the server had the volume out of service" : "";
}
