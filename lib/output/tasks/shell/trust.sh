#!/bin/sh
# Makes the programs of a step trust private authorities, beside those that its image trusts. It stands before the script of
# the step where the cluster has a caBundle. Values: CA_BUNDLE (a file of certificates), CA_SOURCE (where it comes from).

if [ ! -s "$CA_BUNDLE" ]; then
  untrusted="there is no $CA_SOURCE in this namespace: clusters/ names it as caBundle, so whoever runs the cluster has to put it there"
  printf 'error: %s\n' "$untrusted" >&2
  [ -z "${RESULT_MESSAGE:-}" ] || { rm -f -- "$RESULT_MESSAGE" && printf '%s' "$untrusted" >"$RESULT_MESSAGE"; }
  exit 1
fi

# No other step sees /tmp: what a pull request brought cannot add an authority to what a step with a credential trusts.
mkdir -p "${TMPDIR:-/tmp}"
trusted=$(mktemp -d)
for roots in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem /kaniko/ssl/certs/ca-certificates.crt; do
  if [ -s "$roots" ]; then break; fi
done
# a bundle may lack the last line end
{ [ ! -s "$roots" ] || cat "$roots"; echo; cat "$CA_BUNDLE"; echo; } >"$trusted/bundle.crt"
# Go (skopeo, buildah), OpenSSL, PHP and composer; git; curl; pip and requests of Python
export SSL_CERT_FILE="$trusted/bundle.crt" GIT_SSL_CAINFO="$trusted/bundle.crt" CURL_CA_BUNDLE="$trusted/bundle.crt"
export PIP_CERT="$trusted/bundle.crt" REQUESTS_CA_BUNDLE="$trusted/bundle.crt"
# Node, which adds it to its own. npm takes a file in their place, so it gets one only where that holds public authorities, too.
export NODE_EXTRA_CA_CERTS="$CA_BUNDLE"
[ ! -s "$roots" ] || export npm_config_cafile="$trusted/bundle.crt"

# java_trusts STORE: a copy of the store of this Java with each certificate of the bundle; keytool takes one of a file.
java_trusts() {
  cp "$1" "$trusted/cacerts" && chmod u+w "$trusted/cacerts" || return 1
  awk -v to="$trusted/ca-" '{ sub(/\r$/, "") }
    $0 == "-----BEGIN CERTIFICATE-----" { file = to (++count) ".pem" }
    file != "" { print >file }
    $0 == "-----END CERTIFICATE-----" { close(file); file = "" }' "$CA_BUNDLE" || return 1
  for certificate in "$trusted"/ca-*.pem; do
    JAVA_TOOL_OPTIONS='' keytool -importcert -noprompt -alias "tekton-dag-${certificate##*/}" -file "$certificate" -keystore "$trusted/cacerts" -storepass changeit >"$trusted/keytool.log" 2>&1 || return 1
  done
}
if keytool=$(command -v keytool); then
  java=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$keytool")")")}
  # that of Java 8 is below its jre
  store="$java/lib/security/cacerts"
  [ -s "$store" ] || store="$java/jre/lib/security/cacerts"
  if [ -s "$store" ]; then
    java_trusts "$store" || {
      cat "$trusted/keytool.log" >&2
      echo "error: keytool does not take a certificate of $CA_SOURCE: the reason is above" >&2
      exit 1
    }
    export JAVA_TOOL_OPTIONS="${JAVA_TOOL_OPTIONS:+$JAVA_TOOL_OPTIONS }-Djavax.net.ssl.trustStore=$trusted/cacerts -Djavax.net.ssl.trustStorePassword=changeit"
  fi
fi

