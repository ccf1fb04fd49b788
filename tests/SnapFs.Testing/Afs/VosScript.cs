using System.Runtime.Versioning;

namespace SnapFs.Testing.Afs;

/// <summary>A program called <c>vos</c> that misbehaves, to be put first into a PATH.</summary>
[SupportedOSPlatform("linux")]
public static class VosScript
{
    /// <summary>Writes part of a dump, or nothing, and then never ends.</summary>
    /// <returns>The value for PATH.</returns>
    public static string Hangs(string directory, string? dump = null, long afterBytes = 0) => Install(
        directory,
        $"{(dump is null ? "" : $"head -c {afterBytes} '{dump}'")}\nexec sleep 86400");

    /// <summary>Says something and fails, after part of a dump if one is given.</summary>
    /// <returns>The value for PATH.</returns>
    public static string Fails(string directory, string message, int exitCode, string? dump = null, long afterBytes = 0) =>
        Install(
            directory,
            $"{(dump is null ? "" : $"head -c {afterBytes} '{dump}'")}\necho '{message}' >&2\nexit {exitCode}");

    private static string Install(string directory, string body)
    {
        Directory.CreateDirectory(directory);
        string program = Path.Combine(directory, "vos");
        File.WriteAllText(program, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        return $"{directory}:{Environment.GetEnvironmentVariable("PATH")}";
    }
}
