#!/bin/sh
# The objects of a preview. Needs rollout.sh, and NAME, SESSION, RUN_UID, RUN_NAME and the names of
# labels and annotations (LABEL_…, …_ANNOTATION). Everything bears the run's UID, by which close-previews finds it; an
# object that an earlier run of the session left is taken over.
# shellcheck disable=SC2154 # work, cause: rollout.sh

# preview_deployment: writes $work/deploy.json, the app's Deployment made one of the session: own name, own pods, one replica. Its pods
# run what a pull request brings, so they get no account of the app and no token.
preview_deployment() {
  deployment_of "$APP" "$work/stable.json"
  jq '{ ($ENV.LABEL_TRACK): "preview", ($ENV.LABEL_SESSION): $ENV.SESSION } as $own
    | ({ ($ENV.LABEL_APP): $ENV.APP } + $own) as $selector
    | .metadata.name = $ENV.NAME
    | .metadata.labels += $selector + { ($ENV.LABEL_RUN_UID): $ENV.RUN_UID }
    | .metadata.annotations += { ($ENV.RUN_ANNOTATION): $ENV.RUN_NAME }
    | .spec.replicas = 1
    | .spec.selector = { matchLabels: $selector }
    | .spec.template.metadata.labels += $selector
    | .spec.template.spec |= del(.serviceAccountName, .serviceAccount) + { automountServiceAccountToken: false }
    | del(.spec.template.spec.volumes[]?.projected.sources[]? | select(.serviceAccountToken))' "$work/stable.json" >"$work/deploy.json"
}

# preview_service JQ_SPEC: writes $work/service.json, a Service with the labels and annotations of the Deployment.
preview_service() {
  jq "{ apiVersion: \"v1\", kind: \"Service\",
    metadata: (.metadata | { name, labels, annotations }),
    spec: ({ selector: .spec.selector.matchLabels,
      ports: [{ name: \"app\", protocol: \"TCP\", port: (\$ENV.SERVICE_PORT | tonumber), targetPort: (\$ENV.CONTAINER_PORT | tonumber) }] } + $1) }" \
    "$work/deploy.json" >"$work/service.json"
}

# speak_as_app: the Service of the preview speaks what the stable one does.
speak_as_app() {
  k get service "$APP-stable" -o json >"$work/app-service.json"
  jq '.spec.ports[0].appProtocol = input.spec.ports[0].appProtocol' "$work/service.json" "$work/app-service.json" >"$work/spoken.json"
  mv "$work/spoken.json" "$work/service.json"
}

# start_preview: applies the Deployment and waits for its pod.
start_preview() {
  apply "$work/deploy.json"
  await_rollout "$NAME" "$ROLLOUT_SECONDS" && return
  explain
  fail "the preview of $APP does not get ready: $cause"
}

# has_endpoint: a ready pod stands behind the Service.
has_endpoint() {
  k get endpointslices --selector "kubernetes.io/service-name=$NAME" -o json >"$work/behind.json" || return 1
  jq -e 'any(.items[].endpoints[]?; .conditions.ready != false)' "$work/behind.json" >/dev/null
}

# open_service: applies the Service and waits until it leads to the pod.
open_service() {
  apply "$work/service.json"
  deadline=$(($(date +%s) + ROUTER_SECONDS))
  until has_endpoint; do
    [ "$(date +%s)" -lt "$deadline" ] || fail "Service $NAME leads to no ready pod, though Deployment $NAME is ready: look at its EndpointSlice in $NAMESPACE"
    sleep 1
  done
}
