using SnapFs.Mount.Fuse.Abi;
using SnapFs.Mount.Fuse.Mounts;
using SnapFs.Mount.Fuse.Requests;

namespace SnapFs.Mount.Fuse.Sessions;

/// <summary>The INIT exchange: what both sides can do.</summary>
internal static class FuseHandshake
{
    private const uint Major = 7;

    /// <summary>Linux 5.4: no-open for directories, 1 MiB requests, cached symlinks.</summary>
    private const uint MinMinor = 31;

    /// <summary>What this side knows: STATX.</summary>
    private const uint KnownMinor = 39;

    /// <summary>Nothing is ever written, but the kernel asks for room for a page of the smallest size.</summary>
    private const uint MaxWrite = 4096;

    /// <summary>Requests that the kernel hands over before they are answered. It holds reads of cached files back as well once so
    /// many wait for the storage, so it is far more than readers have at once.</summary>
    private const ushort MaxBackground = 4096;

    private const FuseInitFlags Wanted = FuseInitFlags.AsyncRead | FuseInitFlags.ExportSupport
        | FuseInitFlags.DoReadDirPlus | FuseInitFlags.NoOpenSupport | FuseInitFlags.ParallelDirOps
        | FuseInitFlags.MaxPages | FuseInitFlags.CacheSymlinks | FuseInitFlags.NoOpenDirSupport;

    /// <summary>Makes the answer to INIT.</summary>
    /// <param name="request">The first request on the device.</param>
    /// <param name="allowOther">Whether the kernel shall enforce access lists.</param>
    /// <param name="reply">Gets the answer.</param>
    /// <returns>Whether the exchange is complete; if not, the kernel sends INIT again.</returns>
    /// <exception cref="MountException">The kernel is too old.</exception>
    internal static bool Answer(in FuseRequest request, bool allowOther, FuseReply reply)
    {
        if (request.Header.Opcode != FuseOpcode.Init || !request.TryRead(out FuseInitIn input))
        {
            throw new MountException("the kernel did not begin with a FUSE INIT request");
        }

        if (input.Major < Major || (input.Major == Major && input.Minor < MinMinor))
        {
            throw new MountException(
                $"the kernel speaks FUSE {input.Major}.{input.Minor}; {Major}.{MinMinor} (Linux 5.4) or later is needed");
        }

        FuseInitOut output = new() { Major = Major, Minor = Math.Min(input.Minor, KnownMinor) };
        if (input.Major > Major)
        {
            reply.Write(in output); // it will fall back to our version
            return false;
        }

        FuseInitFlags flags = allowOther ? Wanted | FuseInitFlags.PosixAcl : Wanted;
        output.MaxReadAhead = input.MaxReadAhead;
        output.Flags = (uint)flags & input.Flags;
        output.MaxBackground = MaxBackground;
        output.CongestionThreshold = MaxBackground / 4 * 3;
        output.MaxWrite = MaxWrite;
        output.TimeGranularity = 1;
        output.MaxPages = MaxPagesOf(Environment.SystemPageSize);
        reply.Write(in output);
        return true;
    }

    /// <summary>Pages of a request that asks for as much as a reply holds: on some systems they have 16 or 64 KiB.</summary>
    internal static ushort MaxPagesOf(int pageSize) => (ushort)(FuseReply.MaxBody / pageSize);
}
