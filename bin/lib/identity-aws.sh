# Who we are to AWS: sourced by predict-aws, never executed. Needs secrets.sh, cloud-container.sh.
# shellcheck shell=bash
# shellcheck disable=SC2154 # found, kept and epoch are set by secrets.sh

# Usage: ini_text FILE SECTION NAME
# Sets found to what NAME is in [SECTION] of one of AWS's own files; returns 1 where it is not there.
ini_text() {
  local line section=''
  [[ -r $1 ]] || return 1
  while IFS= read -r line || [[ -n $line ]]; do
    line=${line%$'\r'}
    if [[ $line =~ ^\[[[:space:]]*(.*[^[:space:]])[[:space:]]*\] ]]; then
      section=${BASH_REMATCH[1]}
    elif [[ $section == "$2" && $line =~ ^$3[[:space:]]*=[[:space:]]*(.*[^[:space:]]) ]]; then
      found=${BASH_REMATCH[1]} && return
    fi
  done <"$1"
  return 1
}

# Usage: find_region PROFILE
# Sets region, unless it is set: from the environment, else from AWS's configuration file.
find_region() {
  local file=${AWS_CONFIG_FILE:-${HOME-}/.aws/config} section="profile $1"
  [[ $1 != default ]] || section=default
  region=${region:-${AWS_REGION:-${AWS_DEFAULT_REGION-}}}
  [[ -n $region ]] || ! ini_text "$file" "$section" region || region=$found
}

# Usage: use_aws_keys ID SECRET [TOKEN]
# Has curl sign each request with these keys (Signature Version 4), token included.
use_aws_keys() {
  secret_user="$1:$2" secret_headers=()
  [[ -z ${3-} ]] || secret_headers=("X-Amz-Security-Token: $3")
}

# Usage: use_aws_json KEY JSON
# Takes the keys that a credential source answered with and stores them under KEY; returns 1 where
# there are none.
use_aws_json() {
  local id secret token='' until=''
  json_text AccessKeyId "$2" && id=$found || return 1
  json_text SecretAccessKey "$2" && secret=$found || return 1
  ! json_text SessionToken "$2" || token=$found # as `aws` names it
  ! json_text Token "$2" || token=$found        # as the container's endpoint does
  ! json_text Expiration "$2" || until=$found
  use_aws_keys "$id" "$secret" "$token"
  [[ -n $until ]] || return 0 # keys that never expire are in a file already
  seconds_from "$until" 900
  write_cache "$1" "$epoch" "$id" "$secret" "$token"
}

# Usage: ask_container
# Prints what the container's credential endpoint answers, as in AWS CloudShell; its token goes to
# hosts that botocore trusts only.
ask_container() {
  local endpoint=${AWS_CONTAINER_CREDENTIALS_FULL_URI-} token=${AWS_CONTAINER_AUTHORIZATION_TOKEN-}
  local relative=${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI-}
  local file=${AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE-}
  [[ -z $relative ]] || endpoint=http://169.254.170.2$relative
  trusted_host "$endpoint" || return 1
  [[ ! -r $file ]] || token=$(<"$file")
  curl --disable --silent --fail --globoff --noproxy '*' --connect-timeout 2 --max-time 5 \
    --config <([[ -z $token ]] || config_line header "Authorization: $token") "$endpoint" </dev/null
}

# Usage: identify_aws PROFILE
# Finds keys where AWS's own tools look for them: environment, secrets.env, shared file, container,
# and at last `aws` itself, which is started once and whose answer is kept until it expires. Returns
# 1 where there are none, with why set.
identify_aws() {
  local key=aws-$1 file=${AWS_SHARED_CREDENTIALS_FILE:-${HOME-}/.aws/credentials} id secret json
  renew=''
  if [[ -n ${AWS_ACCESS_KEY_ID-} && -z $profile ]]; then
    use_aws_keys "$AWS_ACCESS_KEY_ID" "${AWS_SECRET_ACCESS_KEY-}" "${AWS_SESSION_TOKEN-}"
  elif ini_text "$file" "$1" aws_access_key_id; then
    id=$found
    ini_text "$file" "$1" aws_secret_access_key ||
      { why="$file: [$1] has no secret key; mend it" && return 1; }
    secret=$found found=''
    ini_text "$file" "$1" aws_session_token || :
    use_aws_keys "$id" "$secret" "$found"
  else
    renew="renew_aws $1"
    ! read_cache "$key" || { use_aws_keys "${kept[@]}" && return; }
    if [[ -z $profile ]] && json=$(ask_container) && use_aws_json "$key" "$json"; then
      return
    fi
    need aws "it finds your keys; or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    json=$(aws configure export-credentials --format process ${profile:+--profile "$profile"} \
      2>/dev/null </dev/null) || json=''
    why="aws knows no keys; run aws configure or aws sso login, or set AWS_ACCESS_KEY_ID"
    use_aws_json "$key" "$json"
  fi
}

# Usage: renew_aws PROFILE
# Finds keys anew when those kept are refused.
renew_aws() {
  drop_cache "aws-$1"
  identify_aws "$1"
}
