# The identity for Google Cloud: sourced by predict-gcp, never executed. Needs predict.sh.
# shellcheck shell=bash
# shellcheck disable=SC2034 # shared with secrets.sh and http.sh

# Usage: ask_metadata access|identity AUDIENCE
# Prints the token response of the machine's metadata server, if there is one: JSON for an access
# token, the token itself for an identity token.
ask_metadata() {
  local base=http://${GCE_METADATA_HOST-}/computeMetadata/v1/instance/service-accounts/default
  local words=("$base/token")
  [[ -n ${GCE_METADATA_HOST-} ]] || return 0
  [[ $1 == access ]] || words=(--get --data-urlencode "audience=$2" "$base/identity")
  curl --disable --silent --fail --globoff --noproxy '*' --max-time 10 \
    --header 'Metadata-Flavor: Google' "${words[@]}" </dev/null || :
}

# Usage: ask_gcloud access|identity
# Prints a token of the account that gcloud is logged in with.
ask_gcloud() {
  gcloud auth "print-$1-token" --quiet 2>/dev/null </dev/null || :
}

# Usage: identify_gcp access|identity AUDIENCE
# Gets an access token (Vertex AI) or an identity token for AUDIENCE (Cloud Run): from the metadata
# server, else from gcloud, which runs once: a token whose end is not known is stored for 45 minutes.
# Returns 1 if there is none, with why set.
identify_gcp() {
  local token=() stored="gcp-$1-${CLOUDSDK_CORE_ACCOUNT-}-${2-}"
  if [[ $1 == access && -n ${CLOUDSDK_AUTH_ACCESS_TOKEN-} ]]; then
    token=("$CLOUDSDK_AUTH_ACCESS_TOKEN")
  else
    renew=(renew_gcp "$@")
    read_cache "$stored" token || {
      get_identity "$stored" token token ask_metadata "$@"
      if ((! ${#token[@]})); then
        need gcloud "it gets a token; see https://cloud.google.com/sdk"
        get_identity "$stored" token token ask_gcloud "$1"
      fi
    }
  fi
  why="gcloud gave no $1 token; run gcloud auth login"
  ((${#token[@]})) && secret_headers=("Authorization: Bearer ${token[0]}")
}

# Usage: renew_gcp access|identity AUDIENCE
# Gets a new token after the stored one was refused.
renew_gcp() {
  drop_cache "gcp-$1-${CLOUDSDK_CORE_ACCOUNT-}-${2-}"
  identify_gcp "$@"
}
