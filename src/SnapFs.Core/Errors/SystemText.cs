using System.ComponentModel;
using System.Runtime.InteropServices;

namespace SnapFs;

/// <summary>Says why a call failed in the words of the system, as every other program does, instead of those of the runtime.</summary>
public static class SystemText
{
    private const int NoEntry = 2;
    private const int WouldBlock = 11;
    private const int NotPermitted = 13;
    private const int NameTooLong = 36;

    /// <summary>Numbers of errors on Linux end here (<c>include/linux/err.h</c>).</summary>
    private const int LastError = 4095;

    /// <summary>Why it failed: <c>Permission denied</c>.</summary>
    /// <param name="failure">What was thrown by a call that works on files or starts a program.</param>
    /// <returns>One line without a full stop, and without the path.</returns>
    public static string Of(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        int number = failure switch
        {
            Win32Exception native => native.NativeErrorCode,
            FileNotFoundException or DirectoryNotFoundException => NoEntry,
            PathTooLongException => NameTooLong,
            UnauthorizedAccessException => (failure.InnerException as IOException)?.HResult ?? NotPermitted,
            _ => failure.HResult, // the runtime hands on the number, where it throws a plain IOException
        };
        return number switch
        {
            WouldBlock => "another process uses it", // the runtime locks what it opens
            > 0 and <= LastError => Marshal.GetPInvokeErrorMessage(number),
            _ => failure.Message.ReplaceLineEndings(" ").TrimEnd('.', ' '),
        };
    }

    /// <summary>The same with the path before it, which the runtime puts in quotation marks.</summary>
    /// <param name="failure">As of <see cref="Of"/>.</param>
    public static string WithPath(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        string message = failure.Message;
        int first = message.IndexOf('\'', StringComparison.Ordinal);
        int last = message.LastIndexOf('\'');
        string reason = Of(failure);
        return first >= 0 && first + 1 < last && !reason.Contains('\'', StringComparison.Ordinal)
            ? $"{message[(first + 1)..last]}: {reason}"
            : reason;
    }
}
