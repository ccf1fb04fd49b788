using SnapFs.Testing.Processes;
using Xunit;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>The golden vectors, by a second reader that follows only <c>docs/format.md</c>.</summary>
public sealed class IndependentReaderTests
{
    [SkippableFact]
    public void The_independent_reader_agrees_with_every_vector()
    {
        Skip.IfNot(ProcessRunner.Exists("python3"), "python3 is not installed");

        ProcessResult result = ProcessRunner.Run(
            "python3",
            [Path.Combine(VectorFile.Directory, "read.py"), "vectors", VectorFile.Directory],
            new ProcessOptions { Environment = SecondReader.Environment }).Expect();

        Assert.Equal($"{VectorFile.AllNames().Count()} vectors, 0 failed", result.Output.Trim());
    }
}
