# Who we are to Azure: sourced by predict-azure, never executed. Needs secrets.sh.
# shellcheck shell=bash
# shellcheck disable=SC2154 # found, kept and epoch are set by secrets.sh

# Usage: use_azure_json KEY JSON
# Takes the token that a source answered with and stores it under KEY; returns 1 without one.
use_azure_json() {
  local token until='' pattern='"expires_?on"[[:space:]]*:[[:space:]]*"?([0-9]{9,11})"?[[:space:]]*[,}]'
  json_text access_token "$2" || json_text accessToken "$2" || return 1
  token=$found
  [[ ! $2 =~ $pattern ]] || until=@${BASH_REMATCH[1]}
  seconds_from "$until" 900
  secret_headers=("Authorization: Bearer $token")
  write_cache "$1" "$epoch" "$token"
}

# Usage: identify_azure RESOURCE
# Gets a token for RESOURCE: from Azure Cloud Shell's own endpoint, else from `az`, which is started
# once and whose answer is kept until it expires. Returns 1 where there is none, with why set.
identify_azure() {
  local key=azure-$1 json
  renew="renew_azure $1"
  if read_cache "$key"; then
    secret_headers=("Authorization: Bearer ${kept[0]}")
    return
  fi
  if [[ -n ${MSI_ENDPOINT-} ]] && json=$(curl --disable --silent --fail --globoff --noproxy '*' \
    --max-time 10 --header 'Metadata: true' --data-urlencode "resource=$1" "$MSI_ENDPOINT" \
    </dev/null) && use_azure_json "$key" "$json"; then
    return
  fi
  need az "it gets a token; or put AZUREML_KEY into secrets.env"
  json=$(az account get-access-token --resource "$1" --output json 2>/dev/null </dev/null) || json=''
  why="az gave no token for $1; run az login"
  use_azure_json "$key" "$json"
}

# Usage: renew_azure RESOURCE
# Gets a new token when the one kept is refused.
renew_azure() {
  drop_cache "azure-$1"
  identify_azure "$1"
}
