using System.CommandLine;
using SnapFs.Cli.Commands;
using SnapFs.Cli.Output;

namespace SnapFs.Cli.Hosting;

/// <summary>Parses a command line, runs its command and turns what goes wrong into one line and an exit code.</summary>
/// <remarks>For one command line.</remarks>
internal sealed class CommandHost(CliEnvironment environment)
{
    /// <summary>How long a last line may take: standard error may be a pipe that nobody reads.</summary>
    private static readonly TimeSpan TimeForLastLine = TimeSpan.FromSeconds(1);

    /// <summary>The command that the words name, once they are parsed.</summary>
    private CliCommand? _command;

    /// <summary>Runs one command line, but not for ever once it was stopped: the kernel lets nobody give up a call that waits for a
    /// disk, or a pipe. What a command that was left has done by then is what a killed one has.</summary>
    /// <param name="arguments">Without the program's name.</param>
    /// <param name="stopCode">What to exit with when <paramref name="cancellationToken"/> was cancelled.</param>
    /// <param name="cancellationToken">Stops the command between two steps.</param>
    public async Task<ExitCode> RunAsync(
        string[] arguments, Func<ExitCode> stopCode, CancellationToken cancellationToken)
    {
        // Known before the words are parsed, so that what is wrong with them is shown as it was asked for.
        CommandOutput output = new(environment) { IsJson = Given(arguments, "--json") };
        Task<ExitCode> run = Task.Run(
            () => RunToEndAsync(arguments, output, stopCode, cancellationToken), CancellationToken.None);
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = cancellationToken.Register(() => stopped.TrySetResult());
        await Task.WhenAny(run, stopped.Task).ConfigureAwait(false);
        TimeSpan timeToEnd = _command?.TimeToEnd ?? CliCommand.ShortTimeToEnd;
        await Task.WhenAny(run, Task.Delay(timeToEnd, CancellationToken.None)).ConfigureAwait(false);
        if (run.IsCompleted)
        {
            return await run.ConfigureAwait(false);
        }

        Task told = Task.Run(
            () => output.Note($"left after {timeToEnd.TotalSeconds} s: it is busy, or waits for what does not answer"),
            CancellationToken.None);
        await Task.WhenAny(told, Task.Delay(TimeForLastLine, CancellationToken.None)).ConfigureAwait(false);
        return stopCode();
    }

    private async Task<ExitCode> RunToEndAsync(
        string[] arguments, CommandOutput output, Func<ExitCode> stopCode, CancellationToken cancellationToken)
    {
        bool debug = Given(arguments, "--debug");
        ExitCode code;
        try
        {
            code = await DispatchAsync(arguments, output, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            output.EndProgress();
            output.Note(_command?.WhenStopped ?? CliCommand.Stopped);
            code = stopCode();
        }
        catch (OutputClosedException)
        {
            return ExitCode.Failed;
        }
        catch (SnapFsException e)
        {
            code = Fail(Problem.Of(e), debug ? e : null);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            code = Fail(new Problem(ErrorKind.Environment, SystemText.WithPath(e)), debug ? e : null);
        }
        catch (OutOfMemoryException e)
        {
            const string Advice = "there is not enough memory; ask for less, or run it where there is more";
            code = Fail(new Problem(ErrorKind.Environment, Advice), debug ? e : null);
        }
        catch (Exception e)
        {
            string report = $"this is a bug in snapfs, please report it: {e.GetType().Name}: {OneLine(e.Message)}";
            code = Fail(new Problem(ErrorKind.Bug, report), e);
        }

        return Finish(output, code);

        ExitCode Fail(Problem problem, Exception? trace)
        {
            output.EndProgress();
            ExitCode failure = OfFailure(problem.Kind);
            output.Error(problem, failure);
            output.Trace(trace);
            return failure;
        }
    }

    /// <summary>Of a command whose 1 is an answer, a failure is 2, as of diff, cmp and grep.</summary>
    private ExitCode OfFailure(ErrorKind kind) =>
        ExitCodes.Of(kind) is var code && code == ExitCode.Failed && _command is { AnswersWithOne: true } ? ExitCode.Usage : code;

    /// <summary>Whether a flag is among our own words, not those of a command that follows them.</summary>
    private static bool Given(string[] arguments, string flag) =>
        arguments.TakeWhile(argument => argument != "--").Contains(flag);

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
                code = ExitCodes.Of(e.Kind);
                output.Error(Problem.Of(e), code);
            }

            return code; // what the command failed with before has been said
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

        if (tree.WantsVersion(parse) && parse.UnmatchedTokens.Count == 0)
        {
            return VersionCommand.Run(ContextOf(tree, parse, output, arguments, trailing));
        }

        if (command is not CliCommand { Run: { } run } own)
        {
            return NoCommand(tree, parse, output);
        }

        _command = own;

        if (parse.Errors.Count > 0 || UsageMessage.ForUnknownOption(parse) is not null)
        {
            throw new UsageException($"{UsageMessage.For(parse)}; see '{HelpWriter.PathOf(command)} --help'");
        }

        if (UsageMessage.ForEmptyWord(parse) is { } empty)
        {
            throw new UsageException($"{empty}; see '{HelpWriter.PathOf(command)} --help'");
        }

        return await run(ContextOf(tree, parse, output, arguments, trailing), cancellationToken).ConfigureAwait(false);
    }

    private CommandContext ContextOf(
        CommandTree tree, ParseResult parse, CommandOutput output, string[] arguments, string[]? trailing)
    {
        Settings settings = Settings.Resolve(parse, tree.Globals, environment);
        output.Configure(settings);
        return new CommandContext
        {
            Parse = parse,
            Settings = settings,
            Environment = environment,
            Output = output,
            TrailingCommand = trailing,
            Arguments = arguments,
        };
    }
}
