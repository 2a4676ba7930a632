#!/usr/bin/env bash
# Installs the MLflow servers that tests of @claims/mlflow talk to: mlflow-servers.sh DIRECTORY
# Each version has a virtual environment of its own, made in place; the file `installed`, written last, lists what is in
# it, and another list makes it anew. In CI, Debian's packages for virtual environments and PostgreSQL are installed when
# they are missing.
set -uo pipefail

directory=$1

say() {
  printf 'claims: %s\n' "$*" >&2
}

apt_install() {
  local run=(env DEBIAN_FRONTEND=noninteractive)
  command -v apt-get >/dev/null || return 1
  ((EUID == 0)) || run=(sudo -n "${run[@]}")
  "${run[@]}" apt-get update -qq && "${run[@]}" apt-get install -y -qq "$@"
}

debian() {
  [[ -n ${CI-} ]] || return 0
  local wanted=()
  python3 -c 'import ensurepip, venv' 2>/dev/null || wanted+=(python3 python3-venv)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || wanted+=(postgresql)
  ((${#wanted[@]} == 0)) && return 0
  say "installing ${wanted[*]}"
  apt_install "${wanted[@]}" >/dev/null
}

# Two runs at once make each environment once. Where there is no flock, as on macOS, nothing keeps them apart.
lock() {
  command -v flock >/dev/null || return 0
  exec 9>"$directory/install.lock" && flock 9
}

environment() {
  local place=$directory/$1 started=$SECONDS
  local wanted=("mlflow==$1" "${@:2}")
  [[ $(cat "$place/installed" 2>/dev/null) == "${wanted[*]}" ]] && return 0
  say "installing MLflow $1 for the tests of @claims/mlflow"
  if ! rm -rf "$place" || ! python3 -m venv "$place" ||
    ! "$place/bin/python" -m pip install --quiet --disable-pip-version-check "${wanted[@]}"; then
    say "MLflow $1 could not be installed"
    return 1
  fi
  printf '%s\n' "${wanted[*]}" >"$place/installed"
  say "MLflow $1 installed in $((SECONDS - started)) s"
}

debian || say 'Debian packages for the tests of @claims/mlflow could not be installed'
mkdir -p "$directory" && lock || exit 1
status=0
environment 3.17.0 'mlflow[auth]==3.17.0' xgboost-cpu==3.2.0 psycopg2-binary==2.9.13 'moto[s3,server]==5.2.5' || status=1
environment 2.22.5 'sqlalchemy<2.1' xgboost-cpu==3.2.0 || status=1
exit "$status"
