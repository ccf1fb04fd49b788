using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace SnapFs.Tests;

/// <summary>Does something as a user for whom modes count, also where the tests run as root.</summary>
internal static partial class OrdinaryUser
{
    private const uint Nobody = 65534;

    /// <summary>Runs it on a thread of its own, whose rights to files alone are changed.</summary>
    internal static void Run(Action run)
    {
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                if (Environment.IsPrivilegedProcess)
                {
                    _ = setfsgid(Nobody);
                    _ = setfsuid(Nobody);
                    Assert.Equal(Nobody, (uint)setfsuid(Nobody)); // it gives what was set before, and no error
                }

                run();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e); // thrown on the thread that asked
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    [LibraryImport("libc")]
    private static partial int setfsuid(uint user);

    [LibraryImport("libc")]
    private static partial int setfsgid(uint group);
}
