#!/bin/sh
# Checks the platform repository as it was checked out: the stack, and that dist/ is what synth makes. Values: SOURCE, STACK.
set -eu
. "$(dirname "$0")/../shell/common.sh"

mkdir -p "$HOME"
settle
cd "$SOURCE"
npm ci --omit=dev --ignore-scripts --no-audit --no-fund || fail "npm ci does not work at this revision: the reason is above"
npx tekton-dag validate "$STACK" || fail "$STACK is not valid: the problems are above"
npx tekton-dag fetch || fail "a release that a cluster names cannot be fetched: the reason is above"
npx tekton-dag synth --check || fail "dist/ is not what synth makes: run npm run synth and commit it"
