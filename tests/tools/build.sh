#!/usr/bin/env bash
# Builds krew (as kubectl-krew), validate-krew-manifest and actionlint from their Go modules, once, and prints the
# folder that holds them. Cached, keyed and renamed into place as the control plane's programs are.
set -euo pipefail
cd "$(dirname "$0")"

programs=(kubectl-krew validate-krew-manifest actionlint)

complete() {
  local program
  for program in "${programs[@]}"; do [ -x "$1/$program" ] || return 1; done
}

command -v go > /dev/null || { echo "krew and actionlint cannot be built: no Go toolchain." >&2; exit 1; }
key=$( (cat go.mod go.sum; go version) | sha256sum | cut -c 1-16)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-vmirs/tools
mkdir -p "$cache"
exec 9> "$cache/lock"
flock 9

if ! complete "$cache/$key"; then
  echo "Building krew and actionlint ..." >&2
  aside=$(mktemp -d "$cache/building.XXXXXX")
  trap 'rm -rf "$aside"' EXIT
  CGO_ENABLED=0 GOFLAGS=-mod=mod go build -trimpath -ldflags "-s -w" -o "$aside/" \
    sigs.k8s.io/krew/cmd/krew sigs.k8s.io/krew/cmd/validate-krew-manifest github.com/rhysd/actionlint/cmd/actionlint >&2
  mv "$aside/krew" "$aside/kubectl-krew"
  rm -rf "${cache:?}/$key"
  mv "$aside" "$cache/$key"
  trap - EXIT
fi
echo "$cache/$key"
