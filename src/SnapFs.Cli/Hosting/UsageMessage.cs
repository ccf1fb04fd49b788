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

    /// <summary>The first thing that is wrong with a command line, one line without a full stop.</summary>
    public static string For(ParseResult parse)
    {
        if (parse.UnmatchedTokens.Count > 0)
        {
            string token = parse.UnmatchedTokens[0];
            bool isOption = token.StartsWith('-');
            bool expectsCommand = parse.CommandResult.Command.Subcommands.Count > 0;
            string what = isOption ? "option" : expectsCommand ? "command" : "argument";
            return $"unknown {what} '{SafeText.Of(token)}'";
        }

        foreach (Option option in parse.CommandResult.Command.Options)
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

            if (error.SymbolResult is ArgumentResult { Tokens.Count: 0 } missing
                && missing.Parent is CommandResult)
            {
                return $"{HelpWriter.NameOf(missing.Argument)} is missing";
            }
        }

        return SafeText.Of(parse.Errors[0].Message.TrimEnd('.'));
    }
}
