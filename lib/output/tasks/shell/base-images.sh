#!/bin/sh
# Where FROM of a Dockerfile leads, and who asks there; sourced after common.sh. Values: MIRROR (may be empty), which stands for
# the registries MIRRORED; BASE_AUTH and REGISTRY_AUTH, folders with config.json that may be missing: who reads base images,
# and who leaves images and reads layers; SCOPE, INSECURE.

# registries_conf: says as Docker does that a short name is the Hub's, whatever the builder's image ships.
registries_conf() {
  printf 'unqualified-search-registries = ["docker.io"]\nshort-name-mode = "disabled"\n'
  [ -n "${MIRROR:-}" ] || return 0
  for registry in $MIRRORED; do
    printf '[[registry]]\nprefix = "%s"\nlocation = "%s"\n[[registry.mirror]]\nlocation = "%s"\n' "$registry" "$registry" "$MIRROR"
  done
}

# credential FOLDER: whether there is one.
credential() { [ -f "${1:-}/config.json" ]; }

# stages: whether images can be left in the registry.
stages() { credential "$REGISTRY_AUTH" || [ "$INSECURE" = true ]; }
# keeps_layers: what has been merged leaves layers; no pull request does, so none is given those of another.
keeps_layers() { [ "$SCOPE" = release ] && stages; }
# reads_layers: a pull request that is not trusted reads none.
reads_layers() { [ "$SCOPE" != fork ] && stages; }

# docker_config: for programs that read one credential: that of layers, where they are read.
docker_config() {
  if reads_layers && credential "$REGISTRY_AUTH"; then
    export DOCKER_CONFIG="$REGISTRY_AUTH"
  elif credential "${BASE_AUTH:-}"; then
    export DOCKER_CONFIG="$BASE_AUTH"
  fi
}
