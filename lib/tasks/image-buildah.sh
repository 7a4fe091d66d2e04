#!/bin/sh
# Builds the image into an OCI layout with buildah. Values: SOURCE, CONTEXT_DIR, DOCKERFILE, LAYOUT, CACHE_REPO, SCOPE,
# REGISTRY_AUTH, INSECURE; $@: platforms. No credential to push an image is here: instructions of the Dockerfile run in this step.
set -eu
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/image-build.sh"

[ -f "$SOURCE/$CONTEXT_DIR/$DOCKERFILE" ] || fail "there is no '$DOCKERFILE' in '$CONTEXT_DIR': mend dockerfile or context-dir in the stack"
mkdir -p "$HOME"
secure=true
[ "$INSECURE" != true ] || secure=false

# overlay keeps of each layer what it adds, vfs a copy of all below it; overlay takes a kernel of 5.11, or a device of fuse
export STORAGE_DRIVER=overlay
buildah info >/dev/null 2>&1 || STORAGE_DRIVER=vfs

platforms=$(printf '%s,' "$@")
set --
if [ "$SCOPE" != fork ] && { [ -f "$REGISTRY_AUTH/config.json" ] || [ "$INSECURE" = true ]; }; then
  [ ! -f "$REGISTRY_AUTH/config.json" ] || export REGISTRY_AUTH_FILE="$REGISTRY_AUTH/config.json"
  set -- --cache-from "$CACHE_REPO" --cache-to "$CACHE_REPO"
fi
# a registry that is away for half a minute comes back; before 1.31 it has no say in how long that is waited for
if buildah bud --help 2>&1 | grep -q -e --retry-delay; then set -- "$@" --retry 6 --retry-delay 5s; fi
if [ "$platforms" != , ]; then set -- --platform "${platforms%,}" --manifest built "$@"; fi
# the option is a list, read as CSV
file="\"$(printf '%s' "$SOURCE/$CONTEXT_DIR/$DOCKERFILE" | sed 's/"/""/g')\""
builds buildah bud --layers --tls-verify="$secure" --format oci --iidfile "$HOME/image-id" --file "$file" "$@" "$SOURCE/$CONTEXT_DIR"
if [ "$platforms" != , ]; then
  buildah manifest push --all built "oci:$LAYOUT"
else
  buildah push "$(cat "$HOME/image-id")" "oci:$LAYOUT"
fi
