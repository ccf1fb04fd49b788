#!/bin/bash
# Makes artifacts/snapfs_VERSION_amd64.deb.
#
#   native/packaging/build-deb.sh [SNAPFS]
#
# SNAPFS is a published program; without it native/publish.sh makes one. Removing the package keeps configuration and caches,
# purging deletes both; a repository is never touched.
set -euo pipefail
cd "$(dirname "$0")/../.."

program=${1:-artifacts/snapfs}
[ $# -gt 0 ] || native/publish.sh "$program"
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
root=$work/root

python3 native/packaging/help_pages.py "$program" "$version" "$work"
install -D -m 755 "$program" "$root/usr/bin/snapfs"
# /sbin is /usr/sbin on Debian 12; a package must not ship the alias.
install -D -m 755 native/mount/mount.snapfs "$root/usr/sbin/mount.snapfs"
install -D -m 644 -t "$root/lib/systemd/system" native/units/*
install -D -m 644 "$work/completion/snapfs.bash" "$root/usr/share/bash-completion/completions/snapfs"
install -D -m 644 "$work/completion/snapfs.zsh" "$root/usr/share/zsh/vendor-completions/_snapfs"
install -D -m 644 "$work/completion/snapfs.fish" "$root/usr/share/fish/vendor_completions.d/snapfs.fish"
install -D -m 644 -t "$root/usr/share/man/man1" "$work"/man/*.1
install -D -m 644 -t "$root/usr/share/man/man8" docs/man/mount.snapfs.8
gzip -9n "$root"/usr/share/man/man?/*
install -D -m 644 LICENSE "$root/usr/share/doc/snapfs/copyright"
install -D -m 644 README.md "$root/usr/share/doc/snapfs/README.md"
install -D -m 600 native/packaging/debian/example.env "$root/etc/snapfs/jobs/example.env"
chmod 700 "$root/etc/snapfs" "$root/etc/snapfs/jobs"

mkdir "$root/DEBIAN"
echo /etc/snapfs/jobs/example.env > "$root/DEBIAN/conffiles"
install -m 755 -t "$root/DEBIAN" native/packaging/debian/{postinst,prerm,postrm}
(cd "$root" && find . -path ./DEBIAN -prune -o -type f -print0 | sort -z | xargs -0 md5sum | sed 's:\./::') \
    > "$root/DEBIAN/md5sums"
cat > "$root/DEBIAN/control" <<CONTROL
Package: snapfs
Version: $version
Architecture: amd64
Maintainer: The SnapFs authors <snapfs@localhost>
Section: admin
Priority: optional
Installed-Size: $(du -sk "$root" | cut -f1)
Depends: libc6 (>= 2.31), libssl3, libgcc-s1, libstdc++6, zlib1g
Recommends: fuse3
Suggests: rsync
Description: encrypted, deduplicated backups that are mounted as one file system
 SnapFs takes snapshots of files into a repository on a local disk or a removable
 drive, encrypted and deduplicated, and mounts all snapshots of all machines as
 one read-only file system, so that a restore is cp, rsync or tar.
CONTROL

mkdir -p artifacts
# Root owns everything, whoever builds; times are those of the last commit, so that two builds are the same.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2> /dev/null || echo 0)
export SOURCE_DATE_EPOCH
dpkg-deb --root-owner-group --build "$root" "artifacts/snapfs_${version}_amd64.deb"
