#!/usr/bin/env bash
# Makes what a release consists of. The same input gives the same bytes, wherever it runs (GNU tar is needed).
#
#   krew/package.sh archive PLATFORM BINARY DIST   DIST/kubectl-vmirs_TAG_PLATFORM.tar.gz, and its .sha256 beside it
#   krew/package.sh manifest DIST                  prints the krew manifest for the archives in DIST
#   krew/package.sh manifest                       the same for a release that is not made yet: all sums are zero
#   krew/package.sh all BINARIES DIST              both, for all platforms; BINARIES/PLATFORM holds a platform's program
#
# PLATFORM is krew's os_arch, such as linux_amd64. TAG is `v` and the version of Cargo.toml, or $TAG if that is set.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)
tag=${TAG:-v$version}
[ "$tag" = "v$version" ] || { echo "The tag $tag is not that of version $version in Cargo.toml." >&2; exit 1; }

platforms="linux_amd64 linux_arm64 darwin_amd64 darwin_arm64 windows_amd64 windows_arm64"

archive() {
  local platform=$1 binary=$2 dist=$3 name="kubectl-vmirs_${tag}_$1.tar.gz" program=kubectl-vmirs
  case $platform in
    windows_*) program=kubectl-vmirs.exe ;;
    linux_* | darwin_*) ;;
    *) echo "no platform of krew's: $platform" >&2; exit 1 ;;
  esac
  mkdir -p "$dist"
  dist=$(cd "$dist" && pwd)
  aside=$(mktemp -d)
  trap 'rm -rf "$aside"' EXIT
  # Copies, never links: krew refuses archives with links.
  install -m 755 "$binary" "$aside/$program"
  install -m 644 "$root/LICENSE" "$aside/LICENSE"
  tar --create --directory "$aside" --format ustar --mtime "@${SOURCE_DATE_EPOCH:-0}" \
    --owner 0 --group 0 --numeric-owner "$program" LICENSE | gzip --no-name --best > "$dist/.$name"
  mv "$dist/.$name" "$dist/$name"
  (cd "$dist" && sha256sum "$name" > "$name.sha256")
  echo "$dist/$name"
}

# What krew-release-bot makes of .krew.yaml, with the sums from DIST instead of downloads.
manifest() {
  local dist=${1:-} line url sum
  while IFS= read -r line; do
    line=${line//'{{ .TagName }}'/$tag}
    if [[ $line =~ ^(\ *)\{\{addURIAndSha\ \"(.*)\"\ .TagName\ \}\}$ ]]; then
      url=${BASH_REMATCH[2]}
      if [ -n "$dist" ]; then
        sum=$(cut -d ' ' -f 1 "$dist/${url##*/}.sha256")
      else
        sum=$(printf '%064d' 0)
      fi
      line="${BASH_REMATCH[1]}uri: $url"$'\n'"    sha256: $sum"
    fi
    printf '%s\n' "$line"
  done < "$root/.krew.yaml"
}

if [ "${1:-}" = archive ] && [ $# = 4 ]; then
  archive "$2" "$3" "$4"
elif [ "${1:-}" = all ] && [ $# = 3 ]; then
  for platform in $platforms; do
    case $platform in windows_*) program=kubectl-vmirs.exe ;; *) program=kubectl-vmirs ;; esac
    (archive "$platform" "$2/$platform/$program" "$3")
  done
  manifest "$3" > "$3/vmirs.yaml"
elif [ "${1:-}" = manifest ] && [ $# -le 2 ]; then
  manifest "${2:-}"
else
  sed -n '4,7s/^# *//p' "$0" >&2
  exit 1
fi
