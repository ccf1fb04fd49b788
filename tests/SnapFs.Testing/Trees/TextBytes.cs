using System.Text;

namespace SnapFs.Testing.Trees;

internal static class TextBytes
{
    /// <summary>The text as UTF-8.</summary>
    public static byte[] ToBytes(this string text) => Encoding.UTF8.GetBytes(text);
}
