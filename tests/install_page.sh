#!/usr/bin/env bash
# Pastes docs/install.md, box by box and line by line, in a bare Debian made for it and booted in a container of its own, with a systemd
# of its own: `bash .ci/run install_page`, as root. Replaced is only the address of the repository, by a clone of this one.
#
# Then looks at what the page promises: private files, a service behind the walls of its unit that still typesets a document, and that
# comes back when its programs are killed.
set -euo pipefail
cd "$(dirname "$0")/.."

root=${1:?the folder in which the root is made}
page=docs/install.md

# Where this machine gets its own packages, the security archive left out.
mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | sort -u | head -n 1)
if [ ! -e "$root/etc/debian_version" ]; then
    debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,curl "${DEBIAN:-bookworm}" "$root" "$mirror" >"$root.log" 2>&1
fi
mkdir -p "$root/usr/local/share/ca-certificates" "$root/srv"
cp /etc/ssl/certs/ca-certificates.crt "$root/srv/authorities.crt"
git clone --quiet --bare . "$root/srv/repository.git"

{
    echo 'set -e -o pipefail'
    # A program that asks something would wait for ever; pasted lines have no answer either.
    echo 'exec </dev/null'
    awk '/^```sh$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$page" |
        sed 's|^REPOSITORY=.*|REPOSITORY=/srv/repository.git|' |
        while IFS= read -r line; do
            printf 'printf "$ %%s\\n" %q\n%s\n' "$line" "$line"
        done
} >"$root/srv/page.sh"

cat >"$root/srv/promises.sh" <<'PROMISES'
set -e -o pipefail
adapter() { runuser -u odwh -- odwh-adapter --config /etc/odwh-adapter/adapter.toml "$@"; }

for private in /etc/odwh-adapter/adapter.toml /etc/odwh-adapter/moodle-token /var/lib/odwh-adapter/register.sqlite3; do
    [ "$(stat --format='%a' "$private")" = 600 ] || { echo "$private can be read by others" >&2; exit 1; }
done

# The web service takes a moment to start.
answers() {
    curl --silent --fail --retry 120 --retry-delay 1 --retry-all-errors "$@" >/dev/null || { echo "no answer: $*" >&2; return 1; }
}
answers http://127.0.0.1:8000/health/live

# The typesetter is a process of its own that gives itself limits: it must still be able to.
key=$(adapter key create --name walls --role hr)
answers --header "Authorization: Bearer $key" --header 'Accept: application/pdf' \
    --output /tmp/dossier.pdf http://127.0.0.1:8000/v1/tranches/2027-1/dossier
[ "$(head -c 4 /tmp/dossier.pdf)" = %PDF ]

# Behind the walls its user cannot write beside its own folder; systemd says that they stand.
service=$(systemctl show --property=MainPID --value odwh-adapter)
writes() { nsenter --target "$service" --mount setpriv --reuid odwh --regid odwh --init-groups touch "$1" 2>/dev/null; }
writes /var/lib/odwh-adapter/written || { echo 'the service cannot write in its own folder' >&2; exit 1; }
for place in /opt/odwh-adapter/written /etc/odwh-adapter/written /home/written /dev/written; do
    if writes "$place"; then echo "the service can write $place" >&2; exit 1; fi
done
grep -q '^NoNewPrivs:.*1$' "/proc/$service/status"
grep -q '^Seccomp:.*2$' "/proc/$service/status"
grep -q '^CapBnd:.*0000000000000000$' "/proc/$service/status"

# All of it killed at once, as the kernel does when there is no memory left.
systemctl kill --signal=KILL odwh-adapter
answers http://127.0.0.1:8000/health/live
[ "$(systemctl show --property=NRestarts --value odwh-adapter)" = 1 ]
adapter status --wait 120

systemctl stop odwh-adapter
left=$(find /proc -maxdepth 1 -name '[0-9]*' -user odwh 2>/dev/null | wc -l)
[ "$left" = 0 ] || { echo "$left programs of the service stayed behind" >&2; exit 1; }
PROMISES

systemd-nspawn --directory="$root" --boot --register=no --keep-unit --console=pipe </dev/null >"$root.boot.log" 2>&1 &
container=$!
in_it() {
    nsenter --target "$init" --all /usr/bin/env -i HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PIP_CERT=/srv/authorities.crt bash "$1"
}
end() {
    [ -z "${init:-}" ] || nsenter --target "$init" --all systemctl poweroff --force || true
    wait "$container" || true
}
trap end EXIT
for _ in $(seq 120); do
    init=$(pgrep --parent "$container" | head -n 1) || { sleep 1; continue; }
    nsenter --target "$init" --all systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded' && break
    sleep 1
done
# As a machine has them that can look up a name.
cp /etc/resolv.conf /etc/hosts "$root/etc/"

for script in /srv/page.sh /srv/promises.sh; do
    in_it "$script" || {
        echo 'The service said last:' >&2
        nsenter --target "$init" --all journalctl --no-pager --lines 20 --unit odwh-adapter >&2 || true
        exit 1
    }
done
echo "docs/install.md was pasted whole: $(grep -c '^printf' "$root/srv/page.sh") lines; the service ran behind its walls and came back when it was killed."
