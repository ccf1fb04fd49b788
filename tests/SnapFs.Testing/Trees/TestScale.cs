namespace SnapFs.Testing.Trees;

/// <summary>Whether the tests run in their short or their long form.</summary>
public static class TestScale
{
    /// <summary>True under <c>test.sh --long</c>, which sets SNAPFS_LONG=1.</summary>
    public static bool IsLong => Environment.GetEnvironmentVariable("SNAPFS_LONG") == "1";

    /// <summary>One of two values by the form of the run.</summary>
    public static T Choose<T>(T inShortRun, T inLongRun) => IsLong ? inLongRun : inShortRun;
}
