#!/bin/sh
# Builds the image with buildah. Leaves it in STAGING_REPO, and its digest in $LAYOUT.digest; where it may not push there, or
# the image is for several platforms, in an OCI layout. Values: SOURCE, CONTEXT_DIR, DOCKERFILE, LAYOUT, KEY, STAGING_REPO,
# LAYERS_REPO, SCOPE, INSECURE, SECRET (its name), those of base-images.sh and build-secrets.sh; $@: platforms. Instructions of the Dockerfile run
# in this step, so all that it holds is theirs.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/image-build.sh"
. "$(dirname "$0")/../shell/base-images.sh"
. "$(dirname "$0")/../shell/build-secrets.sh"

[ -f "$SOURCE/$CONTEXT_DIR/$DOCKERFILE" ] || fail "there is no '$DOCKERFILE' in '$CONTEXT_DIR': fix dockerfile or context-dir in the stack"
mkdir -p "$HOME"
secure=true
[ "$INSECURE" != true ] || secure=false

# overlay keeps of each layer what it adds, vfs a copy of all below it; overlay takes a kernel of 5.11, or a device of fuse
export STORAGE_DRIVER=overlay
buildah info >/dev/null 2>&1 || STORAGE_DRIVER=vfs

platforms=$(printf '%s,' "$@")
set --
layers=''
! credential "$REGISTRY_AUTH" || layers=$REGISTRY_AUTH/config.json
if reads_layers; then set -- --cache-from "$LAYERS_REPO"; fi
if keeps_layers; then set -- "$@" --cache-to "$LAYERS_REPO"; fi
base=''
! credential "${BASE_AUTH:-}" || base=$BASE_AUTH/config.json
if [ -n "$layers" ] && [ -n "$base" ]; then
  # it asks one file after the other for a registry, and these two places are among those where it looks
  mkdir -p "$HOME/.config/containers" "$HOME/.docker"
  ln -sf "$layers" "$HOME/.config/containers/auth.json"
  ln -sf "$base" "$HOME/.docker/config.json"
elif [ -n "$layers$base" ]; then
  export REGISTRY_AUTH_FILE="$layers$base"
fi
mkdir -p "$HOME/registries.conf.d"
registries_conf >"$HOME/registries.conf"
export CONTAINERS_REGISTRIES_CONF="$HOME/registries.conf"
check_secrets
for key in ${SECRET_KEYS:-}; do
  [ ! -f "$BUILD_SECRETS/$key" ] || set -- "$@" --secret "id=$key,src=$BUILD_SECRETS/$key"
done
# a registry that is away for half a minute comes back; before 1.31 it has no say in how long that is waited for
if buildah bud --help 2>&1 | grep -q -e --retry-delay; then set -- "$@" --retry 6 --retry-delay 5s; fi
if [ "$platforms" != , ]; then set -- --platform "${platforms%,}" --manifest built "$@"; fi
# the option is a list, read as CSV
file="\"$(printf '%s' "$SOURCE/$CONTEXT_DIR/$DOCKERFILE" | sed 's/"/""/g')\""
# the folder is empty: the aliases that the image ships lead other than Docker does. OCI knows neither SHELL, nor HEALTHCHECK, nor
# ONBUILD: in its format, RUN takes /bin/sh whatever the Dockerfile says
builds buildah bud --registries-conf-dir "$HOME/registries.conf.d" --layers --tls-verify="$secure" --format docker --iidfile "$HOME/image-id" --file "$file" "$@" "$SOURCE/$CONTEXT_DIR"

# to_registry: buildah knows which layers came from a registry, and names them there: they are neither packed nor sent again,
# and nodes that have the base image take from the new one what it adds. In a layout every layer is packed anew.
to_registry() { buildah push --tls-verify="$secure" --digestfile "$LAYOUT.digest" "$(cat "$HOME/image-id")" "docker://$STAGING_REPO:image-$KEY"; }
if [ "$platforms" != , ]; then
  buildah manifest push --all built "oci:$LAYOUT"
elif stages; then
  attempt to_registry || fail "the image cannot be left in $STAGING_REPO (the reason is above): is the registry up, and may Secret $SECRET push there?"
else
  buildah push "$(cat "$HOME/image-id")" "oci:$LAYOUT"
fi
