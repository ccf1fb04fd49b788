using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Mounts;

/// <summary>A directory on which something is mounted once somebody looks, made as systemd makes it for x-systemd.automount.</summary>
internal static class Autofs
{
    /// <summary>The daemon's side of include/uapi/linux/auto_fs.h, protocol 5: <c>DIR READER MOUNTER</c>, both lines of shell. Of the
    /// group of processes that is named to the kernel, whatever it does there is let through; the reader is in another.</summary>
    private const string Daemon = """
        import ctypes, fcntl, os, select, struct, subprocess, sys
        directory, reader, mounter = sys.argv[1:]
        READY, FAIL, MISSING_DIRECT = 0x9360, 0x9361, 5
        packets, kernel = os.pipe()
        options = f"fd={kernel},pgrp={os.getpgrp()},minproto=5,maxproto=5,direct".encode()
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mount(b"test", directory.encode(), b"autofs", 0, options) != 0:
            sys.exit(f"autofs: {os.strerror(ctypes.get_errno())}")
        os.close(kernel)
        root = os.open(directory, os.O_RDONLY)
        reading = subprocess.Popen(["sh", "-euc", reader], start_new_session=True)
        while reading.poll() is None:
            if not select.select([packets], [], [], 0.05)[0]:
                continue
            _, kind, token = struct.unpack_from("=iiI", os.read(packets, 4096))
            assert kind == MISSING_DIRECT, kind
            try:
                code = subprocess.run(["sh", "-euc", mounter], timeout=60).returncode
            except subprocess.TimeoutExpired:
                code = "hangs"
            print(f"asked to mount: {code}", flush=True)
            fcntl.ioctl(root, READY if code == 0 else FAIL, token)
        sys.exit(reading.returncode)

        """;

    /// <summary>Makes such a directory in a mount namespace of its own, reads from it and does there what mounts.</summary>
    /// <param name="fixture">Whose program is run.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="reader">Shell that looks into the directory.</param>
    /// <param name="mounter">Shell that mounts.</param>
    /// <param name="before">Shell that is run first in the namespace.</param>
    public static ProcessResult Run(
        RepositoryFixture fixture, string directory, string reader, string mounter, string before = "")
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting autofs needs root");
        Skip.IfNot(
            File.ReadLines("/proc/filesystems").Any(line => line.EndsWith("\tautofs", StringComparison.Ordinal)),
            "this kernel has no autofs");
        File.WriteAllText(fixture["autofs.py"], Daemon);
        File.WriteAllText(fixture["reader.sh"], reader);
        File.WriteAllText(fixture["mounter.sh"], mounter);
        File.WriteAllText(fixture["namespace.sh"], $"""
            set -eu
            {before}
            python3 '{fixture["autofs.py"]}' '{directory}' ". '{fixture["reader.sh"]}'" ". '{fixture["mounter.sh"]}'" && code=0 || code=$?
            umount --lazy '{directory}' '{directory}' || true
            exit $code

            """);
        return fixture.Shell($"unshare --mount sh '{fixture["namespace.sh"]}'");
    }
}
