# Which cloud shell this is, from the variables and files that it sets: sourced, never executed.
# shellcheck shell=bash

# Usage: detect_cloud
# Sets cloud to aws, azure, gcp, codespaces, cloud9 or local. Starts no program.
# Example: detect_cloud; printf '%s\n' "$cloud"
detect_cloud() {
  if [[ ${AWS_EXECUTION_ENV-} == CloudShell ]]; then
    cloud=aws
  elif [[ -n ${ACC_CLOUD-}${ACC_TID-} || ${AZUREPS_HOST_ENVIRONMENT-} == cloud-shell/* ]]; then
    cloud=azure
  elif [[ ${CLOUD_SHELL-}${GOOGLE_CLOUD_SHELL-} == *true* || -n ${DEVSHELL_PROJECT_ID-} ||
    -d /google/devshell ]]; then
    cloud=gcp
  elif [[ ${CODESPACES-} == true ]]; then
    cloud=codespaces
  elif [[ -n ${C9_USER-}${C9_PROJECT-} || -d ${HOME-}/.c9 ]]; then
    cloud=cloud9
  else
    cloud=local
  fi
}

# Usage: cloud_name CLOUD
# Sets name to what people call the shell.
# Example: cloud_name aws; printf '%s\n' "$name"
cloud_name() {
  case $1 in
    aws) name='AWS CloudShell' ;;
    azure) name='Azure Cloud Shell' ;;
    gcp) name='Google Cloud Shell' ;;
    codespaces) name='GitHub Codespaces' ;;
    cloud9) name='AWS Cloud9' ;;
    *) name='a shell of your own' ;;
  esac
}
