using System.CommandLine;
using SnapFs.Cryptography;

namespace SnapFs.Cli.Commands;

/// <summary>What trying a passphrase shall cost.</summary>
internal sealed class Argon2Options
{
    private readonly Option<string?> _memory = new("--argon-memory")
    {
        Description = "Memory that trying a passphrase takes, 64M to 4G; 64M by default.",
        HelpName = "SIZE",
    };

    private readonly Option<int?> _passes = new("--argon-passes")
    {
        Description = "Passes over that memory, 2 to 64; 3 by default.",
        HelpName = "N",
    };

    /// <summary>For a command to add.</summary>
    public IReadOnlyList<Option> All => [_memory, _passes];

    /// <summary>The parameters that were chosen.</summary>
    /// <exception cref="UsageException">They are too weak, or more than any machine should be asked for.</exception>
    public Argon2Parameters Resolve(ParseResult parse)
    {
        Argon2Parameters parameters = Argon2Parameters.Default;
        if (parse.GetValue(_memory) is { } memory)
        {
            if (!Units.TryParseBytes(memory, out long bytes) || bytes / 1024 > uint.MaxValue)
            {
                throw new UsageException($"--argon-memory takes a size such as 256M, not '{SafeText.Of(memory)}'");
            }

            parameters = parameters with { MemoryKiB = (uint)(bytes / 1024) };
        }

        if (parse.GetValue(_passes) is { } passes)
        {
            parameters = parameters with { Passes = (uint)Math.Max(passes, 0) };
        }

        return parameters.IsAcceptable
            ? parameters
            : throw new UsageException("Argon2id takes 64M to 4G of memory and 2 to 64 passes");
    }
}
