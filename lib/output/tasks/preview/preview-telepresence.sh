#!/bin/sh
# Opens a preview by Telepresence: its pod has an agent beside the app that intercepts the session's requests to Service $APP.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/rollout.sh"
. "$(dirname "$0")/../shell/preview.sh"

preview_deployment
# The token is mounted into the agent alone, whose processes the app does not see: what a pull request brings must not speak for its
# account. Ready means that the intercept stands.
jq '"/var/run/secrets/kubernetes.io/serviceaccount" as $folder
  | del(.spec.template.spec.shareProcessNamespace)
  | .spec.template.spec.serviceAccountName = $ENV.AGENT_ACCOUNT
  | .spec.template.spec.volumes += [{ name: "agent-token", projected: { sources: [
      { serviceAccountToken: { path: "token", expirationSeconds: 3600 } },
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } } ] } },
      { name: "tun", hostPath: { path: "/dev/net/tun", type: "CharDevice" } }]
  | .spec.template.spec.containers += [{
      name: "intercept-agent",
      image: $ENV.AGENT_IMAGE,
      command: ["/bin/sh", "-c", $ENV.AGENT_SCRIPT],
      env: (["APP", "NAMESPACE", "SESSION", "HEADER", "SERVICE_PORT", "CONTAINER_PORT"] | map({ name: ., value: $ENV[.] })),
      readinessProbe: { exec: { command: ["test", "-f", "/tmp/intercepted"] }, periodSeconds: 2, failureThreshold: 3 },
      resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "256Mi" } },
      securityContext: { capabilities: { drop: ["ALL"], add: ["NET_ADMIN", "NET_BIND_SERVICE"] } },
      volumeMounts: [{ name: "agent-token", mountPath: $folder, readOnly: true }, { name: "tun", mountPath: "/dev/net/tun" }] }]' "$work/deploy.json" >"$work/agent.json"
mv "$work/agent.json" "$work/deploy.json"
start_preview
echo "$APP of session $SESSION runs $IMAGE; Telepresence sends '$HEADER: $SESSION' there"
