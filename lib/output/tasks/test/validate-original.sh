#!/bin/sh
# Sends requests without a session, and of one that nobody opened, to each entry app: they must meet stable pods alone.
# The router's log does not say which request made an app call another, so nothing is learnt while others use the session.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/rollout.sh"
. "$(dirname "$0")/../shell/router.sh"
. "$(dirname "$0")/../shell/router-log.sh"

lists "$@"
[ -n "$SESSION" ] || fail 'session is empty: there is nothing to tell from stable'
# looks like a session, and is none but by a chance of one in 900 million
unknown=pr-$((100000000 + $(od -An -N4 -tu4 /dev/urandom) % 900000000))-none

# ask [CURL OPTION...]: who answered the entry app's URL into `answered`; tries until the deadline.
ask() {
  deadline=$(($(date +%s) + ORIGINAL_SECONDS))
  until answered=$(backend "$url" "$@" 2>"$work/curl"); do
    [ "$(date +%s)" -lt "$deadline" ] || return 1
    sleep 2
  done
}

# complain TEXT: what is wrong, all of it before the end.
: >"$work/wrong"
complain() { printf '%s\n' "$1" | tee -a "$work/wrong" >&2; }

# expect_stable WHICH [CURL OPTION...]: 1 if nobody answers.
expect_stable() {
  which=$1
  shift
  if ! ask "$@"; then
    complain "$entry is unreachable: GET $url $which: $(cause "$work/curl")"
    return 1
  elif [ -z "$answered" ]; then
    complain "$entry: the answer to a request $which bears no $BACKEND_HEADER: Service $entry does not lead to the router; apply dist/ to $NAMESPACE"
  elif [ "$answered" != "$entry-stable" ]; then
    complain "$entry leaks: a request $which was answered by $answered, not by $entry-stable"
  fi
}

# marked ENTRY: the log has come as far as the last request, so what it says of the first is there too.
marked() { fresh "$1" && logged "$1" "$unknown" '*' >/dev/null; }

# leaks: apps of fresh lines that led requests of the session, or of the unknown one, to a preview.
leaks() {
  awk -v mine="session=$SESSION" -v unknown="session=$unknown" '
    $1 == ENVIRON["ROUTER_LOG"] && $4 == "to=preview" && ($3 == mine || $3 == unknown) { sub(/^app=/, "", $2); if (!seen[$2]++) print $2 }' "$work/fresh"
}

# busy: somebody else's request of the session entered by one of the entry apps meanwhile.
busy() {
  awk -F '[ =]' -v session="$SESSION" '
    NR == FNR { entry[$1] = 1; next }
    $1 == ENVIRON["ROUTER_LOG"] && ($3 in entry) && $5 == session { found = 1 }
    END { exit !found }' "$work/entries" "$work/fresh"
}

# look: sends both requests; what leaked is in $work/leaks then. 1 if there is nothing to learn.
look() {
  : >"$work/leaks" || fail 'there is no room for what is found'
  mark "$entry"
  expect_stable 'without a session' || return 1
  expect_stable "of session $unknown, which is not open," --header "$HEADER: $unknown" --header "baggage: $BAGGAGE_KEY=$unknown" || return 1
  deadline=$(($(date +%s) + ORIGINAL_SECONDS))
  until marked "$entry"; do
    if [ "$(date +%s)" -ge "$deadline" ]; then
      complain "$entry: the router's log does not show the request that was sent there"
      return 1
    fi
    sleep 1
  done
  leaks >"$work/leaks" || fail "the router's log of $entry cannot be read: the reason is above"
}

# settled: says of a leak whether it is one: 1 if others use the session, of whose requests the last line may come late.
settled() {
  sleep 2
  fresh "$entry" && ! busy
}

while IFS='=' read -r entry url; do
  known=''
  for _ in 1 2 3; do
    look || break
    if [ ! -s "$work/leaks" ] || settled; then known=1 && break; fi
  done
  if [ -z "$known" ] && [ -s "$work/leaks" ]; then
    echo "warning: whether apps behind $entry leak the session is not known, for others used it meanwhile" >&2
    continue
  fi
  while read -r app; do
    complain "$app leaks: a request to $entry that was not of session $SESSION came to the preview of $app; whoever called it keeps the session of an earlier request (look for it in a static field, a connection or a thread)"
  done <"$work/leaks"
done <"$work/entries"

[ ! -s "$work/wrong" ] || fail "requests of others may meet what this pull request changed. $(paste -sd ' ' "$work/wrong")"
echo "requests without the session met stable pods alone, at $(wc -l <"$work/entries") entry apps"
