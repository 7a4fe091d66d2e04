#!/bin/sh
# Builds the image into an OCI layout with kaniko. Values and credentials as in image-buildah.sh; one platform at most.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/image-build.sh"

[ -f "$SOURCE/$CONTEXT_DIR/$DOCKERFILE" ] || fail "there is no '$DOCKERFILE' in '$CONTEXT_DIR': fix dockerfile or context-dir in the stack"
[ $# -le 1 ] || fail "kaniko builds for one platform, not for $*: choose build.backend buildah or buildkit"
if [ $# -eq 1 ]; then set -- "--custom-platform=$1"; fi
if [ "$SCOPE" != fork ] && { [ -f "$REGISTRY_AUTH/config.json" ] || [ "$INSECURE" = true ]; }; then
  [ ! -f "$REGISTRY_AUTH/config.json" ] || export DOCKER_CONFIG="$REGISTRY_AUTH"
  set -- "$@" --cache=true "--cache-repo=$CACHE_REPO" "--insecure=$INSECURE" "--insecure-pull=$INSECURE"
fi
builds /kaniko/executor --context "dir://$SOURCE/$CONTEXT_DIR" --dockerfile "$DOCKERFILE" --no-push "--oci-layout-path=$LAYOUT" --ignore-path=/workspace "$@"
