#!/bin/sh
# Builds the image into an OCI layout with kaniko. Values and credentials as in image-buildah.sh; one platform at most.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/image-build.sh"
. "$(dirname "$0")/../shell/base-images.sh"
. "$(dirname "$0")/../shell/build-secrets.sh"

[ -f "$SOURCE/$CONTEXT_DIR/$DOCKERFILE" ] || fail "there is no '$DOCKERFILE' in '$CONTEXT_DIR': fix dockerfile or context-dir in the stack"
[ $# -le 1 ] || fail "kaniko builds for one platform, not for $*: choose build.backend buildah or buildkit"
if [ $# -eq 1 ]; then set -- "--custom-platform=$1"; fi
check_secrets
[ -z "${SECRET_KEYS:-}" ] || echo 'kaniko shows build.secrets to no instruction of a Dockerfile: only the build command reads them'
for registry in ${MIRROR:+$MIRRORED}; do
  [ "$registry" != docker.io ] || registry=index.docker.io
  set -- "$@" "--registry-map=$registry=$MIRROR"
done
docker_config
if reads_layers; then
  set -- "$@" --cache=true "--cache-repo=$LAYERS_REPO" "--insecure=$INSECURE" "--insecure-pull=$INSECURE"
  keeps_layers || set -- "$@" --no-push-cache
fi
builds /kaniko/executor --context "dir://$SOURCE/$CONTEXT_DIR" --dockerfile "$DOCKERFILE" --no-push "--oci-layout-path=$LAYOUT" --ignore-path=/workspace "$@"
