# shellcheck shell=bash
# Say which credentials win for each cloud, until when, and where they stand; never show them.
#
# Usage: cloud-env creds [--cloud aws|azure|gcp|github] [--who] [--json] [--format table|csv|json]
#
# Examples:
#   cloud-env creds
#   cloud-env creds --cloud aws --who
#
# Prints a row for each provider that is set up here, in the order in which the cloud's libraries
# ask them: the first wins, or fails where it is incomplete; the others are shadowed. For AWS that is botocore's chain, for Azure
# DefaultAzureCredential's, for Google that of Application Default Credentials, for GitHub gh's.
# Looks at variables and files, and asks the container endpoint on this machine how long its
# credentials last; no secret is printed or put into a command line.
#
# Options:
#   --cloud aws|azure|gcp|github
#                  this cloud alone; exit 1 where it has no credentials
#   --who          ask the cloud's own tool, over the network, who the winner is
#   --json, --format table|csv|json   how to print

# shellcheck disable=SC2034,SC2154 # shared with cloud-creds-aws.sh, cloud-files.sh, cloud-options.sh

# Usage: cloud_creds [OPTION...]
# The job "creds".
cloud_creds() {
  local format='' only='' ask='' rows=() won='' now file value line
  local -A json=()
  creds_options "$@"
  default_format
  require_cloud
  TZ=UTC printf -v now '%(%FT%TZ)T' -1
  [[ -n $only && $only != aws ]] || aws_providers
  [[ -n $only && $only != azure ]] || azure_providers
  [[ -n $only && $only != gcp ]] || gcp_providers
  [[ -n $only && $only != github ]] || github_providers
  emit_rows "$format" cloud provider state until where who -- "${rows[@]}"
  ((${#rows[@]})) && return
  printf 'cloud-env: no credentials of %s are set up here; %s\n' "${only:-any cloud}" \
    'log in with aws sso login, az login, gcloud auth login or gh auth login' >&2
  [[ -z $only ]] || exit 1
}

# Usage: creds_options "$@"
creds_options() {
  while (($#)); do
    taken=1
    case $1 in
      --cloud)
        need_value "$1" $#
        [[ $2 == @(aws|azure|gcp|github) ]] ||
          usage_error "--cloud takes aws, azure, gcp or github, not $2"
        only=$2 taken=2
        ;;
      --who) ask=1 ;;
      *) take_format "$@" || usage_error "unknown option $1" ;;
    esac
    shift "$taken"
  done
}

# Usage: provider CLOUD NAME UNTIL WHERE
# Adds a row: the first of a cloud wins, or fails, where it is set up so that the cloud's libraries
# end with an error there. An end that is past is said to be.
provider() {
  local state=shadowed until=$3 who='' why tool question
  if [[ $won != *" $1 "* ]]; then
    won+=" $1 " state=wins
    [[ $until != never:* ]] || state=fails
    if [[ -n $ask && $state == wins ]]; then
      cloud_user "${1/github/codespaces}"
      ask_user || who="unknown: $why"
    fi
  fi
  [[ $until != 20??-*Z || $until > $now ]] || until+=' (past)'
  rows+=("$1" "$2" "$state" "$until" "$4" "$who")
}

# Usage: azure_asks dev|prod NAME
# Tells whether DefaultAzureCredential asks a provider: AZURE_TOKEN_CREDENTIALS may name one half of
# the chain, or one provider.
azure_asks() {
  local only=${AZURE_TOKEN_CREDENTIALS-}
  [[ -z $only || ${only,,} == "$1" || ${only,,} == "${2,,}credential" ]]
}

# The order is that of DefaultAzureCredential; az itself knows only its own login.
azure_providers() {
  local folder=${AZURE_CONFIG_DIR-${HOME-}/.azure} end=0 key until
  if azure_asks prod Environment && [[ -n ${AZURE_CLIENT_ID-} && -n ${AZURE_TENANT_ID-} &&
    -n ${AZURE_CLIENT_SECRET-}${AZURE_CLIENT_CERTIFICATE_PATH-} ]]; then
    provider azure environment 'until revoked' 'AZURE_CLIENT_ID and its secret'
  fi
  if azure_asks prod WorkloadIdentity && [[ -n ${AZURE_FEDERATED_TOKEN_FILE-} ]]; then
    provider azure workload-identity renewed "$AZURE_FEDERATED_TOKEN_FILE"
  fi
  for key in IDENTITY_ENDPOINT MSI_ENDPOINT; do
    azure_asks prod ManagedIdentity && [[ -n ${!key-} ]] || continue
    provider azure managed-identity renewed "$key"
    break
  done
  azure_asks dev AzureCli && [[ -f $folder/msal_token_cache.json ]] || return 0
  json=()
  read_json "$folder/msal_token_cache.json" || return 0
  for key in "${!json[@]}"; do
    [[ $key == AccessToken.*.expires_on && ${json[$key]} =~ ^[0-9]+$ ]] || continue
    # A name in the file must not be evaluated: arithmetic would run what stands in its brackets.
    ((${json[$key]} < end)) || end=${json[$key]}
  done
  json=()
  ((end == 0)) && until='renewed by az' || TZ=UTC printf -v until '%(%FT%TZ)T' "$end"
  provider azure az "$until" "$folder"
}

gcp_providers() {
  local folder=${CLOUDSDK_CONFIG-${HOME-}/.config/gcloud}
  gcp_file "${GOOGLE_APPLICATION_CREDENTIALS-}" GOOGLE_APPLICATION_CREDENTIALS
  gcp_file "$folder/application_default_credentials.json" application-default
  [[ $cloud != gcp ]] || provider gcp metadata-server renewed 'this Google Cloud Shell'
}

# Usage: gcp_file FILE NAME
gcp_file() {
  local until='renewed by its refresh token'
  [[ -n $1 ]] || return 0
  json=()
  if ! read_json "$1"; then
    [[ $2 != GOOGLE_* ]] || provider gcp "$2" 'never: it cannot be read' "$1"
    return 0
  fi
  [[ ${json[type]-} != service_account ]] || until='until revoked'
  provider gcp "$2 (${json[type]-unknown})" "$until" "$1"
  json=()
}

github_providers() {
  local name until hosts=${GH_CONFIG_DIR-${XDG_CONFIG_HOME-${HOME-}/.config}/gh}/hosts.yml
  for name in GH_TOKEN GITHUB_TOKEN; do
    [[ -n ${!name-} ]] || continue
    until='until revoked'
    [[ ${!name} != ghu_* && ${!name} != ghs_* ]] || until='with this session'
    provider github environment "$until" "$name"
  done
  [[ ! -s $hosts ]] || provider github gh 'until revoked' "$hosts"
}
