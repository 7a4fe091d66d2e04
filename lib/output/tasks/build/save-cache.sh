#!/bin/sh
# Keeps the dependencies of a release for the next builds of the app: a pull request would poison those of others. Values:
# APP, SCOPE, CACHE, VOLUME.
set -eu

if [ "$SCOPE" != release ]; then
  echo 'a pull request leaves no cache'
  exit 0
fi
if [ ! -w "$VOLUME" ]; then
  echo "warning: the cache cannot be written, so the next build downloads all again: the run needs podTemplate.securityContext.fsGroup $(id -g)" >&2
  exit 0
fi
# What the repository brought could put a link in the place of the folder, or into it; no tool needs one there.
if ! cd "$CACHE" || [ "$(pwd -P)" != "$CACHE" ]; then
  echo "warning: $CACHE is not a folder of its own, so nothing of it is kept" >&2
  exit 0
fi
find . ! -type f ! -type d -exec rm -f {} +
# Written beside, then renamed: builds of one app may end at the same time. Those that were killed left theirs.
find "$VOLUME" -maxdepth 1 -name ".$APP.*.tar" -mmin +120 -exec rm -f {} +
part="$VOLUME/.$APP.$(hostname).tar"
trap 'rm -f "$part"' EXIT
tar -cf "$part" .
mv -f "$part" "$VOLUME/$APP.tar"
