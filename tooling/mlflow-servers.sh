#!/usr/bin/env bash
# Installs the MLflow servers that tests of @claims/mlflow talk to: mlflow-servers.sh DIRECTORY
# Each version has a virtual environment of its own, made in place; the file `installed` is written last. In CI, Debian's
# packages for virtual environments and PostgreSQL are installed when they are missing.
set -uo pipefail

directory=$1

say() {
  printf 'claims: %s\n' "$*" >&2
}

apt_install() {
  local sudo=()
  command -v apt-get >/dev/null || return 1
  ((EUID == 0)) || sudo=(sudo -n)
  "${sudo[@]}" apt-get update -qq && "${sudo[@]}" apt-get install -y -qq "$@"
}

debian() {
  [[ ${CI-} != '' && ${CI-} != false ]] || return 0
  local wanted=()
  python3 -c 'import ensurepip, venv' 2>/dev/null || wanted+=(python3 python3-venv)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || wanted+=(postgresql)
  ((${#wanted[@]} == 0)) && return 0
  say "installing ${wanted[*]}"
  apt_install "${wanted[@]}" >/dev/null
}

environment() {
  local version=$1 place=$directory/$1
  shift
  [[ -e $place/installed ]] && return 0
  say "installing MLflow $version for the tests of @claims/mlflow"
  rm -rf "$place"
  mkdir -p "$directory"
  python3 -m venv "$place" &&
    "$place/bin/python" -m pip install --quiet --disable-pip-version-check "mlflow==$version" "$@" &&
    : >"$place/installed"
}

debian || say 'Debian packages for the tests of @claims/mlflow could not be installed'
started=$SECONDS
failed=0
environment 3.17.0 'mlflow[auth]==3.17.0' xgboost-cpu==3.2.0 psycopg2-binary==2.9.13 || failed=1
environment 2.22.5 'sqlalchemy<2.1' xgboost-cpu==3.2.0 || failed=1
((SECONDS - started < 2)) || say "MLflow servers installed in $((SECONDS - started)) s"
exit "$failed"
