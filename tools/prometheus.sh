#!/usr/bin/env bash
# Put Debian 13's Prometheus, promtool and Alertmanager into .tools/bin, where the tests look first. Debian 12's Prometheus is
# built without kubernetes_sd. Needs apt, but not root: apt fetches and checks the packages, the system stays as it is.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x .tools/bin/prometheus ] && [ -x .tools/bin/promtool ] && [ -x .tools/bin/prometheus-alertmanager ] && exit 0

# The mirror that this machine uses for Debian's main packages, and Debian's own keys.
mirror=$(apt-get indextargets --format '$(CREATED_BY) $(COMPONENT) $(REPO_URI)' |
  awk '$1 == "Packages" && $2 == "main" && $3 ~ /\/debian\/$/ { print $3; exit }')
[ -n "$mirror" ] || { echo "tools/prometheus.sh: apt knows no mirror of Debian here" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/unpacked"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" > "$work/sources.list"
apt() {
  apt-get -qq -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$work/lists" \
    -o Dir::Cache="$work/cache" -o Acquire::Languages=none -o APT::Sandbox::User= "$@"
}
apt update
(cd "$work" && apt download prometheus/trixie promtool/trixie prometheus-alertmanager/trixie)
for package in "$work"/*.deb; do dpkg -x "$package" "$work/unpacked"; done
"$work/unpacked/usr/bin/prometheus" --version > /dev/null 2>&1 # built for a libc that this machine may not have
mkdir -p .tools
rm -rf .tools/bin
mv "$work/unpacked/usr/bin" .tools/bin
