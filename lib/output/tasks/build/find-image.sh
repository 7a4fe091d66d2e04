#!/bin/sh
# Looks for an image that may be used instead of what was built. Values: IMAGE (where it is pushed), RELEASE_IMAGE (empty: the same), KEY, SCOPE,
# FORCE_REBUILD, TESTED_IMAGE, TESTED_KEY, RELEASED_VERSION, and those of registry.sh. Gives DIGEST below IMAGE, or nothing.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/registry.sh"

# use REPOSITORY DIGEST [COPY]: copies the image to where this one is pushed, unless it is there, and gives its digest.
use() {
  [ "$1" = "$IMAGE" ] || "${3:-copy_image}" "docker://$1@$2" "docker://$IMAGE:tree-$KEY" || {
    printf '%s@%s cannot be used: %s\n' "$1" "$2" "$(cause "$HOME/registry.log")" >&2
    return 0
  }
  printf 'using %s@%s\n' "$1" "$2"
  give "$2" "$RESULT_DIGEST"
  exit 0
}

RELEASE_IMAGE=${RELEASE_IMAGE:-$IMAGE}
mkdir -p "$HOME"
if [ -n "$RELEASED_VERSION" ]; then
  found=$(digest "$RELEASE_IMAGE:$RELEASED_VERSION")
  [ -n "$found" ] || fail "$RELEASE_IMAGE has no version '$RELEASED_VERSION': choose one that was released"
  use "$RELEASE_IMAGE" "$found"
fi
if [ "$FORCE_REBUILD" = true ]; then
  give '' "$RESULT_DIGEST"
  echo 'asked to use what was built, whatever there is'
  exit 0
fi
if [ -n "$TESTED_IMAGE" ] && [ "$TESTED_KEY" != "$KEY" ]; then
  printf '%s was tested, and made by other settings than those of now\n' "$TESTED_IMAGE"
elif [ -n "$TESTED_IMAGE" ]; then
  found=$(reusable "$TESTED_IMAGE")
  if [ -n "$found" ]; then use "${TESTED_IMAGE%@*}" "${TESTED_IMAGE##*@}"; fi
  printf '%s was tested and is gone\n' "$TESTED_IMAGE"
fi
# What a fork pushes is believed by nobody, not even by the fork's next run.
if [ "$SCOPE" != fork ]; then
  for repository in "$RELEASE_IMAGE" "$IMAGE"; do
    found=$(reusable "$repository:tree-$KEY")
    if [ -n "$found" ]; then use "$repository" "$found" try_copy; fi
  done
fi
give '' "$RESULT_DIGEST"
echo 'nothing to reuse'
