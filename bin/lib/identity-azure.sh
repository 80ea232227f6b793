# The identity for Azure: sourced by predict-azure, never executed. Needs predict.sh.
# shellcheck shell=bash
# shellcheck disable=SC2034 # shared with secrets.sh and http.sh

# Usage: ask_azure_shell RESOURCE
# Prints the response of Azure Cloud Shell's own token endpoint, if there is one.
ask_azure_shell() {
  [[ -n ${MSI_ENDPOINT-} ]] || return 0
  curl --disable --silent --fail --globoff --noproxy '*' --max-time 10 --header 'Metadata: true' \
    --data-urlencode "resource=$1" "$MSI_ENDPOINT" </dev/null || :
}

# Usage: ask_az RESOURCE
# Prints the token that the Azure CLI gets, as JSON.
ask_az() {
  az account get-access-token --resource "$1" --output json 2>/dev/null </dev/null || :
}

# Usage: identify_azure RESOURCE
# Gets a token for RESOURCE: from Azure Cloud Shell's own endpoint, else from the Azure CLI, which
# runs once: its token is stored until it expires. Returns 1 if there is none, with why set.
identify_azure() {
  local token=() stored=azure-$1
  renew=(renew_azure "$1")
  read_cache "$stored" token || {
    get_identity "$stored" token token ask_azure_shell "$1"
    if ((! ${#token[@]})); then
      need az "it gets a token; or put AZUREML_KEY into secrets.env"
      get_identity "$stored" token token ask_az "$1"
    fi
  }
  why="az gave no token for $1; run az login"
  ((${#token[@]})) && secret_headers=("Authorization: Bearer ${token[0]}")
}

# Usage: renew_azure RESOURCE
# Gets a new token after the stored one was refused.
renew_azure() {
  drop_cache "azure-$1"
  identify_azure "$1"
}
