#!/bin/sh
# Sends a request of the session to each entry app and finds in the router's log that it came to each changed app's preview.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/rollout.sh"
. "$(dirname "$0")/../shell/router.sh"
. "$(dirname "$0")/../shell/router-log.sh"

lists "$@"
[ -n "$SESSION" ] || fail 'session is empty: there is nothing to follow'
awk -F '>' 'NR == FNR { changed[$0] = 1; next } $NF in changed' "$work/changed-apps" "$work/paths" >"$work/wanted"

# send: one request of the session; sets `answer` to its status, or to what curl says.
send() {
  if answer=$(curl --silent --show-error --max-time 30 --output /dev/null --write-out '%{http_code}' \
    --header "$HEADER: $SESSION" --header "baggage: $BAGGAGE_KEY=$SESSION" "$url" 2>"$work/curl"); then
    return
  fi
  answer=$(cause "$work/curl")
  return 1
}

# arrived ENTRY: every wanted path from it ended in a preview.
arrived() {
  fresh "$1" || return 1
  while read -r path; do
    logged "${path##*>}" "$SESSION" preview >/dev/null || return 1
  done <"$work/from"
}

# explain_path PATH: the first hop that the session did not make, in one line.
explain_path() {
  caller='' status=$answer
  for app in $(printf '%s' "$1" | tr '>' ' '); do
    if ! now=$(logged "$app" "$SESSION" '*'); then
      break
    fi
    caller=$app status=$now app=''
  done
  if [ -z "$app" ]; then
    echo "$caller was called with the session, but the router sent it to the stable pods: its preview is not open"
  elif [ -z "$caller" ] && [ "$answer" -gt 0 ] 2>/dev/null; then
    echo "$app answered $answer to GET $url, but the router logged no request of the session for it: does Service $app lead to the router?"
  elif [ -z "$caller" ]; then
    echo "$app is unreachable: GET $url: $answer"
  elif [ "$status" -ge 502 ] && [ "$status" -le 504 ]; then
    echo "$caller is unreachable: the router answered $status for it, so it never called $app"
  elif logged "$app" - '*' >/dev/null; then
    echo "$caller → $app: $app was not called with the session, only without: $caller drops header $HEADER and baggage"
  else
    echo "$caller → $app: $app was not called with the session, nor without ($caller answered $status to GET $url)"
  fi
}

: >"$work/missing"
cut -d '>' -f 1 "$work/wanted" | sort -u >"$work/starts"
while read -r entry; do
  url=$(url_of "$entry") || fail "no address is given for entry app $entry: synthesize the team again and apply its dist/"
  awk -F '>' -v entry="$entry" '$1 == entry' "$work/wanted" >"$work/from"
  mark "$entry"
  deadline=$(($(date +%s) + PROPAGATION_SECONDS))
  # asked again and again: a line is lost when the router's pod restarts meanwhile, an app may still be warming up
  until send && arrived "$entry"; do
    [ "$(date +%s)" -lt "$deadline" ] || break
    sleep 2
  done
  fresh "$entry" || fail "Service $entry in $NAMESPACE leads to no ready router pod any more whose log can be read: look at the router's Deployment"
  while read -r path; do
    if logged "${path##*>}" "$SESSION" preview >/dev/null; then
      echo "ok: $(printf '%s' "$path" | sed 's/>/ → /g')"
    else
      printf '%s: %s\n' "$(printf '%s' "$path" | sed 's/>/ → /g')" "$(explain_path "$path")" | tee -a "$work/missing" >&2
    fi
  done <"$work/from"
done <"$work/starts"

while read -r app; do
  awk -F '>' -v app="$app" '$NF == app { found = 1 } END { exit !found }' "$work/wanted" ||
    echo "not checked: no way over HTTP leads from an entry app to $app"
done <"$work/changed-apps"
[ ! -s "$work/missing" ] ||
  fail "$(head -n 1 "$work/missing"). Session $SESSION did not arrive on $(wc -l <"$work/missing") of $(wc -l <"$work/wanted") paths: each app between must copy header '$HEADER', or member '$BAGGAGE_KEY' of baggage, from the request that it got to those that it makes"
