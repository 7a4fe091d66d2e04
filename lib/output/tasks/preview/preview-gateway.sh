#!/bin/sh
# Opens a preview by the Gateway API: pod, Service, and an HTTPRoute beside that of the app, which takes the session's requests.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/rollout.sh"
. "$(dirname "$0")/../shell/preview.sh"

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

k get httproutes.gateway.networking.k8s.io "$APP" --ignore-not-found -o json >"$work/app-route.json"
[ -s "$work/app-route.json" ] || fail "there is no HTTPRoute $APP, which leads everybody else to the stable pods: is dist/ applied to namespace $NAMESPACE, with interceptBackend gateway?"

preview_deployment
start_preview
# not headless: few implementations take a headless Service for a backend
preview_service '{ type: "ClusterIP" }'
speak_as_app
open_service
jq 'input.spec as $of_app | { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute",
  metadata: (.metadata | { name, labels, annotations }),
  spec: (($of_app | { parentRefs, hostnames } | del(.[] | nulls)) + {
    rules: [{
      matches: [{ headers: [{ type: "Exact", name: $ENV.HEADER, value: $ENV.SESSION }] }],
      backendRefs: [{ group: "", kind: "Service", name: $ENV.NAME, port: ($ENV.SERVICE_PORT | tonumber), weight: 1 }]
    }] }) }' "$work/service.json" "$work/app-route.json" >"$work/route.json"
apply "$work/route.json"
deadline=$(($(date +%s) + ROUTER_SECONDS))
until state=$(route_state) && [ "$state" = accepted ]; do
  [ "$(date +%s)" -lt "$deadline" ] ||
    fail "the preview of $APP is ready, but its HTTPRoute $NAME is not in force: ${state:-no gateway or mesh has said anything of it}; is one installed that takes routes for Services?"
  sleep 1
done
# accepted is not yet followed, and no gateway tells when it is
sleep "$SETTLE_SECONDS"
echo "$APP of session $SESSION runs $IMAGE; HTTPRoute $NAME sends '$HEADER: $SESSION' there"
