#!/bin/sh
# Renders both overlays into rendered/, to be committed with the change that asks for it. There the tests read what a
# cluster would get, on machines without kubectl too; the fingerprint tells them that it is of these sources.
set -eu
cd "$(dirname "$0")"

fingerprint=$(
  find base components overlays -type f | LC_ALL=C sort | while read -r file; do
    echo "$file"
    cat "$file"
  done | openssl dgst -sha256 -r | cut -c1-64
)

for overlay in dev prod; do
  rendering=$(kubectl kustomize "overlays/$overlay")
  {
    echo "# Made by k8s/render.sh, not to be applied: fill in and apply k8s/overlays/$overlay instead."
    echo "# Fingerprint of the sources: $fingerprint"
    echo "$rendering"
  } > "rendered/$overlay.yaml"
done
