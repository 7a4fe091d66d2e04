#!/bin/sh
# Tells a webhook how a run ended. Values: STACK, PIPELINE, RUN_NAME, STATUS; the address is key `url` of a Secret.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"

if [ ! -f "$WEBHOOK/url" ]; then
  echo "Secret $SECRET has no url: nobody is notified"
  exit 0
fi
mkdir -p "$HOME"
jq -n --arg stack "$STACK" --arg pipeline "$PIPELINE" --arg run "$RUN_NAME" --arg status "$STATUS" \
  '{stack: $stack, pipeline: $pipeline, run: $run, status: $status, text: "\($pipeline) \($run): \($status)"}' >"$HOME/message"
# The address is a secret: it is read from a file, and no error prints it.
printf 'url = "%s"\n' "$(cat "$WEBHOOK/url")" >"$HOME/curl"
attempt curl -fsS --max-time 10 -K "$HOME/curl" -H 'Content-Type: application/json' --data "@$HOME/message" -o /dev/null 2>/dev/null ||
  fail "the address in Secret $SECRET did not take the message"
