#!/bin/sh
# Hands the image that was built to whoever pushes it: by its digest in STAGING_REPO. Foreign code ran in this pod, so all
# that this step holds may be left there by it as well. Values: FOUND (not empty: nothing was built), LAYOUT, KEY, STAGING_REPO,
# and those of registry.sh. Gives BUILT, the digest.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/registry.sh"

mkdir -p "$HOME"
if [ -n "$FOUND" ]; then
  give '' "$RESULT_BUILT"
  exit 0
fi
if [ -f "$LAYOUT.digest" ] && [ ! -L "$LAYOUT.digest" ]; then
  digest=$(head -c 100 "$LAYOUT.digest")
else
  if [ ! -d "$LAYOUT" ] || [ -L "$LAYOUT" ]; then fail 'the build left no image: run it again'; fi
  odd=$(find "$LAYOUT" ! -type f ! -type d | head -n 1)
  [ -z "$odd" ] || fail 'what the build left holds a link or a pipe, which no image does: run it again'
  copy_image "oci:$LAYOUT" "docker://$STAGING_REPO:image-$KEY"
  digest=$(cat "$HOME/digest")
fi
is_digest "$digest" || fail 'what the build left is not a digest of an image: run it again'
give "$digest" "$RESULT_BUILT"
printf '%s@%s\n' "$STAGING_REPO" "$digest"
