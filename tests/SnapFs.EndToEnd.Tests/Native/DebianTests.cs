using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Native;

/// <summary>The package in a whole Debian that has nothing but what the package says that it needs.</summary>
public sealed class DebianTests(PackageTests.BuiltPackage package) : IClassFixture<PackageTests.BuiltPackage>
{
    [SkippableFact]
    public void The_package_is_installed_used_updated_removed_and_purged()
    {
        string debian = Path.Combine(SnapFsBinary.SourceRoot, "artifacts/debian-root");
        Skip.IfNot(Environment.IsPrivilegedProcess, "chroot needs root");
        Skip.IfNot(Directory.Exists(debian), $"{debian} is missing: native/lib/debian-root.sh {debian}");
        Skip.IfNot(File.Exists("/dev/fuse"), "/dev/fuse is missing");
        using TestDirectory directory = new();
        File.WriteAllText(directory["inside.sh"], Inside);

        ProcessResult result = ProcessRunner.Shell(
            $"""
            cd {directory.Path}
            cp -a --reflink=auto {debian} root
            cp {package.Path} root/root/new.deb
            cp inside.sh root/root/
            dpkg-deb --raw-extract {package.Path} old
            sed -i 's/^Version: .*/Version: 0.0.1/' old/DEBIAN/control
            dpkg-deb -Zgzip -z1 --build old root/root/old.deb
            unshare --mount --propagation private sh -eu -c '
                mount --bind /dev root/dev
                mount -t proc proc root/proc
                exec chroot root sh -eu /root/inside.sh'
            """,
            new ProcessOptions { Timeout = TimeSpan.FromMinutes(15) }).Expect();

        Assert.Contains("snapfs: /etc/snapfs is kept with the passwords, keys and jobs that were made there, 1 in all", result.Output,
            StringComparison.Ordinal);
        Assert.EndsWith("LEFT /etc/snapfs /etc/snapfs/password\n", result.Output, StringComparison.Ordinal);
    }

    /// <summary>Run below the root of that Debian; what is false ends it.</summary>
    private const string Inside =
        """
        export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C
        export SNAPFS_REPOSITORY=/srv/backup SNAPFS_PASSWORD_FILE=/etc/snapfs/password
        dpkg --install /root/old.deb
        umask 077
        head -c 20 /dev/urandom | od -An -tx1 | tr -d ' \n' > /etc/snapfs/password
        snapfs init
        snapfs backup /etc --source etc
        mkdir /mnt/snapfs
        snapfs mount /mnt/snapfs
        diff -r --no-dereference /etc/snapfs /mnt/snapfs/hosts/*/etc/latest/etc/snapfs

        dpkg --install /root/new.deb
        test "$(dpkg-query -f '${Version}' -W snapfs)" != 0.0.1
        snapfs backup /etc --source etc
        snapfs check --read-data
        test "$(snapfs snapshots --json | wc -l)" = 2
        mountpoint -q /mnt/snapfs
        cmp /etc/passwd /mnt/snapfs/hosts/*/etc/latest/etc/passwd

        dpkg --remove snapfs
        if mountpoint -q /mnt/snapfs || test -e /usr/bin/snapfs; then exit 1; fi
        test -d /var/cache/snapfs

        dpkg --purge snapfs
        rm -r /srv/backup /mnt/snapfs /root/*
        echo LEFT $(find / -xdev -path '*snapfs*' | sort)
        """;
}
