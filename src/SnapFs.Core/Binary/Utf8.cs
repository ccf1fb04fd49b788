using System.Text;

namespace SnapFs.Binary;

/// <summary>Text as the format has it.</summary>
public static class Utf8
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes text.</summary>
    /// <remarks>Writers encode strings of .NET, which always gives UTF-8, so that no text that was ever written is refused.
    /// </remarks>
    /// <exception cref="InvalidEncodingException">The bytes are not UTF-8.</exception>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidEncodingException("a text is not UTF-8");
        }
    }
}
