#!/bin/sh
# Builds the image into an OCI layout with rootless BuildKit, its daemon in this step. Values and credentials as in
# image-buildah.sh.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/image-build.sh"
. "$(dirname "$0")/../shell/base-images.sh"
. "$(dirname "$0")/../shell/build-secrets.sh"

[ -f "$SOURCE/$CONTEXT_DIR/$DOCKERFILE" ] || fail "there is no '$DOCKERFILE' in '$CONTEXT_DIR': fix dockerfile or context-dir in the stack"
platforms=$(printf '%s,' "$@")
set --
docker_config
cache="type=registry,ref=$LAYERS_REPO,registry.insecure=$INSECURE"
if reads_layers; then set -- --import-cache "$cache"; fi
if keeps_layers; then set -- "$@" --export-cache "$cache,mode=max"; fi
if [ "$platforms" != , ]; then set -- --opt "platform=${platforms%,}" "$@"; fi
check_secrets
for key in ${SECRET_KEYS:-}; do
  [ ! -f "$BUILD_SECRETS/$key" ] || set -- "$@" --secret "id=$key,src=$BUILD_SECRETS/$key"
done
mkdir -p "$HOME"
if [ -n "${MIRROR:-}" ]; then
  for registry in $MIRRORED; do printf '[registry."%s"]\nmirrors = ["%s"]\n' "$registry" "$MIRROR"; done >"$HOME/buildkitd.toml"
  export BUILDKITD_FLAGS="${BUILDKITD_FLAGS:-} --config $HOME/buildkitd.toml"
fi
builds buildctl-daemonless.sh build --frontend dockerfile.v0 --local "context=$SOURCE/$CONTEXT_DIR" --local "dockerfile=$SOURCE/$CONTEXT_DIR" \
  --opt "filename=$DOCKERFILE" --output "type=oci,tar=false,dest=$LAYOUT" "$@"
