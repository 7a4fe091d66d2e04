#!/bin/sh
# Keeps the dependencies for the next build of the app. Values: APP, SCOPE, CACHE, VOLUME.
set -eu

if [ "$SCOPE" = fork ]; then
  echo 'a fork leaves no cache'
  exit 0
fi
if [ ! -w "$VOLUME" ]; then
  echo "warning: the cache cannot be written, so the next build downloads all again: the run needs podTemplate.securityContext.fsGroup $(id -g)" >&2
  exit 0
fi
# Written beside, then renamed: builds of one app may end at the same time. Those that were killed left theirs.
find "$VOLUME" -maxdepth 1 -name ".$APP.*.tar" -mmin +120 -exec rm -f {} +
part="$VOLUME/.$APP.$(hostname).tar"
trap 'rm -f "$part"' EXIT
tar -cf "$part" -C "$CACHE" .
mv -f "$part" "$VOLUME/$APP.tar"
