using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SnapFs.Cli;

internal static partial class Interop
{
    internal const uint ECHO = 8;
    internal const int TCSAFLUSH = 2;

    internal const nuint TIOCGWINSZ = 0x5413;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int tcgetattr(int fd, ref Termios settings);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int tcsetattr(int fd, int actions, ref readonly Termios settings);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ioctl(int fd, nuint request, ref WindowSize size);

    /// <summary><c>struct winsize</c> of asm-generic/termios.h. 8 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelWidth;
        public ushort PixelHeight;
    }

    /// <summary><c>struct termios</c> of bits/termios-struct.h. 60 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Termios
    {
        public uint InputFlags;
        public uint OutputFlags;
        public uint ControlFlags;
        public uint LocalFlags;
        public byte LineDiscipline;
        public ControlCharacters Characters;
        public uint InputSpeed;
        public uint OutputSpeed;
    }

    /// <summary>NCCS is 32.</summary>
    [InlineArray(32)]
    internal struct ControlCharacters
    {
        private byte _first;
    }
}
