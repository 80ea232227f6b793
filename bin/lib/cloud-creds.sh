# shellcheck shell=bash
# Show which credentials win for each cloud, until when they last, and where they are stored.
#
# Usage: cloud-env creds [--cloud aws|azure|gcp|github] [--who] [--json] [--format table|csv|json]
#
# Examples:
#   cloud-env creds
#   cloud-env creds --cloud aws --who
#
# Prints a row for each provider that is set up here, in the order in which the cloud's libraries
# ask them: the first wins, the others are shadowed. Where the library ends with an error, the first
# is "error" and the exception's name. The order is botocore's for AWS, DefaultAzureCredential's for
# Azure, that of Application Default Credentials for Google and gh's for GitHub. Reads variables and files, and asks the container endpoint on this
# machine how long its credentials last. Never prints a secret nor puts one into a command line.
#
# Options:
#   --cloud aws|azure|gcp|github
#                  only this cloud; exit 1 where it has no credentials
#   --who          ask the cloud's own tool, over the network, who the winner is
#   --json, --format table|csv|json   output format

# shellcheck disable=SC2034,SC2154 # shared with cloud-emit.sh, cloud-identity.sh, cloud-options.sh

# Usage: cloud_creds [OPTION...]
# The subcommand "creds".
cloud_creds() {
  local format='' only='' ask='' rows=() values=() said=() row who
  creds_options "$@"
  default_format
  require_cloud
  ask_python credentials "$only" "$cloud" || credentials_of_variables
  for ((row = 0; row < ${#said[@]}; row += 5)); do
    who=''
    [[ -z $ask || ${said[row + 2]} != wins || ${said[row + 1]} == 'error '* ]] || winner "${said[row]}"
    rows+=("${said[@]:row:5}" "$who")
  done
  emit_rows "$format" cloud provider state until where who -- "${rows[@]}"
  ((${#rows[@]})) && return
  note "no credentials of ${only:-any cloud} are set up here; log in with aws sso login, az login, gcloud auth login or gh auth login"
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
      *) take_format "$@" || unknown_word "$1" ;;
    esac
    shift "$taken"
  done
}

# Usage: winner CLOUD
# Sets who to the user whom the cloud's own tool names.
winner() {
  local why tool question
  cloud_user "${1/github/codespaces}"
  ask_user || who="unknown: $why"
}

# Usage: credentials_of_variables
# Sets said as Python does, where none runs: from variables alone, so that nothing is said to win.
credentials_of_variables() {
  local name provider cloud_of
  note "no python3 runs; only variables were read, not the clouds' files"
  said=()
  while read -r cloud_of provider name; do
    [[ -z ${!name-} || (-n $only && $only != "$cloud_of") ]] ||
      said+=("$cloud_of" "$provider" set 'not known' "$name")
  done <<'VARIABLES'
aws env AWS_ACCESS_KEY_ID
aws assume-role-with-web-identity AWS_WEB_IDENTITY_TOKEN_FILE
aws container-role AWS_CONTAINER_CREDENTIALS_FULL_URI
aws container-role AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
azure environment AZURE_CLIENT_SECRET
azure workload-identity AZURE_FEDERATED_TOKEN_FILE
azure managed-identity IDENTITY_ENDPOINT
azure managed-identity MSI_ENDPOINT
gcp file GOOGLE_APPLICATION_CREDENTIALS
github environment GH_TOKEN
github environment GITHUB_TOKEN
VARIABLES
}
