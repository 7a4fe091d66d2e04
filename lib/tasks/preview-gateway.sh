#!/bin/sh
# Opens a preview by the Gateway API: pod, Service, and an HTTPRoute that sends the session's requests to Service $APP there.
set -eu
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/rollout.sh"
. "$(dirname "$0")/preview.sh"

# route_state: `accepted`, or what the gateway says against the route; nothing while it says nothing of this generation.
route_state() {
  k get httproutes.gateway.networking.k8s.io "$NAME" -o json >"$work/seen.json" || return 0
  jq -r '.metadata.generation as $generation
    | [ .status.parents[]?.conditions[]? | select(.observedGeneration == null or .observedGeneration == $generation) ] as $said
    | ($said | map(select((.type | IN("Accepted", "ResolvedRefs", "Programmed")) and .status == "False"))) as $against
    | if $against | length > 0 then $against[0] | "\(.type) is False: \(.reason): \(.message // "")"
      elif all("Accepted", "ResolvedRefs"; . as $type | any($said[]; .type == $type and .status == "True")) then "accepted"
      else "" end' "$work/seen.json"
}

preview_deployment
start_preview
# not headless: few implementations take a headless Service for a backend
preview_service '{ type: "ClusterIP" }'
open_service
jq '{ apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute",
  metadata: (.metadata | { name, labels, annotations }),
  spec: {
    parentRefs: [{ group: "", kind: "Service", name: $ENV.APP, port: ($ENV.SERVICE_PORT | tonumber) }],
    rules: [{
      matches: [{ headers: [{ type: "Exact", name: $ENV.HEADER, value: $ENV.SESSION }] }],
      backendRefs: [{ group: "", kind: "Service", name: $ENV.NAME, port: ($ENV.SERVICE_PORT | tonumber), weight: 1 }]
    }] } }' "$work/service.json" >"$work/route.json"
apply "$work/route.json"
deadline=$(($(date +%s) + ROUTER_SECONDS))
until state=$(route_state) && [ "$state" = accepted ]; do
  [ "$(date +%s)" -lt "$deadline" ] ||
    fail "the preview of $APP is ready, but its HTTPRoute $NAME is not in force: ${state:-no gateway or mesh has said anything of it}; is one installed that takes routes for Services?"
  sleep 1
done
echo "$APP of session $SESSION runs $IMAGE; HTTPRoute $NAME sends '$HEADER: $SESSION' there"
