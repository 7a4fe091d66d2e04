#!/bin/sh
# Opens a preview behind the router: pod, then the headless Service by which the router knows it, then every replica of
# the router sends the session there.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/rollout.sh"
. "$(dirname "$0")/../shell/preview.sh"
. "$(dirname "$0")/../shell/router.sh"

preview_deployment
start_preview
preview_service '{ clusterIP: "None" }'
# close-previews asks the router with the same header
jq '.metadata.annotations[$ENV.HEADER_ANNOTATION] = $ENV.HEADER' "$work/service.json" >"$work/routed.json"
mv "$work/routed.json" "$work/service.json"
open_service
# The cluster's DNS learns of the Service a moment after its endpoint is there, and remembers for half a minute that a
# name did not exist: who asks in that moment waits long. There is no other way to ask it.
sleep 1
await_routers "$APP" "$HEADER" "$SESSION" "$NAME" ||
  fail "the preview of $APP is ready, but requests do not get there: $odd. Is dist/ applied to namespace $NAMESPACE, with interceptBackend router?"
echo "$APP of session $SESSION runs $IMAGE; every router pod sends '$HEADER: $SESSION' to $NAME"
