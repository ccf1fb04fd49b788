namespace SnapFs.Cli.Hosting;

/// <summary>The words that the program was called with.</summary>
internal static class ProgramArguments
{
    /// <summary>
    /// The arguments as the kernel has them: the runtime replaces bytes that are not UTF-8, which would name
    /// another file.
    /// </summary>
    /// <param name="decoded">The arguments as the runtime gave them.</param>
    public static string[] AsTyped(string[] decoded)
    {
        if (!Array.Exists(decoded, argument => argument.Contains('\uFFFD')) || !File.Exists("/proc/self/cmdline"))
        {
            return decoded;
        }

        byte[] commandLine = File.ReadAllBytes("/proc/self/cmdline");
        List<string> all = [];
        int start = 0;
        for (int end = 0; end < commandLine.Length; end++)
        {
            if (commandLine[end] == 0)
            {
                all.Add(RawText.FromBytes(commandLine.AsSpan(start..end)));
                start = end + 1;
            }
        }

        return all.Count < decoded.Length ? decoded : [.. all.TakeLast(decoded.Length)];
    }
}
