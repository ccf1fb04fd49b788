namespace SnapFs.Testing.Processes;

/// <summary>Programs that tests make.</summary>
public static class ProgramFile
{
    /// <summary>Writes a script that everybody may run.</summary>
    /// <remarks>
    /// Another process writes it: what is open here is for a moment open in a program that another test starts, and a file that is
    /// open for writing cannot be run.
    /// </remarks>
    public static void Write(string path, string text) => ProcessRunner.Run(
        "sh", ["-euc", "cat > \"$0\"; chmod 755 \"$0\"", path], new ProcessOptions { Input = text }).Expect();
}
