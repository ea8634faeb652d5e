#!/usr/bin/env bash
# Builds the real control plane (etcd, kube-apiserver, kube-controller-manager, kubectl) from its Go modules, once, and
# prints the folder that holds it. KUBEBUILDER_ASSETS, envtest's convention, names a folder to use instead.
#
# The result is cached outside the work tree, keyed by what it is made from. It is built aside and renamed into place,
# so a build that was cut short is never taken for a finished one.
set -euo pipefail
cd "$(dirname "$0")"

programs=(etcd kube-apiserver kube-controller-manager kubectl)
version=v1.37.2
flags=(-trimpath -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$version
  -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=37")

complete() {
  local program
  for program in "${programs[@]}"; do [ -x "$1/$program" ] || return 1; done
}

if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then
  complete "$KUBEBUILDER_ASSETS" || { echo "KUBEBUILDER_ASSETS=$KUBEBUILDER_ASSETS lacks one of: ${programs[*]}" >&2; exit 1; }
  echo "$KUBEBUILDER_ASSETS"
  exit
fi

command -v go > /dev/null || {
  echo "The real control plane cannot be built: no Go toolchain, and KUBEBUILDER_ASSETS is not set." >&2
  exit 1
}
key=$( (cat go.mod go.sum; printf '%s\n' "${flags[@]}"; go version) | sha256sum | cut -c 1-16)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-vmirs/controlplane
mkdir -p "$cache"
exec 9> "$cache/lock"
flock 9

if ! complete "$cache/$key"; then
  echo "Building the control plane $version (about ten minutes the first time) ..." >&2
  aside=$(mktemp -d "$cache/building.XXXXXX")
  trap 'rm -rf "$aside"' EXIT
  CGO_ENABLED=0 GOFLAGS=-mod=mod go build "${flags[@]}" -o "$aside/" \
    k8s.io/kubernetes/cmd/kube-apiserver k8s.io/kubernetes/cmd/kube-controller-manager \
    k8s.io/kubernetes/cmd/kubectl go.etcd.io/etcd/server/v3 >&2
  mv "$aside/server" "$aside/etcd"
  rm -rf "${cache:?}/$key"
  mv "$aside" "$cache/$key"
  trap - EXIT
fi
echo "$cache/$key"
