#!/bin/sh
# Opens a preview by the mirrord operator: it copies the stable pod with the new image and steals the session's requests.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/rollout.sh"
. "$(dirname "$0")/../shell/preview.sh"

KIND=previewsessions.preview.mirrord.metalbear.co
preview_deployment
# Dots are the only characters of a header name or a session that a regular expression reads otherwise. Requests are
# matched line by line, so the member of the baggage is delimited: pr-4 is not pr-42.
jq '($ENV.HEADER | gsub("\\."; "\\.")) as $header | ($ENV.BAGGAGE_KEY | gsub("\\."; "\\.")) as $key
  | { any_of: [
      { header: "^(?i:\($header)): *\($ENV.SESSION)$" },
      { header: "^(?i:baggage): *(.*,)?[ \t]*\($key)[ \t]*=[ \t]*\($ENV.SESSION)[ \t]*([,;].*)?$" } ] } as $filter
  | { apiVersion: "preview.mirrord.metalbear.co/v1alpha", kind: "PreviewSession",
      metadata: (.metadata | { name, labels, annotations }),
      spec: {
        image: $ENV.IMAGE,
        key: $ENV.SESSION,
        target: { apiVersion: "apps/v1", kind: "Deployment", name: $ENV.APP, container: (.spec.template.spec.containers[] | select(.image == $ENV.IMAGE).name) },
        incoming: { steal: true, ports: [$ENV.CONTAINER_PORT | tonumber], httpFilter: ($filter | tojson) },
        replicas: 1,
        ttlSecs: ($ENV.LIFETIME_SECONDS | tonumber)
      } }' "$work/deploy.json" >"$work/session.json"
apply "$work/session.json"

deadline=$(($(date +%s) + ROLLOUT_SECONDS))
while :; do
  k get "$KIND" "$NAME" -o json >"$work/seen.json"
  phase=$(jq -r '.status.phase // "none"' "$work/seen.json")
  [ "$phase" != Ready ] || break
  [ "$phase" != Failed ] || fail "the mirrord operator could not preview $APP: $(jq -r '.status.failureMessage // "it does not say why"' "$work/seen.json")"
  [ "$(date +%s)" -lt "$deadline" ] || fail "the preview of $APP does not get ready: PreviewSession $NAME in $NAMESPACE is in phase $phase; is the mirrord operator installed and licensed?"
  sleep 2
done
echo "$APP of session $SESSION runs $IMAGE; the mirrord operator sends '$HEADER: $SESSION' there"
