# Who we are to Google Cloud: sourced by predict-gcp, never executed. Needs secrets.sh.
# shellcheck shell=bash
# shellcheck disable=SC2154 # found and kept are set by secrets.sh

# Usage: ask_metadata access|identity AUDIENCE
# Prints a token that the machine's metadata server gives; returns 1 where there is none.
ask_metadata() {
  local base=http://${GCE_METADATA_HOST-}/computeMetadata/v1/instance/service-accounts/default json
  [[ -n ${GCE_METADATA_HOST-} ]] || return 1
  local ask=(curl --disable --silent --fail --globoff --noproxy '*' --max-time 10
    --header 'Metadata-Flavor: Google')
  if [[ $1 == identity ]]; then
    "${ask[@]}" --get --data-urlencode "audience=$2" "$base/identity" </dev/null
  else
    json=$("${ask[@]}" "$base/token" </dev/null) && json_text access_token "$json" &&
      printf '%s' "$found"
  fi
}

# Usage: ask_gcloud access|identity
# Prints a token of the account that gcloud is logged in with; returns 1 where there is none.
ask_gcloud() {
  local token
  token=$(gcloud auth "print-$1-token" --quiet 2>/dev/null </dev/null) && [[ -n $token ]] &&
    printf '%s' "$token"
}

# Usage: identify_gcp access|identity AUDIENCE
# Gets an access token (Vertex AI) or an identity token for AUDIENCE (Cloud Run): from the metadata
# server, else from `gcloud`, which is started once and whose answer is kept for 45 minutes.
# Returns 1 where there is none, with why set.
identify_gcp() {
  local key="gcp-$1-${CLOUDSDK_CORE_ACCOUNT-}-${2-}" token until
  renew="renew_gcp $1 ${2-}"
  if [[ $1 == access && -n ${CLOUDSDK_AUTH_ACCESS_TOKEN-} ]]; then
    token=$CLOUDSDK_AUTH_ACCESS_TOKEN renew=''
  elif read_cache "$key"; then
    token=${kept[0]}
  else
    why="gcloud gave no $1 token; run gcloud auth login"
    token=$(ask_metadata "$@") || {
      need gcloud "it gets a token; see https://cloud.google.com/sdk"
      token=$(ask_gcloud "$1") || return 1
    }
    printf -v until '%(%s)T' -1
    write_cache "$key" $((until + 2700)) "$token"
  fi
  secret_headers=("Authorization: Bearer $token")
}

# Usage: renew_gcp access|identity AUDIENCE
# Gets a new token when the one kept is refused.
renew_gcp() {
  drop_cache "gcp-$1-${CLOUDSDK_CORE_ACCOUNT-}-${2-}"
  identify_gcp "$@"
}
