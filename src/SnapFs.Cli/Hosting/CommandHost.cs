using System.CommandLine;
using SnapFs.Cli.Output;

namespace SnapFs.Cli.Hosting;

/// <summary>Parses a command line, runs its command and turns what goes wrong into one line and an exit code.</summary>
internal sealed class CommandHost(CliEnvironment environment)
{
    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">Without the program's name.</param>
    /// <param name="stopCode">What to exit with when <paramref name="cancellationToken"/> was cancelled.</param>
    /// <param name="cancellationToken">Stops the command between two steps.</param>
    public async Task<ExitCode> RunAsync(
        string[] arguments, Func<ExitCode> stopCode, CancellationToken cancellationToken)
    {
        CommandOutput output = new(environment);
        bool debug = Array.IndexOf(arguments, "--debug") >= 0;
        ExitCode code;
        try
        {
            code = await DispatchAsync(arguments, output, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            output.EndProgress();
            code = stopCode();
        }
        catch (OutputClosedException)
        {
            return ExitCode.Failed;
        }
        catch (SnapFsException e)
        {
            output.EndProgress();
            output.Error(e.Message);
            output.Trace(debug ? e : null);
            code = e.ExitCode;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            output.EndProgress();
            output.Error(OneLine(e.Message));
            output.Trace(debug ? e : null);
            code = ExitCode.Failed;
        }
        catch (Exception e)
        {
            output.EndProgress();
            output.Error($"this is a bug in snapfs, please report it: {e.GetType().Name}: {OneLine(e.Message)}");
            output.Trace(e);
            code = ExitCode.Failed;
        }

        return Finish(output, code);
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    private static ExitCode Finish(CommandOutput output, ExitCode code)
    {
        try
        {
            output.Flush();
            return code;
        }
        catch (OutputClosedException)
        {
            return ExitCode.Failed;
        }
        catch (OutputFailedException e)
        {
            if (code == ExitCode.Success)
            {
                output.Error(e.Message);
                return e.ExitCode;
            }

            return code; // what the command failed with has been said
        }
    }

    /// <summary>The program alone shows its help; a word that is no command, or a group without one, is an error.</summary>
    private static ExitCode NoCommand(CommandTree tree, ParseResult parse, CommandOutput output)
    {
        Command command = parse.CommandResult.Command;
        if (parse.Tokens.Count == 0)
        {
            output.Write(HelpWriter.For(command, tree.Globals));
            return ExitCode.Usage;
        }

        string path = HelpWriter.PathOf(command);
        throw new UsageException(parse.UnmatchedTokens.Count > 0
            ? $"{UsageMessage.For(parse)}; see '{path} --help'"
            : $"'{path}' needs a command; see '{path} --help'");
    }

    private async Task<ExitCode> DispatchAsync(
        string[] arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        CommandTree tree = CommandTree.Create();
        (string[] parsed, string[]? trailing) = tree.SplitTrailingCommand(arguments);
        ParseResult parse = tree.Parse(parsed);
        Command command = parse.CommandResult.Command;
        if (tree.WantsHelp(parse))
        {
            output.Write(HelpWriter.For(command, tree.Globals));
            return ExitCode.Success;
        }

        if (command is not CliCommand { Run: { } run })
        {
            return NoCommand(tree, parse, output);
        }

        if (parse.Errors.Count > 0)
        {
            throw new UsageException($"{UsageMessage.For(parse)}; see '{HelpWriter.PathOf(command)} --help'");
        }

        Settings settings = Settings.Resolve(parse, tree.Globals, environment);
        output.Configure(settings);
        CommandContext context = new()
        {
            Parse = parse,
            Settings = settings,
            Environment = environment,
            Output = output,
            TrailingCommand = trailing,
            Arguments = arguments,
        };
        return await run(context, cancellationToken).ConfigureAwait(false);
    }
}
