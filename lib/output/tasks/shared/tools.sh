#!/bin/sh
# Puts the program of this image where other steps of the pod find it. Values: OWN_TOOLS, TOOLS.
set -eu
cp "$OWN_TOOLS" "$TOOLS"
