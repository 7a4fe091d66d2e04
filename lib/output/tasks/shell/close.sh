#!/bin/sh
# Closes what a run opened. Needs rollout.sh, router.sh, LEADING_KINDS (what leads requests to previews, first what leads
# first), SETTLE_SECONDS and the names of labels and annotations.
# shellcheck disable=SC2154 # work, odd: rollout.sh, router.sh

# close_previews RUN_UID: whatever there is of them: first what leads requests there, then the pods.
close_previews() {
  selector="$LABEL_RUN_UID=$1"
  # what leads to each preview by the router: `app session header`
  k get services --selector "$selector" -o json >"$work/services.json"
  jq -r '.items[].metadata | select(.annotations[$ENV.HEADER_ANNOTATION] != null)
    | [.labels[$ENV.LABEL_APP], .labels[$ENV.LABEL_SESSION], .annotations[$ENV.HEADER_ANNOTATION]] | join(" ")' "$work/services.json" >"$work/routed"
  for kind in $LEADING_KINDS; do
    k delete "$kind" --selector "$selector" --ignore-not-found --wait=false -o name >"$work/deleted"
    cat "$work/deleted"
    case $kind in
      services | previewsessions.*) ;;
      # no gateway tells when it follows a route no more
      *) [ ! -s "$work/deleted" ] || sleep "$SETTLE_SECONDS" ;;
    esac
  done
  # A request that still gets here finds a pod; without, it would hang. The session is over either way, so a router that
  # does not notice in time is told of and closing goes on.
  while read -r app session header; do
    await_routers "$app" "$header" "$session" "$app-stable" </dev/null || echo "warning: $odd; closing its preview all the same" >&2
  done <"$work/routed"
  k delete deployments.apps --selector "$selector" --ignore-not-found --wait=false
}
