# Sourced by the entry points: .venv from the lock files, Debian packages, and one clear line when something is in the way.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export NO_MKDOCS_2_WARNING=1 DISABLE_MKDOCS_2_WARNING=true # both themes' notices; neither is about this site

say() { printf '%s\n' "$*" >&2; }
die() {
  say "error: $*"
  exit 2
}

# Run a command in silence; if it fails, return 1 with its output in $log.
quietly() { log=$("$@" 2>&1); }

find_python() {
  local name version found=()
  for name in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python3.14; do
    version=$("$name" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    found+=("$name is $version")
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
      python=$name python_version=$version
      return
    fi
  done
  local IFS=,
  die "Python 3.11 or newer is needed (found: ${found[*]:-none}); on Debian 12 or Ubuntu 24.04: apt-get install python3 python3-venv"
}

# install_packages PACKAGE…: those that are missing, if we may; otherwise say the line to run.
install_packages() {
  local package missing=() as_root=()
  for package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  command -v apt-get >/dev/null || die "these Debian packages, or what stands for them here, are needed: ${missing[*]}"
  if [[ $(id -u) != 0 ]]; then
    sudo -n true 2>/dev/null || die "packages are missing; run: sudo apt-get update && sudo apt-get install -y ${missing[*]}"
    as_root=(sudo -n)
  fi
  say "Installing Debian packages: ${missing[*]}"
  quietly "${as_root[@]}" apt-get update -q || say "warning: apt-get update failed; going on with the package lists at hand"
  # Nothing of ours runs as a system service, so nginx must not take port 80 now or at the next start.
  local policy=/usr/sbin/policy-rc.d made_policy=
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null && "${as_root[@]}" chmod 755 $policy && made_policy=1
  fi
  local status=0
  quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    -o DPkg::Lock::Timeout=300 "${missing[@]}" || status=$?
  [[ -z $made_policy ]] || "${as_root[@]}" rm -f $policy
  if ((status)); then
    grep -E '^(E|Err|dpkg):?' <<<"$log" | tail -n 5 >&2 || tail -n 5 <<<"$log" >&2
    die "apt-get could not install: ${missing[*]}"
  fi
  if [[ " ${missing[*]} " == *" nginx-light "* && -d /run/systemd/system ]]; then
    "${as_root[@]}" systemctl --quiet disable nginx 2>/dev/null || true
  fi
}

# What tests and regeneration run beside Python: the product on its real nginx, FFmpeg and PostgreSQL, and a browser.
install_system_packages() {
  local packages=(python3-venv jq patch nginx-light libnginx-mod-rtmp ffmpeg curl openssl procps iproute2 logrotate nftables shellcheck fonts-noto-cjk libatomic1 postgresql prometheus)
  command -v chromium chromium-browser google-chrome >/dev/null || packages+=(chromium)
  command -v systemd-analyze >/dev/null || packages+=(systemd)
  install_packages "${packages[@]}"
}

pip_install() {
  quietly .venv/bin/python -m pip install --no-input --disable-pip-version-check --root-user-action ignore "$@" && return
  if grep -qE 'NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|Network is unreachable' <<<"$log"; then
    die "the package index cannot be reached; check the network, or what pip is told (python3 -m pip config list)"
  fi
  grep -E '^ *(ERROR|error)' <<<"$log" >&2 || tail -n 20 <<<"$log" >&2
  die "pip could not install what the lock files name; the message above is pip's"
}

# Make .venv what the lock files say. A stamp tells whether it is: anything stale, partial or moved is made anew.
set_up() {
  local python python_version log locks projects
  command -v flock >/dev/null && exec 9<pyproject.toml && flock 9
  locks="$PWD $(cat build.lock requirements.lock | sha256sum)"
  projects=$(cat pyproject.toml snippets/pyproject.toml | sha256sum)
  if [[ $(cat .venv/locks.stamp 2>/dev/null) != "$locks" ]] || ! .venv/bin/python -c '' 2>/dev/null; then
    find_python
    say "Setting up .venv with Python $python_version (once; about a minute)"
    "$python" -c 'import ensurepip, venv' 2>/dev/null || install_packages "python$python_version-venv"
    quietly "$python" -m venv --clear .venv || die "python -m venv failed: $(tail -n 1 <<<"$log")"
    pip_install --require-hashes -r build.lock
    pip_install --no-build-isolation --require-hashes -r requirements.lock
    printf '%s\n' "$locks" >.venv/locks.stamp
  fi
  if [[ $(cat .venv/projects.stamp 2>/dev/null) != "$projects" ]]; then
    pip_install --no-deps --no-build-isolation -e . -e snippets
    printf '%s\n' "$projects" >.venv/projects.stamp
  fi
  exec 9<&-
}
