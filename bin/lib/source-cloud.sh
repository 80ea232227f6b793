# Objects of a cloud's store, streamed through the cloud's own CLI: sourced, never executed.
# shellcheck shell=bash

# Usage: is_cloud SOURCE
is_cloud() {
  [[ $1 == s3://* || $1 == gs://* || $1 == az://* ]]
}

# Usage: cloud_command URL
# Sets command to what writes the object to standard output, with the shell's own identity; ends
# with 127 when the CLI is missing. az://CONTAINER/BLOB is in the account of
# AZURE_STORAGE_ACCOUNT or AZURE_STORAGE_CONNECTION_STRING.
# Example: cloud_command s3://bucket/key; "${command[@]}"
cloud_command() {
  local path=${1#*://}
  [[ $path == ?*/?* ]] || usage_error "$1 is no BUCKET/KEY"
  case $1 in
    s3://*)
      need aws "install the AWS CLI: https://aws.amazon.com/cli/"
      command=(aws s3 cp --only-show-errors "$1" -)
      ;;
    gs://*)
      need gcloud "install the Google Cloud CLI: https://cloud.google.com/sdk"
      command=(gcloud storage cat "$1")
      ;;
    az://*)
      need az "install the Azure CLI: https://aka.ms/azure-cli"
      command=(az storage blob download --only-show-errors --no-progress --output none
        --container-name "${path%%/*}" --name "${path#*/}")
      [[ -n ${AZURE_STORAGE_CONNECTION_STRING-}${AZURE_STORAGE_KEY-}${AZURE_STORAGE_SAS_TOKEN-} ]] ||
        command+=(--auth-mode login)
      ;;
  esac
}

# Usage: cloud_cat COMMAND...
# Writes what COMMAND writes, then 256 bytes on how it ended: the last line that it wrote to
# standard error, and its exit code in three digits. A reader thus knows a whole object from one
# that was cut.
cloud_cat() {
  local LC_ALL=C said status=0
  { said=$("$@" 2>&1 >&3 3>&-) || status=$?; } 3>&1
  said=${said%"${said##*[![:space:]]}"}
  printf '%-253.253s%03d' "${said##*$'\n'}" "$status"
}
