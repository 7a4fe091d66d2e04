#!/bin/sh
# Runs beside the app in its preview: intercepts requests of the session to Service $APP until the pod is stopped.
set -eu
account=/var/run/secrets/kubernetes.io/serviceaccount
# Telepresence takes no account from the pod by itself
cat >/tmp/kubeconfig <<CONFIG
apiVersion: v1
kind: Config
current-context: pod
contexts: [{ name: pod, context: { cluster: pod, user: pod, namespace: $NAMESPACE } }]
clusters: [{ name: pod, cluster: { server: "https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT", certificate-authority: $account/ca.crt } }]
users: [{ name: pod, user: { tokenFile: $account/token } }]
CONFIG
export KUBECONFIG=/tmp/kubeconfig
telepresence connect --namespace "$NAMESPACE"
trap 'telepresence leave "$APP"; telepresence quit; exit 0' TERM
telepresence intercept "$APP" --port "$CONTAINER_PORT:$SERVICE_PORT" --mount=false --http-header "$HEADER=$SESSION"
: >/tmp/intercepted
while :; do
  sleep 3600 &
  wait "$!"
done
