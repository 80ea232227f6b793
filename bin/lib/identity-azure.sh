# The identity for Azure: sourced by predict-azure, never executed. Needs predict.sh.
# shellcheck shell=bash
# shellcheck disable=SC2034 # shared with secrets.sh and http.sh

# Usage: ask_endpoint RESOURCE
# Prints the response of Azure Cloud Shell's own token endpoint, if there is one.
ask_endpoint() {
  [[ -n ${MSI_ENDPOINT-} ]] || return 0
  curl --disable --silent --fail --globoff --noproxy '*' --max-time 10 --header 'Metadata: true' \
    --data-urlencode "resource=$1" "$MSI_ENDPOINT" </dev/null || :
}

# Usage: ask_cli RESOURCE
# Prints the token that the Azure CLI gets, as JSON.
ask_cli() {
  az account get-access-token --resource "$1" --output json 2>/dev/null </dev/null || :
}

# Usage: identify_azure RESOURCE
# Gets a token for RESOURCE, from Azure Cloud Shell's own endpoint, else from the Azure CLI. Returns
# 1 if there is none, with why set.
identify_azure() {
  credential="the token for $1 of Azure Cloud Shell or az"
  why="az gave no token for $1; run az login"
  find_token "azure-$1" az "it gets a token; or put AZUREML_KEY into secrets.env" "$1"
}
