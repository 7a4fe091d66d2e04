#!/bin/sh
# Waits for a Deployment and says in an app developer's words why it does not get ready. Needs NAMESPACE, IMAGE (what is
# rolled out) and PATIENCE_SECONDS. Gives `work`, a folder.
# shellcheck disable=SC2034 # what explain() finds is for those who source this

work=$(mktemp -d)

k() { kubectl --namespace "$NAMESPACE" "$@"; }

# apply FILE: server-side, so that whoever else sets a field of the object (an autoscaler, a mesh) is not undone by us.
apply() { k apply --server-side --force-conflicts --field-manager "$MANAGER" -f "$1"; }

# hand_over_replicas DEPLOYMENT FILE: where FILE leaves out replicas that we set before, they stay as they are now, under another
# manager's name. Otherwise the API server would take them as removed, and 1 pod would serve until an autoscaler looks.
hand_over_replicas() {
  jq -e '.spec | has("replicas")' "$2" >/dev/null && return
  k get deployment "$1" --ignore-not-found --show-managed-fields -o json >"$work/live.json"
  jq -e -n 'any(inputs | .metadata.managedFields[]?; .manager == $ENV.MANAGER and .operation == "Apply" and .fieldsV1["f:spec"]["f:replicas"] != null)' "$work/live.json" >/dev/null || return 0
  jq '{ apiVersion, kind, metadata: { name: .metadata.name }, spec: { replicas: .spec.replicas } }' "$work/live.json" >"$work/replicas.json"
  k apply --server-side --field-manager "$MANAGER-replicas" -f "$work/replicas.json"
}

REVISION=deployment.kubernetes.io/revision
export REVISION

