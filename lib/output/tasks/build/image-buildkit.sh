#!/bin/sh
# Builds the image into an OCI layout with rootless BuildKit, its daemon in this step. Values and credentials as in
# image-buildah.sh.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/image-build.sh"

[ -f "$SOURCE/$CONTEXT_DIR/$DOCKERFILE" ] || fail "there is no '$DOCKERFILE' in '$CONTEXT_DIR': fix dockerfile or context-dir in the stack"
platforms=$(printf '%s,' "$@")
set --
if [ "$SCOPE" != fork ] && { [ -f "$REGISTRY_AUTH/config.json" ] || [ "$INSECURE" = true ]; }; then
  [ ! -f "$REGISTRY_AUTH/config.json" ] || export DOCKER_CONFIG="$REGISTRY_AUTH"
  cache="type=registry,ref=$CACHE_REPO,registry.insecure=$INSECURE"
  set -- --import-cache "$cache" --export-cache "$cache,mode=max"
fi
if [ "$platforms" != , ]; then set -- --opt "platform=${platforms%,}" "$@"; fi
mkdir -p "$LAYOUT"
builds buildctl-daemonless.sh build --frontend dockerfile.v0 --local "context=$SOURCE/$CONTEXT_DIR" --local "dockerfile=$SOURCE/$CONTEXT_DIR" \
  --opt "filename=$DOCKERFILE" --output "type=oci,tar=false,dest=$LAYOUT" "$@"
