using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SnapFs.Posix;

internal static partial class Interop
{
    /// <content><c>termios.h</c> and <c>sys/ioctl.h</c>.</content>
    internal static partial class Libc
    {
        internal const uint ECHO = 8;
        internal const int TCSAFLUSH = 2;

        internal const nuint TIOCGWINSZ = 0x5413;

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int tcgetattr(int fd, ref Termios settings);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int tcsetattr(int fd, int actions, ref readonly Termios settings);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int ioctl(int fd, nuint request, ref WindowSize size);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int ioctl(int fd, nuint request, ref uint argument);

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
}
