#!/bin/sh
# Tags an image with the version it is released as. Values: IMAGE, DIGEST, VERSION, and those of registry.sh.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/registry.sh"

mkdir -p "$HOME"
there=$(released "$VERSION")
if [ -n "$there" ] && [ "$there" != "$DIGEST" ]; then
  fail "$IMAGE:$VERSION is released already, as $there: somebody else tagged it. Run the release again: it takes the next version"
fi
copy_image "docker://$IMAGE@$DIGEST" "docker://$IMAGE:$VERSION"
there=$(released "$VERSION")
[ "$there" = "$DIGEST" ] || fail "$IMAGE:$VERSION is $there, not $DIGEST: somebody else tagged it meanwhile"
give "$IMAGE" "$RESULT_IMAGE_URL"
give "$DIGEST" "$RESULT_IMAGE_DIGEST"
printf '%s:%s is %s\n' "$IMAGE" "$VERSION" "$DIGEST"
