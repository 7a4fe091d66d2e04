#!/bin/sh
# Opens a preview that nothing leads to but its own name.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/rollout.sh"
. "$(dirname "$0")/../shell/preview.sh"

preview_deployment
start_preview
preview_service '{ clusterIP: "None" }'
open_service
echo "$APP of session $SESSION runs $IMAGE; it answers as $NAME.$NAMESPACE.svc:$CONTAINER_PORT, and no request is sent there by its header (interceptBackend none)"
