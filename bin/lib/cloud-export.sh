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
# Every value is quoted. Nothing is printed for what is not known, no secret ever, and no network
# is asked. bash, zsh, ksh and dash can eval it.
#
# Options:
#   --json, --format table|csv|json   print rows of variable, value and where it was found instead

# Usage: cloud_export [OPTION...]
# The job "export".
cloud_export() {
  local format='' rows=() text='' row
  parse_format "$@"
  aws_settings
  azure_settings
  gcp_settings
  if [[ -n $format ]]; then
    source_parts emit
    emit_rows "$format" variable value from -- "${rows[@]}"
    return
  fi
  for ((row = 0; row < ${#rows[@]}; row += 3)); do
    shell_quote "${rows[row + 1]}"
    text+="export ${rows[row]}=$quoted"$'\n'
  done
  if [[ -n $text ]]; then
    put "${text%$'\n'}"
  else
    printf 'cloud-env: no region, project or subscription is known here; %s\n' \
      'set one with aws configure, az account set or gcloud config set' >&2
  fi
}

# Usage: shell_quote TEXT
# Sets quoted to TEXT in single quotes, as POSIX shells read it.
shell_quote() {
  local escaped="'\\''"
  quoted=\'${1//\'/$escaped}\'
}

# Usage: know FROM VALUE VARIABLE...
# Adds a row for each variable.
know() {
  local from=$1 value=$2
  shift 2
  while (($#)); do
    rows+=("$1" "$value" "$from")
    shift
  done
}

# Usage: first_set NAME...
# Sets from to the first of these variables that is not empty, and value to its value; or returns 1.
first_set() {
  for from; do
    value=${!from-}
    [[ -z $value ]] || return 0
  done
  return 1
}

aws_settings() {
  local from value line section profile=${AWS_PROFILE-${AWS_DEFAULT_PROFILE-default}}
  section="profile $profile"
  [[ $profile != default ]] || section=default
  if ! first_set AWS_REGION AWS_DEFAULT_REGION; then
    from=${AWS_CONFIG_FILE-${HOME-}/.aws/config}
    ini_value "$from" "$section" region || return 0
    from+=:$line
  fi
  know "$from" "$value" AWS_REGION AWS_DEFAULT_REGION
}

# az marks one subscription as the default one; ACC_LOCATION is where the cloud shell itself runs.
azure_settings() {
  local from value line folder=${AZURE_CONFIG_DIR-${HOME-}/.azure} file at='' subscription='' tenant=''
  local -A json=()
  file=$folder/azureProfile.json
  if read_json "$file"; then
    for at in "${!json[@]}"; do
      [[ $at != subscriptions.*.isDefault || ${json[$at]} != true ]] || break
      at=none
    done
    subscription=${json["${at/%isDefault/id}"]-} tenant=${json["${at/%isDefault/tenantId}"]-}
  fi
  if first_set AZURE_SUBSCRIPTION_ID ARM_SUBSCRIPTION_ID; then
    know "$from" "$value" AZURE_SUBSCRIPTION_ID
  elif [[ -n $subscription ]]; then
    know "$file" "$subscription" AZURE_SUBSCRIPTION_ID
  fi
  if first_set AZURE_TENANT_ID ARM_TENANT_ID; then
    know "$from" "$value" AZURE_TENANT_ID
  elif [[ -n $tenant ]]; then
    know "$file" "$tenant" AZURE_TENANT_ID
  elif first_set ACC_TID; then
    know "$from" "$value" AZURE_TENANT_ID
  fi
  azure_location
}

azure_location() {
  if first_set AZURE_DEFAULTS_LOCATION AZURE_LOCATION; then
    know "$from" "$value" AZURE_LOCATION AZURE_DEFAULTS_LOCATION
  elif ini_value "$folder/config" defaults location; then
    know "$folder/config:$line" "$value" AZURE_LOCATION AZURE_DEFAULTS_LOCATION
  elif first_set ACC_LOCATION; then
    know "$from" "$value" AZURE_LOCATION AZURE_DEFAULTS_LOCATION
  fi
}

gcp_settings() {
  local from value line file folder=${CLOUDSDK_CONFIG-${HOME-}/.config/gcloud} name=default
  if [[ -n ${CLOUDSDK_ACTIVE_CONFIG_NAME-} ]]; then
    name=$CLOUDSDK_ACTIVE_CONFIG_NAME
  elif [[ -r $folder/active_config ]]; then
    read -r name <"$folder/active_config" || true
  fi
  file=$folder/configurations/config_$name
  if first_set GOOGLE_CLOUD_PROJECT CLOUDSDK_CORE_PROJECT; then
    know "$from" "$value" GOOGLE_CLOUD_PROJECT
  elif ini_value "$file" core project; then
    know "$file:$line" "$value" GOOGLE_CLOUD_PROJECT
  elif first_set DEVSHELL_PROJECT_ID; then
    know "$from" "$value" GOOGLE_CLOUD_PROJECT
  fi
  gcp_region
}

# Where only a zone is known, its region is the zone without the last part: europe-west1-b.
gcp_region() {
  if ! first_set GOOGLE_CLOUD_REGION CLOUDSDK_COMPUTE_REGION; then
    if ini_value "$file" compute region; then
      from=$file:$line
    elif first_set CLOUDSDK_COMPUTE_ZONE; then
      value=${value%-*}
    elif ini_value "$file" compute zone; then
      from=$file:$line value=${value%-*}
    else
      return 0
    fi
  fi
  know "$from" "$value" GOOGLE_CLOUD_REGION CLOUDSDK_COMPUTE_REGION
}
