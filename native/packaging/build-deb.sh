#!/bin/bash
# Makes artifacts/snapfs_VERSION_ARCHITECTURE.deb.
#
#   native/packaging/build-deb.sh [SNAPFS]
#
# SNAPFS is a published program, for this processor or another; without it native/publish.sh makes one. Removing the package keeps
# configuration and caches; purging deletes what the package brought and the caches. Nobody's passwords, keys and jobs are ever
# deleted, nor is a repository.
set -euo pipefail
cd "$(dirname "$0")/../.."

program=${1:-artifacts/snapfs}
[ $# -gt 0 ] || native/publish.sh "$program"
. native/packaging/program.sh
architecture=$(architecture_of "$program")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
root=$work/root
documentation=$root/usr/share/doc/snapfs

make_pages "$program" "$work"
install -D -m 755 "$program" "$root/usr/bin/snapfs"
# /sbin is /usr/sbin on Debian 12; a package must not ship the alias.
install -D -m 755 native/mount/mount.snapfs "$root/usr/sbin/mount.snapfs"
install -D -m 644 -t "$root/lib/systemd/system" native/units/*
install -D -m 644 "$work/completion/snapfs.bash" "$root/usr/share/bash-completion/completions/snapfs"
install -D -m 644 "$work/completion/snapfs.zsh" "$root/usr/share/zsh/vendor-completions/_snapfs"
install -D -m 644 "$work/completion/snapfs.fish" "$root/usr/share/fish/vendor_completions.d/snapfs.fish"
install -D -m 644 -t "$root/usr/share/man/man1" "$work"/man/*.1
install -D -m 644 -t "$root/usr/share/man/man8" docs/man/mount.snapfs.8
install -D -m 644 native/packaging/debian/copyright "$documentation/copyright"
install -D -m 644 README.md "$documentation/README.md"
install_documents "$documentation"
install -D -m 644 native/packaging/debian/lintian-overrides "$root/usr/share/lintian/overrides/snapfs"
install -D -m 600 native/packaging/debian/example.env "$root/etc/snapfs/jobs/example.env"
chmod 700 "$root/etc/snapfs" "$root/etc/snapfs/jobs"
maintainer='The SnapFs authors <snapfs@example.org>'
cat > "$documentation/changelog" <<CHANGELOG
snapfs ($version) unstable; urgency=medium

  * Version $version.

 -- $maintainer  $(date --utc --date="@$SOURCE_DATE_EPOCH" '+%a, %d %b %Y %H:%M:%S +0000')
CHANGELOG
gzip -9n "$root"/usr/share/man/man?/* "$documentation/changelog"

mkdir "$root/DEBIAN"
echo /etc/snapfs/jobs/example.env > "$root/DEBIAN/conffiles"
install -m 755 -t "$root/DEBIAN" native/packaging/debian/{postinst,prerm,postrm}
(cd "$root" && find . -path ./DEBIAN -prune -o -type f -print0 | sort -z | xargs -0 md5sum | sed 's:\./::') \
    > "$root/DEBIAN/md5sums"
cat > "$root/DEBIAN/control" <<CONTROL
Package: snapfs
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Section: admin
Priority: optional
Installed-Size: $(find "$root" -type f -printf '%s\n' | awk '{ kib += int(($1 + 1023) / 1024) } END { print kib }')
Depends: libc6 (>= 2.34), libssl3
Recommends: fuse3
Suggests: rsync
Description: encrypted, deduplicated backups that are mounted as one file system
 SnapFs takes snapshots of files into a repository on a local disk or a
 removable drive, encrypted and deduplicated, and mounts all snapshots of all
 machines as one read-only file system, so that a restore is cp, rsync or tar.
CONTROL

mkdir -p artifacts
# Root owns everything, whoever builds.
dpkg-deb --root-owner-group --build "$root" "artifacts/snapfs_${version}_$architecture.deb"
