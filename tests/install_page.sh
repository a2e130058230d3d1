#!/usr/bin/env bash
# Pastes docs/install.md, box by box and line by line, in a bare Debian made for it: `bash .ci/run install_page`, as root.
#
# Replaced, since a root without a machine of its own has none of them: the address of the repository by a clone of this one, and systemd
# by a `systemctl` that starts and stops the command of the unit file as its user, with its working directory and umask.
# Not proved by it: the unit's walls (ProtectSystem and the like), and what systemd does when a program ends.
set -euo pipefail
cd "$(dirname "$0")/.."

root=${1:?the folder in which the root is made}
page=docs/install.md

# Where this machine gets its own packages, the security archive left out.
mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | sort -u | head -n 1)
if [ ! -e "$root/etc/debian_version" ]; then
    debootstrap --variant=minbase "${DEBIAN:-bookworm}" "$root" "$mirror" >"$root.log" 2>&1
fi
cp /etc/resolv.conf /etc/hosts "$root/etc/"
mkdir -p "$root/usr/local/share/ca-certificates" "$root/usr/local/sbin" "$root/srv"
cp /etc/ssl/certs/ca-certificates.crt "$root/srv/authorities.crt"
git clone --quiet --bare . "$root/srv/repository.git"

cat >"$root/usr/local/sbin/systemctl" <<'STUB'
#!/bin/bash
unit=/etc/systemd/system/odwh-adapter.service
of() { sed -n "s/^$1=//p" "$unit"; }
case $1 in
daemon-reload) exit ;;
enable | start)
    cd "$(of WorkingDirectory)" && umask "$(of UMask)"
    setpriv --reuid "$(of User)" --regid "$(of User)" --init-groups --no-new-privs $(of ExecStart) >/run/odwh-adapter.log 2>&1 &
    echo $! >/run/odwh-adapter.pid
    ;;
stop)
    [ -s /run/odwh-adapter.pid ] || exit 0
    kill "$(cat /run/odwh-adapter.pid)" 2>/dev/null || exit 0
    while kill -0 "$(cat /run/odwh-adapter.pid)" 2>/dev/null; do sleep 0.2; done
    ;;
*) echo "systemctl $*: not part of the page" >&2; exit 1 ;;
esac
STUB
chmod 755 "$root/usr/local/sbin/systemctl"

{
    echo 'set -e -o pipefail'
    # A program that asks something would wait for ever; pasted lines have no answer either.
    echo 'exec </dev/null'
    awk '/^```sh$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$page" |
        sed 's|^REPOSITORY=.*|REPOSITORY=/srv/repository.git|' |
        while IFS= read -r line; do
            printf 'printf "$ %%s\\n" %q\n%s\n' "$line" "$line"
        done
    echo 'systemctl stop odwh-adapter'
} >"$root/srv/page.sh"

end() {
    chroot "$root" /usr/local/sbin/systemctl stop || true
    for inside in "$root/proc" "$root/dev"; do
        if mountpoint -q "$inside"; then umount "$inside"; fi
    done
}
trap end EXIT
mount --bind /proc "$root/proc"
mount --bind /dev "$root/dev"
chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive PIP_CERT=/srv/authorities.crt bash /srv/page.sh || {
    echo 'The service said last:' >&2
    tail -n 20 "$root/run/odwh-adapter.log" >&2 || true
    exit 1
}

# What the page promises to leave behind.
for private in etc/odwh-adapter/adapter.toml etc/odwh-adapter/moodle-token var/lib/odwh-adapter/register.sqlite3; do
    [ "$(stat --format='%a' "$root/$private")" = 600 ] || { echo "$private can be read by others" >&2; exit 1; }
done
echo "docs/install.md was pasted whole: $(grep -c '^printf' "$root/srv/page.sh") lines."
