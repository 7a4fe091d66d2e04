#!/bin/sh
# Pushes the image that was built, and writes the results of the whole Task. It is the last step: whatever ran before
# may have written results, and the last writer counts. Values: FOUND (digest of an image used instead), IMAGE, CONTENT,
# COMMIT, TREE, LAYOUT, CACHE_REPO, and those of registry.sh.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/registry.sh"

mkdir -p "$HOME"
digest=$FOUND
if [ -z "$digest" ]; then
  built="oci:$LAYOUT"
  if [ -e "$LAYOUT.digest" ]; then
    # foreign code may have written it: whatever it is, it names an image of that repository and no other
    grep -Eqx 'sha256:[0-9a-f]{64}' "$LAYOUT.digest" || fail 'what the build left is no digest of an image: run the build again'
    built="docker://$CACHE_REPO@$(head -n 1 "$LAYOUT.digest")"
  fi
  copy_image "$built" "docker://$IMAGE:tree-$CONTENT"
  digest=$(cat "$HOME/digest")
fi
case $digest in sha256:*) ;; *) fail "'$digest' is no digest of $IMAGE:tree-$CONTENT: run the build again" ;; esac
give "$IMAGE" "$IMAGE_URL_PATH"
give "$digest" "$IMAGE_DIGEST_PATH"
give "$COMMIT" "$COMMIT_PATH"
give "$TREE" "$TREE_PATH"
give "$CONTENT" "$KEY_PATH"
printf '%s@%s\n' "$IMAGE" "$digest"
