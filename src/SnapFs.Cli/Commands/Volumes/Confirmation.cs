using System.CommandLine;
using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary>Has a name typed before something is done that cannot be undone.</summary>
internal static class Confirmation
{
    private const int MaxLine = 256;

    public static Option<bool> Option() => new("--yes", "-y")
    {
        Description = "Do not ask.",
    };

    /// <summary>Asks on standard error and reads a line of standard input.</summary>
    /// <param name="context">The command.</param>
    /// <param name="what">What is going to happen.</param>
    /// <param name="name">What has to be typed.</param>
    /// <exception cref="JobException">Something else was typed, or nothing.</exception>
    public static void Require(CommandContext context, string what, string name)
    {
        byte[] question = System.Text.Encoding.UTF8.GetBytes($"{what}\nType {name} to go on: ");
        context.Environment.Error.Write(question);
        using Stream input = context.Environment.OpenInput();
        byte[] line = new byte[MaxLine];
        int length = 0;
        int read = 0;
        while (length < line.Length && (read = input.Read(line, length, 1)) == 1 && line[length] != '\n')
        {
            length++;
        }

        if (read == 0)
        {
            context.Environment.Error.Write("\n"u8); // what follows is not part of the question
        }

        if (System.Text.Encoding.UTF8.GetString(line, 0, length).Trim() != name)
        {
            throw new JobException(ErrorKind.Refused, $"{SafeText.Of(name)} was not typed: nothing was done; --yes does not ask");
        }
    }
}
