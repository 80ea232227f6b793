# shellcheck shell=bash
# Print region, project and subscription as shell assignments.
#
# Usage: eval "$(cloud-env export)"
#
# Examples:
#   eval "$(cloud-env export)"
#   cloud-env export --format table
#
# Prints what is known of each cloud's region, project, subscription and tenant, under the names
# that its tools read: from the variables already set, then from the files of aws, az and gcloud.
# Every value is quoted. Prints nothing for what is not known and never a secret, and makes no
# network request. bash, zsh, ksh and dash can eval it.
#
# Options:
#   --json, --format table|csv|json   print rows of variable, value and source instead

# shellcheck disable=SC2034,SC2154 # shared with cloud-emit.sh and cloud-options.sh

# Usage: cloud_export [OPTION...]
# The subcommand "export".
cloud_export() {
  local format='' values=() said=() text='' row
  parse_format "$@"
  ask_python settings || settings_of_tools
  if [[ -n $format ]]; then
    emit_rows "$format" variable value from -- "${said[@]}"
    return
  fi
  for ((row = 0; row < ${#said[@]}; row += 3)); do
    shell_quote "${said[row + 1]}"
    text+="export ${said[row]}=$quoted"$'\n'
  done
  if [[ -n $text ]]; then
    put "${text%$'\n'}"
  else
    note 'no region, project or subscription is known here; set one with aws configure, az account set or gcloud config set'
  fi
}

# Usage: shell_quote TEXT
# Sets quoted to TEXT in single quotes, as POSIX shells read it.
shell_quote() {
  local escaped="'\\''"
  quoted=\'${1//\'/$escaped}\'
}

# Usage: settings_of_tools
# Sets said as Python does, where none runs: from variables, else from the clouds' own tools.
settings_of_tools() {
  note 'no python3 runs; the files of aws, az and gcloud are left to aws, az and gcloud'
  said=()
  one_setting 'AWS_REGION AWS_DEFAULT_REGION' '' aws configure get region
  one_setting AZURE_SUBSCRIPTION_ID ARM_SUBSCRIPTION_ID az account show --query id -o tsv
  one_setting AZURE_TENANT_ID 'ARM_TENANT_ID ACC_TID' az account show --query tenantId -o tsv
  one_setting 'AZURE_LOCATION AZURE_DEFAULTS_LOCATION' ACC_LOCATION \
    az config get defaults.location --query value -o tsv
  one_setting GOOGLE_CLOUD_PROJECT 'CLOUDSDK_CORE_PROJECT DEVSHELL_PROJECT_ID' \
    gcloud config get-value project
  one_setting 'GOOGLE_CLOUD_REGION CLOUDSDK_COMPUTE_REGION' '' gcloud config get-value compute/region
}

# Usage: one_setting NAMES OTHERS COMMAND...
# Adds to said the first of the variables NAMES and OTHERS that is set, else what COMMAND prints,
# under each of NAMES.
one_setting() {
  local name value='' source=$3
  for name in $1 $2; do
    [[ -n $value || -z ${!name-} ]] || { value=${!name} && source=$name; }
  done
  if [[ -z $value ]] && command -v "$3" >/dev/null; then
    value=$(within 20 "${@:3}" 2>/dev/null </dev/null) || value=''
  fi
  for name in $1; do
    [[ -z $value ]] || said+=("$name" "$value" "$source")
  done
}
