using System.CommandLine;
using System.CommandLine.Parsing;

namespace SnapFs.Cli.Hosting;

/// <summary>Words the parser's findings as the rest of the program words errors.</summary>
internal static class UsageMessage
{
    /// <summary>What is given as an empty word, which is mostly a variable of a script that is unset; null if nothing is.
    /// </summary>
    public static string? ForEmptyWord(ParseResult parse)
    {
        foreach (SymbolResult symbol in parse.CommandResult.Children)
        {
            if (symbol.Tokens.Any(token => token.Value.Length == 0))
            {
                string name = symbol switch
                {
                    OptionResult option => option.IdentifierToken?.Value ?? option.Option.Name,
                    ArgumentResult argument => HelpWriter.NameOf(argument.Argument),
                    _ => "a word",
                };
                return $"{name} is empty";
            }
        }

        return null;
    }

    /// <summary>What is wrong with a word that looks like an option and is none of this command; null if there is none. The parser
    /// takes it for an argument where a command takes any number of them.</summary>
    public static string? ForUnknownOption(ParseResult parse)
    {
        int literal = parse.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Skip(1).Count();
        string[] words =
        [
            .. parse.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value),
            .. parse.UnmatchedTokens,
        ];
        string? unknown = words.SkipLast(literal).FirstOrDefault(word => word.Length > 1 && word.StartsWith('-'));
        if (unknown is null)
        {
            return null;
        }

        Command command = parse.CommandResult.Command;
        if (command.Subcommands.Count > 0 && words[0] != unknown)
        {
            return ForUnknownCommand(words[0], command); // whose option it is
        }

        IEnumerable<Option> options = command.Options.Concat(
            command.Parents.OfType<Command>().SelectMany(parent => parent.Options).Where(option => option.Recursive));
        return With(
            $"unknown option '{SafeText.Of(unknown)}'",
            Suggestions.ForOption(unknown, options.Where(option => !option.Hidden).Select(option => option.Name)));
    }

    /// <summary>What is wrong with a word that is no command.</summary>
    /// <param name="word">As typed.</param>
    /// <param name="parent">The command that it stands after.</param>
    public static string ForUnknownCommand(string word, Command parent) => With(
        $"unknown command '{SafeText.Of(word)}'",
        Suggestions.ForCommand(word, HelpWriter.VisibleCommands(parent).Select(c => c.Name), HelpWriter.PathOf(parent)));

    /// <summary>The first thing that is wrong with a command line, one line without a full stop.</summary>
    public static string For(ParseResult parse)
    {
        if (ForUnknownOption(parse) is { } unknown)
        {
            return unknown;
        }

        Command command = parse.CommandResult.Command;
        if (parse.UnmatchedTokens.Count > 0)
        {
            string token = parse.UnmatchedTokens[0];
            return command.Subcommands.Count > 0 ? ForUnknownCommand(token, command) : ForUnknownArgument(token, command);
        }

        foreach (Argument argument in command.Arguments)
        {
            if (argument.Arity.MinimumNumberOfValues > 0 && parse.GetResult(argument) is not { Tokens.Count: > 0 })
            {
                return $"{HelpWriter.NameOf(argument)} is missing";
            }
        }

        foreach (Option option in command.Options)
        {
            if (option.Required && parse.GetResult(option) is not { Implicit: false })
            {
                return $"{option.Name} is missing";
            }
        }

        foreach (ParseError error in parse.Errors)
        {
            OptionResult? option = error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult;
            if (option is not null)
            {
                string name = option.IdentifierToken?.Value ?? option.Option.Name;
                return option.Tokens.Count switch
                {
                    0 => $"{name} needs a value",
                    1 => $"{name} does not take '{SafeText.Of(option.Tokens[0].Value)}'",
                    _ => $"{name} is given more than once",
                };
            }

        }

        return SafeText.Of(parse.Errors[0].Message.TrimEnd('.'));
    }

    private static string ForUnknownArgument(string word, Command command) => With(
        $"unknown argument '{SafeText.Of(word)}'", command.Name == "init" ? "name the repository with --repo" : null);

    private static string With(string message, string? advice) => advice is null ? message : $"{message}; {advice}";
}
