using System.CommandLine;

namespace SnapFs.Cli.Hosting;

/// <summary>Lets a command's initializer take options that several commands share: <c>Options = { own, filter.Options }</c>.
/// </summary>
internal static class OptionLists
{
    /// <summary>Adds options in their order, which is that of help.</summary>
    public static void Add(this IList<Option> list, IEnumerable<Option> options)
    {
        foreach (Option option in options)
        {
            list.Add(option);
        }
    }
}
