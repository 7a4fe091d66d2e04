#!/bin/sh
# Asks every replica of the router where it sends a session. Needs rollout.sh, BACKEND_HEADER and ROUTER_SECONDS.
# shellcheck disable=SC2154 # work: rollout.sh

# replicas SERVICE: `address:port pod` of each ready endpoint. A pod with two addresses is asked by that of IPv4.
replicas() {
  k get endpointslices --selector "kubernetes.io/service-name=$1" -o json >"$work/slices.json" || return 1
  jq -r '[.items[] | select(.addressType == ("IPv4", "IPv6")) | .addressType as $family | .ports[0].port as $port
      | .endpoints[]? | select(.conditions.ready != false)
      | (if $family == "IPv6" then "[\(.addresses[0])]" else .addresses[0] end) as $address
      | { $family, pod: .targetRef.name, line: "\($address):\($port) \(.targetRef.name)" }]
    | sort_by(.family) | unique_by(.pod)[].line' "$work/slices.json"
}

# backend URL [CURL OPTION...]: who answers, by the router's response header; nothing if it sets none. 1 if no answer. No proxy
# reaches a pod.
backend() {
  url=$1
  shift
  curl --silent --show-error --noproxy '*' --max-time 10 --output /dev/null --dump-header "$work/headers" "$@" "$url" || return 1
  awk -F ': *' '{ sub(/\r$/, "") } tolower($1) == ENVIRON["BACKEND_HEADER"] { print $2 }' "$work/headers"
}

# routers_send APP HEADER SESSION BACKEND: each ready replica sends the session there. `odd` says what is otherwise.
routers_send() {
  replicas "$1" >"$work/replicas" || return 1
  odd="Service $1 leads to no ready pod of the router"
  while read -r address replica; do
    odd="router pod $replica does not answer"
    to=$(backend "http://$address/" --header "$2: $3" 2>"$work/curl") || return 1
    odd="router pod $replica sends session $3 to ${to:-nobody that it names}"
    [ "$to" = "$4" ] || return 1
    odd=''
  done <"$work/replicas"
  [ -z "$odd" ]
}

# await_routers APP HEADER SESSION BACKEND: read anew each time, since a replica may be replaced meanwhile.
await_routers() {
  deadline=$(($(date +%s) + ROUTER_SECONDS))
  until routers_send "$@"; do
    [ "$(date +%s)" -lt "$deadline" ] || return 1
    sleep 1
  done
}
