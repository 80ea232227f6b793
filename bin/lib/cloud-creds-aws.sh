# shellcheck shell=bash
# AWS credentials in the order of botocore's chain (create_credential_resolver): environment,
# assumed role, web identity, sso, credentials file, login, process, config file, container.
# shellcheck disable=SC2034,SC2154 # shared with cloud-creds.sh and cloud-files.sh

aws_providers() {
  local profile=${AWS_PROFILE:-${AWS_DEFAULT_PROFILE:-default}} section
  local config=${AWS_CONFIG_FILE:-${HOME-}/.aws/config}
  local shared=${AWS_SHARED_CREDENTIALS_FILE:-${HOME-}/.aws/credentials}
  # botocore takes ~ in these variables for the home.
  config=${config/#\~\//${HOME-}/} shared=${shared/#\~\//${HOME-}/}
  section="profile $profile"
  [[ $profile != default ]] || section=default
  aws_environment
  if [[ $profile != default ]] && ! has_section "$shared" "$profile" &&
    ! has_section "$config" "$section"; then
    provider aws profile 'never: neither file has this profile' "$profile"
  fi
  aws_roles
  aws_sso
  aws_keys "$shared" "$profile" shared-credentials-file
  ! aws_value login_session || provider aws login 'renewed by aws login' "$file:$line"
  ! aws_value credential_process || provider aws custom-process 'asked each time' "$file:$line"
  aws_keys "$config" "$section" config-file
  aws_container
}

# Usage: has_section FILE SECTION
has_section() {
  local line
  [[ -f $1 && -r $1 ]] || return 1
  while IFS= read -r line || [[ -n $line ]]; do
    line=${line%$'\r'}
    [[ ${line//\"/} != "[$2]"* ]] || return 0
  done <"$1"
  return 1
}

# Usage: aws_value NAME
# Sets value, file and line to the profile's setting: botocore lets the credentials file overrule
# the config file.
aws_value() {
  file=$shared
  ini_value "$shared" "$profile" "$1" && return
  file=$config
  ini_value "$config" "$section" "$1"
}

aws_environment() {
  local until='until revoked'
  [[ -n ${AWS_ACCESS_KEY_ID-} ]] || return 0
  if [[ -z ${AWS_SECRET_ACCESS_KEY-} ]]; then
    provider aws env 'never: AWS_SECRET_ACCESS_KEY is missing' AWS_ACCESS_KEY_ID
    return
  fi
  [[ -z ${AWS_SESSION_TOKEN-} ]] || until=${AWS_CREDENTIAL_EXPIRATION-hours; its end is not known}
  provider aws env "$until" AWS_ACCESS_KEY_ID
}

# A role is assumed with another profile's keys, or with a token that stands in a file.
aws_roles() {
  local role='' token='' at=''
  if aws_value role_arn; then role=$value at=$file:$line; fi
  if aws_value web_identity_token_file; then token=$value; fi
  if [[ -n $role ]] && { aws_value source_profile || aws_value credential_source; }; then
    provider aws assume-role 'renewed each hour' "$at"
  fi
  if [[ -n ${AWS_WEB_IDENTITY_TOKEN_FILE-} && -n ${AWS_ROLE_ARN-$role} ]]; then
    provider aws assume-role-with-web-identity renewed AWS_WEB_IDENTITY_TOKEN_FILE
  elif [[ -n $token && -n ${AWS_ROLE_ARN-$role} ]]; then
    provider aws assume-role-with-web-identity renewed "$at"
  fi
}

# The login's token lies under the sum of the session's name, or of the old kind's start page.
aws_sso() {
  local at sum until='ended: aws sso login'
  aws_value sso_account_id || return 0
  at=$file:$line
  aws_value sso_session || aws_value sso_start_url || return 0
  sum=$(printf '%s' "$value" | { sha1sum 2>/dev/null || shasum; })
  json=()
  if read_json "${HOME-}/.aws/sso/cache/${sum%% *}.json" && [[ -n ${json[expiresAt]-} ]]; then
    until=${json[expiresAt]}
  fi
  json=()
  provider aws sso "$until" "$at"
}

# Usage: aws_keys FILE SECTION NAME
aws_keys() {
  local until='until revoked' at
  ini_value "$1" "$2" aws_access_key_id || return 0
  at=$1:$line
  if ! ini_value "$1" "$2" aws_secret_access_key; then
    until='never: aws_secret_access_key is missing'
  elif ini_value "$1" "$2" aws_session_token; then
    until='hours; its end is not known'
    ! ini_value "$1" "$2" x_security_token_expires || until=$value
  fi
  provider aws "$3" "$until" "$at"
}

# CloudShell's own login. The token that opens the endpoint goes to curl's standard input, and only
# to a host to which botocore would send it.
aws_container() {
  local url=${AWS_CONTAINER_CREDENTIALS_FULL_URI-} token='' until='renewed by this shell'
  [[ -z ${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI-} ]] ||
    url=http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
  [[ -n $url ]] || return 0
  token=${AWS_CONTAINER_AUTHORIZATION_TOKEN-}
  if [[ -r ${AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE-} ]]; then
    token=$(<"$AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
  fi
  json=()
  if ! trusted_host "$url"; then
    until='never: aws refuses this host'
  elif command -v curl >/dev/null && read_json <(
    printf '%s\n' "${token:+Authorization: $token}" | curl -q -gfs --max-time 3 -H @- -- "$url" 2>/dev/null
  ) && [[ -n ${json[Expiration]-} ]]; then
    until=${json[Expiration]}
  fi
  json=()
  url=${url%%\?*}
  provider aws container-role "$until" "${url/\/\/*@/\/\/***@}"
}
