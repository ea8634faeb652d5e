#!/usr/bin/env bash
# Writes the Go types of the API, one file a package, into the folder that is named: `tests/scheme/generate.sh src/scheme`.
# They come from the modules that tests/controlplane pins, so that table and real API server are of one version.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=$(realpath "$1")
module=$(mktemp -d)
trap 'rm -rf "$module"' EXIT
cp tests/controlplane/go.mod tests/controlplane/go.sum tests/scheme/main.go "$module"
cd "$module"
CGO_ENABLED=0 GOFLAGS=-mod=mod go run . "$folder"
