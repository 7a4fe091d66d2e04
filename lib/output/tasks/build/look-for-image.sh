#!/bin/sh
# Says whether there is an image already, so that nothing is built. Whoever pushes looks again and decides: here it saves
# work, and a registry that does not answer has none. Values: IMAGE, RELEASE_IMAGE (empty: the same), KEY, SCOPE, FORCE_REBUILD, TESTED_IMAGE,
# TESTED_KEY, RELEASED_VERSION, and those of registry.sh. Gives FOUND: a reference, or nothing.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/registry.sh"

found() {
  printf 'there is %s\n' "$1"
  give "$1" "$RESULT_FOUND"
  exit 0
}

RELEASE_IMAGE=${RELEASE_IMAGE:-$IMAGE}
mkdir -p "$HOME"
[ -z "$RELEASED_VERSION" ] || found "$RELEASE_IMAGE:$RELEASED_VERSION"
set --
if [ "$FORCE_REBUILD" != true ]; then
  if [ -n "$TESTED_IMAGE" ] && [ "$TESTED_KEY" = "$KEY" ]; then set -- "$TESTED_IMAGE"; fi
  if [ "$SCOPE" != fork ]; then set -- "$@" "$RELEASE_IMAGE:tree-$KEY" "$IMAGE:tree-$KEY"; fi
fi
for reference; do
  there=$(reusable "$reference")
  [ -z "$there" ] || found "$reference"
done
give '' "$RESULT_FOUND"
echo 'nothing to reuse: building'
