namespace SnapFs.Jobs.Vos;

/// <summary>How a program of OpenAFS ended.</summary>
/// <param name="Command">What it was to do: <c>vos restore</c>.</param>
/// <param name="Status">What it exited with; -1 if it was ended because it hung.</param>
/// <param name="Output">Standard output, or the beginning of it.</param>
/// <param name="Error">Standard error, or the beginning of it.</param>
internal sealed record VosResult(string Command, int Status, string Output, string Error)
{
    private const int MaxLines = 3;

    /// <summary>Whether it did what it was to do.</summary>
    public bool IsSuccess => Status == 0;

    /// <summary>Whether it said that there is no such volume in the database.</summary>
    public bool IsNoEntry => Error.Contains("no such entry", StringComparison.Ordinal);

    /// <summary>Itself, if it succeeded.</summary>
    /// <exception cref="JobException">It did not.</exception>
    public VosResult Expect() => IsSuccess ? this : throw new JobException(ErrorKind.Environment, Complaint);

    /// <summary>What went wrong, in one line.</summary>
    public string Complaint
    {
        get
        {
            if (Status < 0)
            {
                return $"'{Command}' made no progress and was ended";
            }

            string[] lines = [.. Error
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(line => !line.StartsWith("Error in vos", StringComparison.Ordinal)
                    && !line.Contains("running unauthenticated", StringComparison.Ordinal))
                .Distinct()
                .TakeLast(MaxLines)];
            string said = lines.Length == 0 ? $"exit code {Status}" : SafeText.Of(string.Join("; ", lines));
            bool lacksRights = Error.Contains("permission", StringComparison.OrdinalIgnoreCase)
                || Error.Contains("tokens", StringComparison.Ordinal);
            return $"'{Command}' failed: {said}"
                + (lacksRights ? "; get tokens of an administrator first, or run as root on a server with --localauth" : "");
        }
    }
}