# earlier CURRENT FROM FILE: the Deployment FROM with its newest other template that has ready pods, else with the newest other; 1 if
# none is left. Kubernetes keeps the annotations of the Deployment on each of its ReplicaSets, so the commit is the one of that
# template. It is to be applied as FROM is: what `kubectl rollout undo` brings back belongs to nobody who would take it out
# again once the stack has it no more. Reads $work/replicasets.json and $work/deployment.json.
earlier() {
  jq -e --arg current "$1" --slurpfile deployment "$work/deployment.json" --slurpfile from "$2" '
    [ .items[] | select(any(.metadata.ownerReferences[]?; .uid == $deployment[0].metadata.uid))
      | { revision: .metadata.annotations[$ENV.REVISION], commit: .metadata.annotations[$ENV.COMMIT_ANNOTATION],
          ready: ((.status.readyReplicas // 0) > 0), template: .spec.template }
      | select(.revision != null and .revision != $current) ]
    | sort_by([.ready, (.revision | tonumber)]) | last // empty
    | .commit as $commit | .template | del(.metadata.labels["pod-template-hash"], .metadata.creationTimestamp) as $template
    | $from[0] | .spec.template = $template | .metadata.annotations[$ENV.COMMIT_ANNOTATION] = $commit
    | if $commit == null then del(.metadata.annotations[$ENV.COMMIT_ANNOTATION]) else . end' "$work/replicasets.json" >"$3"
}

# deployment_of APP FILE: its Deployment from the mounted ConfigMap, as JSON, with the image put in.
deployment_of() {
  [ -f "$APPS_FOLDER/$1.yaml" ] || fail "ConfigMap $APPS holds no Deployment of $1: synthesize the team again and apply its dist/, then rerun"
  kubectl patch --local -f "$APPS_FOLDER/$1.yaml" --type merge --patch '{}' -o json >"$work/manifest.json"
  jq -e 'any(.spec.template.spec.containers[]; .image == $ENV.IMAGE_PLACEHOLDER)' "$work/manifest.json" >/dev/null ||
    fail "the Deployment of $1 in ConfigMap $APPS has no container with image $IMAGE_PLACEHOLDER: synthesize the team again and apply its dist/"
  jq '(.spec.template.spec | .containers[], .initContainers[]? | select(.image == $ENV.IMAGE_PLACEHOLDER)).image = $ENV.IMAGE
    | .metadata.annotations[$ENV.COMMIT_ANNOTATION] = $ENV.COMMIT' "$work/manifest.json" >"$2"
}

# rolled_out DEPLOYMENT: every replica runs the newest template and is available, and no older pod is left.
rolled_out() {
  k get deployment "$1" -o json >"$work/deployment.json" || return 1
  jq -e '.spec.replicas as $wanted | (.status // {}) as $is
    | ($is.observedGeneration // 0) >= .metadata.generation
      and ([$is.updatedReplicas, $is.replicas, $is.availableReplicas] | map(. // 0) | all(. == $wanted))' "$work/deployment.json" >/dev/null
}

# await_rollout DEPLOYMENT SECONDS: 1 if it is not rolled out by then, or if what is wrong has lasted too long to pass
# by itself. `trouble` then says what it is.
await_rollout() {
  deadline=$(($(date +%s) + $2)) wrong_since=''
  until rolled_out "$1"; do
    diagnose
    now=$(date +%s)
    case $trouble in
      image | start | crash | refused) wrong_since=${wrong_since:-$now} ;;
      *) wrong_since='' ;;
    esac
    [ "$now" -lt "$deadline" ] || return 1
    [ -z "$wrong_since" ] || [ $((now - wrong_since)) -lt "$PATIENCE_SECONDS" ] || return 1
    sleep 1
  done
}

# diagnose: sets `trouble` to a word for what keeps pods of IMAGE from being ready, and pod, container, log, detail.
diagnose() {
  trouble=starting pod='' container='' log='' detail=''
  [ -s "$work/deployment.json" ] || return 0
  selector=$(jq -r '.spec.selector.matchLabels | to_entries | map("\(.key)=\(.value)") | join(",")' "$work/deployment.json")
  k get pods --selector "$selector" -o json >"$work/pods.json" || return 0
  jq -r --slurpfile deployment "$work/deployment.json" '
    def waits: .state.waiting.reason // "";
    def says: .state.waiting | .message // .reason // "";
    def ended: .lastState.terminated // .state.terminated // {}
      | "exit code \(.exitCode // "unknown")" + (if .reason == "OOMKilled" then ", killed because it used more memory than its limit" else "" end);
    [ .items[]
      | select(.metadata.deletionTimestamp == null and any(.spec.containers[]; .image == $ENV.IMAGE))
      | .metadata.name as $pod
      | (.status.conditions // []) as $conditions
      | select(any($conditions[]; .type == "Ready" and .status == "True") | not)
      | ($conditions[] | select(.type == "PodScheduled" and .status == "False") | ["unschedulable", $pod, "-", "none", .message // ""]),
        ( (.status.initContainerStatuses // []) + (.status.containerStatuses // []) | .[] | select(.ready | not)
          | if waits | test("Image|Registry") then ["image", $pod, .name, "none", says]
            elif waits | test("^(CreateContainer|RunContainer)") then ["start", $pod, .name, "none", says]
            elif .restartCount > 0 or .state.terminated then ["crash", $pod, .name, (if .state.running then "previous" else "current" end), ended]
            elif .state.running then ["probe", $pod, .name, "current", ""]
            else empty end ) ]
    + [ $deployment[0].status.conditions[]? | select(.type == "ReplicaFailure" and .status == "True") | ["refused", "-", "-", "none", .message // ""] ]
    | first // empty | map(gsub("\\s+"; " ")) | join("|")' "$work/pods.json" >"$work/trouble" || return 0
  [ ! -s "$work/trouble" ] || IFS='|' read -r trouble pod container log detail <"$work/trouble"
}

# explain: sets `cause` to what `diagnose` found; shows the last lines that the container printed.
explain() {
  case $trouble in
    image) cause="its image cannot be pulled ($detail); check that the build pushed $IMAGE and that the nodes may read that registry" ;;
    start) cause="its container cannot be started ($detail); check the app's env and what it mounts" ;;
    crash) cause="it crashes ($detail); the end of its log is above" ;;
    probe) cause="it runs, but its readiness probe fails ($(probe_says)); check that it listens on its container-port and that probe in the stack file is right" ;;
    unschedulable) cause="no node has room for it ($detail); lower its resources in the stack file, or ask who runs the cluster for more" ;;
    refused) cause="Kubernetes refuses its pods ($detail); ask who runs the cluster, or lower its resources or replicas in the stack file" ;;
    *) cause="its pods did not start in time" ;;
  esac
  [ "$log" = current ] || [ "$log" = previous ] || return 0
  previous=$([ "$log" = current ] || echo --previous)
  echo "the last lines of $container in $pod:" >&2
  # ${previous:+…}: no argument at all rather than an empty one
  k logs "$pod" --container "$container" --tail 20 ${previous:+"$previous"} >&2 || echo '(its log cannot be read)' >&2
}

probe_says() {
  k get events --field-selector "involvedObject.name=$pod,reason=Unhealthy" -o json >"$work/events.json" || return 0
  jq -r '.items | sort_by(.lastTimestamp // .eventTime // "") | last | .message // "no event says why" | gsub("\\s+"; " ")' "$work/events.json"
}
