using System.Text.Json;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Volumes;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary>Says of a state whose dump was not whole what is missing.</summary>
internal static class SalvageView
{
    /// <summary>What is missing, for the end of a line; nothing of a whole one.</summary>
    /// <param name="state">The state.</param>
    /// <param name="before">Comes before it.</param>
    public static string Text(SnapshotHead state, string before = "; ") =>
        state.Dump is { Salvage: { } salvage } dump ? before + SalvageText.Of(dump, salvage) : "";

    /// <summary>Members that the objects of dumps have.</summary>
    public static void Json(Utf8JsonWriter json, SnapshotDump dump)
    {
        json.WriteBoolean("salvaged", dump.Salvage is not null);
        if (dump.Salvage is { } salvage)
        {
            json.WriteNumber("wholeBytes", salvage.WholeLength);
            json.WriteNumber("namesLost", salvage.LostNames);
        }
    }

    /// <summary>How a command ends that has given a state back: a script must see that it is not whole.</summary>
    public static ExitCode CodeOf(SnapshotHead state) =>
        state.Dump?.Salvage is null ? ExitCode.Success : ExitCode.Partial;
}
