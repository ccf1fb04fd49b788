using SnapFs.Cli.Output;
using SnapFs.Objects;

namespace SnapFs.Cli.Commands.Keys;

/// <summary>What the commands that make a slot say.</summary>
internal static class SlotOutput
{
    /// <summary>Names a slot.</summary>
    public static void Show(CommandOutput output, ObjectId slot, string what)
    {
        if (output.IsJson)
        {
            output.Json("slotChange", json => json.WriteString("id", slot.ToString()));
        }

        output.Summary($"{what} {slot.ToString()[..12]}");
    }
}
