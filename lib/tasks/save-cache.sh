#!/bin/sh
# Keeps the dependencies for the next build of the app. Values: APP, SCOPE, CACHE.
set -eu

if [ "$SCOPE" = fork ]; then
  echo 'a fork leaves no cache'
  exit 0
fi
# Written beside, then renamed: builds of one app may end at the same time.
part="/cache/.$APP.$(hostname).tar"
trap 'rm -f "$part"' EXIT
tar -cf "$part" -C "$CACHE" .
mv -f "$part" "/cache/$APP.tar"
