#!/bin/sh
# Pushes the image that was built, unless there is one. What the build says of it is foreign code's word: whatever it is, it
# names an image of STAGING_REPO and no other. Values: FOUND (digest of an image used instead), BUILT (digest), BUILT_COMMIT,
# STAGING_REPO, IMAGE, KEY, COMMIT, and those of registry.sh. Gives IMAGE_URL and IMAGE_DIGEST.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/registry.sh"

mkdir -p "$HOME"
digest=$FOUND
if [ -z "$digest" ]; then
  [ -n "$BUILT" ] || fail "the build found an image of $KEY that is gone or cannot be used: run it again, with force-rebuild if that does not help"
  [ "$BUILT_COMMIT" = "$COMMIT" ] || fail "the revision moved to $COMMIT while it was built: run the build again"
  is_digest "$BUILT" || fail 'what the build left is not a digest of an image: run the build again'
  copy_image "docker://$STAGING_REPO@$BUILT" "docker://$IMAGE:tree-$KEY"
  digest=$(cat "$HOME/digest")
fi
is_digest "$digest" || fail "'$digest' is not a digest of $IMAGE:tree-$KEY: run the build again"
give "$IMAGE" "$RESULT_IMAGE_URL"
give "$digest" "$RESULT_IMAGE_DIGEST"
printf '%s@%s\n' "$IMAGE" "$digest"
