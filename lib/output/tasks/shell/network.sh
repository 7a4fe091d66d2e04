#!/bin/sh
# Asks what is elsewhere, and says why it did not answer. Sourced after common.sh by scripts that do.

# attempt COMMAND...: for what crosses the network: up to six times, the pause doubling from one second, so that
# it outlasts half a minute without an answer. `set -e` is off in whatever a condition calls, so a function that is given here,
# or stands in `if`, before `||` or `&&`, says itself what becomes of each of its commands.
attempt() {
  pause=1
  until "$@"; do wait_again "$1" || return 1; done
}
# wait_again WHAT: pauses before the next time; 1 after the last.
wait_again() {
  [ "$pause" -le "${ATTEMPT_PAUSE_MAX:-16}" ] || return 1
  printf 'retrying in %s s: %s\n' "$pause" "$1" >&2
  sleep "$pause"
  pause=$((pause * 2))
}

# cause FILE: prints the one line of what git, ssh, skopeo, buildah or the like said that names the cause: the first that
# is known to be one, the more telling first; else the first error. What follows it in the file is advice, or came of it.
# That git could not read from ssh is no cause: ssh has said why, in whatever words.
cause() {
  known=$(grep -aE -m 1 '[^[:space:]]' "$1") || known='it said nothing'
  while IFS= read -r pattern; do
    if line=$(grep -aEvi 'could not read from remote|permanently added' "$1" | grep -aEi -m 1 -e "$pattern"); then
      known=$line
      break
    fi
  done <<'PATTERNS'
load key|libcrypto|host key verification failed|host identification has changed|no matching host key|certificate|x509
toomanyrequests|too many requests|rate limit|status(code| code)?:? 429
GH[0-9]{3}:|protected branch|hook declined
could not resolve|no such host|kex_exchange|connection (refused|reset|timed out|closed)|no route to host|network is unreachable|i/o timeout|tls handshake|server gave http response
the token is not for|password authentication
short-name|no space left|quota exceeded|bandwidth limit|batch response|exec format error
permission denied|denied|unauthori[sz]ed|authentication (failed|required)|could not read (username|password)|forbidden|error: 40[13]|status(code| code)?:? 40[13]
repository .*not found|could not be found|does not appear to be|manifest unknown|name unknown|no url found|not our ref|transport .* not allowed|remote rejected
(^|[^a-z])(fatal|error)([^a-z]|$)
[^[:space:]]
PATTERNS
  # logrus, by which skopeo and buildah write, has the text in msg
  printf '%s' "$known" | tr -d '\000-\010\013-\037\177' |
    sed -e 's/^time="[^"]*" level=[a-z]* msg="\(.*\)"$/\1/' -e 's/\\"/"/g' -e 's/^\(fatal\|[Ee]rror\|remote\): *//' |
    # what wraps an error goes before it, so the cause is at the end
    shorten 300
}
