# The identity for Google Cloud: sourced by predict-gcp, never executed. Needs predict.sh.
# shellcheck shell=bash
# shellcheck disable=SC2034 # shared with secrets.sh and http.sh

# Usage: ask_endpoint access|identity AUDIENCE
# Prints the token response of the machine's metadata server, if there is one: JSON for an access
# token, the token itself for an identity token.
ask_endpoint() {
  local base=http://${GCE_METADATA_HOST-}/computeMetadata/v1/instance/service-accounts/default
  local words=("$base/token")
  [[ -n ${GCE_METADATA_HOST-} ]] || return 0
  [[ $1 == access ]] || words=(--get --data-urlencode "audience=$2" "$base/identity")
  curl --disable --silent --fail --globoff --noproxy '*' --max-time 10 \
    --header 'Metadata-Flavor: Google' "${words[@]}" </dev/null || :
}

# Usage: ask_cli access|identity
# Prints a token of the account that gcloud is logged in with; its end is not known.
ask_cli() {
  gcloud auth "print-$1-token" --quiet 2>/dev/null </dev/null || :
}

# Usage: identify_gcp access|identity AUDIENCE
# Gets an access token (Vertex AI) or an identity token for AUDIENCE (Cloud Run): from the metadata
# server, else from gcloud. Returns 1 if there is none, with why set.
identify_gcp() {
  if [[ $1 == access && -n ${CLOUDSDK_AUTH_ACCESS_TOKEN-} ]]; then
    secret_headers=("Authorization: Bearer $CLOUDSDK_AUTH_ACCESS_TOKEN")
    credential='the token in CLOUDSDK_AUTH_ACCESS_TOKEN'
    return
  fi
  credential="the $1 token of the metadata server or gcloud"
  why="gcloud gave no $1 token; run gcloud auth login"
  find_token "gcp-$1-${CLOUDSDK_CORE_ACCOUNT-}-${2-}" gcloud \
    "it gets a token; see https://cloud.google.com/sdk" "$@"
}
