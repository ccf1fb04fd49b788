using SnapFs.Testing.Processes;

namespace SnapFs.Testing.Afs;

/// <summary>A program called <c>vos</c> that misbehaves, or a made-up <c>fs</c>, to be put first into a PATH.</summary>
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

    /// <summary>Is the real <c>vos</c> but for what a script does before with <c>$1</c>, the command, and its arguments; it may
    /// exit. In it, <c>$vos</c> is the real one.</summary>
    /// <returns>The value for PATH.</returns>
    public static string Before(string directory, string body) => Install(directory, $"vos='{Real}'\n{body}\nexec \"$vos\" \"$@\"");

    /// <summary>Does what a script says.</summary>
    /// <returns>The value for PATH.</returns>
    public static string Does(string directory, string body) => Install(directory, body);

    /// <summary>A program <c>fs</c>: a machine without a client in the kernel has nothing that it could ask.</summary>
    /// <returns>The value for PATH.</returns>
    public static string Fs(string directory, string body) => Install(directory, body, "fs");

    private static string Real => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':')
        .Select(place => Path.Combine(place, "vos"))
        .First(File.Exists);

    private static string Install(string directory, string body, string name = "vos")
    {
        Directory.CreateDirectory(directory);
        string program = Path.Combine(directory, name);
        ProgramFile.Write(program, $"#!/bin/sh\n{body}\n");
        return $"{directory}:{Environment.GetEnvironmentVariable("PATH")}";
    }
}
