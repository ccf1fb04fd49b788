using SnapFs.Jobs.Importing;

namespace SnapFs.Jobs.Tests.Importing;

/// <summary>Of all that another program says when it gives up, the reason is shown.</summary>
public sealed class ForeignReasonTests
{
    [Theory]
    [InlineData("Fatal: wrong password or no key found\n", "Fatal: wrong password or no key found")]
    [InlineData("repository 1234 opened\nFatal: no such snapshot.\n", "Fatal: no such snapshot")]
    [InlineData(
        "open /r/locks/x: operation not permitted\ngithub.com/restic/restic/internal/backend.go\n\t/build/x.go:12\nruntime.goexit\n",
        "open /r/locks/x: operation not permitted")]
    [InlineData(
        "/r is not a valid repository. Check repo config.\nException ignored in: <function x>\nTraceback (most recent call last):\n  y\n",
        "/r is not a valid repository. Check repo config")]
    [InlineData("/usr/lib/getpass.py:91: GetPassWarning: Can not control echo\nPassphrase is wrong\n", "Passphrase is wrong")]
    [InlineData("Traceback (most recent call last):\n  File x\nKeyError: 1\n", "Traceback (most recent call last):; File x; KeyError: 1")]
    [InlineData("", null)]
    public void It_is_what_it_gave_up_for(string said, string? reason) => Assert.Equal(reason, ForeignProcess.Reason(said));
}
