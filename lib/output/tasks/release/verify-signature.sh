#!/busybox/sh
# shellcheck shell=sh
# Takes from the registry what is signed of an image, as far as the key has signed it. Values: IMAGE, DIGEST, PREDICATE_TYPE, PUBLIC_KEY
# (its file), PROVENANCE (the file to write, an envelope a line), INSECURE, REGISTRY_AUTH (folder with config.json, or none), SECRET.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"

mkdir -p "$HOME"
if [ -f "$REGISTRY_AUTH/config.json" ]; then export DOCKER_CONFIG="$REGISTRY_AUTH"; fi
set -- --key "$PUBLIC_KEY" --type "$PREDICATE_TYPE"
# Chains writes to no log that all the world reads; the key alone is believed
set -- "$@" --insecure-ignore-tlog=true
[ "$INSECURE" != true ] || set -- "$@" --allow-http-registry

verify() { cosign verify-attestation "$@" "$IMAGE@$DIGEST" >"$PROVENANCE" 2>"$HOME/cosign.log"; }
# What the registry has and the key has not signed is an answer, and so is nothing.
unsigned() { grep -Eqi 'no (matching|valid) attestations|none of the attestations|no attestations' "$HOME/cosign.log"; }
verify_once() { verify "$@" || unsigned; }

: >"$HOME/cosign.log"
attempt verify_once "$@" ||
  fail "the registry cannot be asked who built $IMAGE@$DIGEST: $(cause "$HOME/cosign.log"): is it up, and may Secret $SECRET read there?"
if [ ! -s "$PROVENANCE" ]; then
  fail "nobody has signed with the key of this cluster who built $IMAGE@$DIGEST: $(cause "$HOME/cosign.log"). Is chains.publicKey the public half of the key that Tekton Chains signs with?"
fi
