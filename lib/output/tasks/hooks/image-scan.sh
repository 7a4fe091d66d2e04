#!/bin/sh
# Scans an image for known vulnerabilities and fails on critical ones that can be fixed. Values: APP, IMAGE, PULL_REGISTRY
# and PUSH_REGISTRY (one registry, as a node and as a pod calls it), INSECURE, REGISTRY_AUTH (folder with config.json, or none).
set -eu
. "$(dirname "$0")/../shell/common.sh"

mkdir -p "$HOME"
case $IMAGE in
"$PULL_REGISTRY"/*) IMAGE="$PUSH_REGISTRY/${IMAGE#"$PULL_REGISTRY"/}" ;;
esac
if [ -f "$REGISTRY_AUTH/config.json" ]; then export DOCKER_CONFIG="$REGISTRY_AUTH"; fi
code=0
TRIVY_INSECURE=$INSECURE trivy image --cache-dir "$HOME" --scanners vuln --severity CRITICAL --ignore-unfixed --exit-code 10 --no-progress "$IMAGE" || code=$?
[ "$code" != 10 ] || fail "$APP has critical vulnerabilities that are fixed upstream: update what the table above names"
[ "$code" = 0 ] || fail "$IMAGE could not be scanned: the reason is above"
