#!/bin/sh
# Asks each target until it answers. Any answer below 500 is one: whether / is a page of the app is not ours to say.
set -eu
. "$(dirname "$0")/../shell/common.sh"

# answers URL: sets `answer` to the status, or to what is wrong.
answers() {
  code=0
  answer=$(curl --silent --output /dev/null --max-time 10 --write-out '%{http_code}' "$1") || code=$?
  case $code in
    0) answer="HTTP $answer" && [ "${answer#HTTP }" -lt 500 ] ;;
    # somebody answered, though not in HTTP/1: gRPC, or plain TCP that says something else, nothing, or hangs up
    1 | 8 | 18 | 52 | 55 | 56) answer="a connection, not in HTTP (curl: $code)" ;;
    6) answer='its name does not resolve' && return 1 ;;
    7) answer='connection refused' && return 1 ;;
    28) answer='no answer within 10 s' && return 1 ;;
    *) answer="no answer (curl: $code)" && return 1 ;;
  esac
}

wrong=''
for target; do
  app=${target%%=*} url=${target#*=}
  deadline=$(($(date +%s) + SMOKE_SECONDS))
  until answers "$url"; do
    [ "$(date +%s)" -lt "$deadline" ] || break
    sleep 2
  done
  if answers "$url"; then
    echo "ok: $app: $answer"
  else
    ready=$(kubectl --namespace "$NAMESPACE" get deployment "$app" --ignore-not-found -o jsonpath='{.status.readyReplicas}/{.spec.replicas}')
    echo "$app: GET $url: $answer; pods ready: ${ready:-no Deployment of it is in $NAMESPACE}" >&2
    wrong="$wrong $app"
  fi
done
[ -z "$wrong" ] || fail "not up:$wrong. Look at their pods in namespace $NAMESPACE, then rerun"
