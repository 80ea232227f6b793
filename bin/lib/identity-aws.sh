# The identity for AWS: sourced by predict-aws, never executed. Needs predict.sh.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # shared with secrets.sh, http.sh and predict-aws

# Usage: find_region
# Sets region, unless it is set: from the environment, else from the profile in AWS's files.
find_region() {
  region=${region:-${AWS_REGION:-${AWS_DEFAULT_REGION-}}}
  [[ -n $region ]] || region=$(py identity aws-region "$profile") || exit
}

# Usage: use_aws_keys ID SECRET [TOKEN]
# Has curl sign each request with these keys (Signature Version 4), token included.
use_aws_keys() {
  secret_user="$1:$2" secret_headers=()
  [[ -z ${3-} ]] || secret_headers=("X-Amz-Security-Token: $3")
}

# Usage: ask_aws
# Prints the keys that the AWS CLI finds for the profile, as JSON.
ask_aws() {
  aws configure export-credentials --format process ${profile:+--profile "$profile"} \
    2>/dev/null </dev/null || :
}

# Usage: identify_aws
# Finds keys in botocore's order: the environment or secrets.env, unless --profile is given; AWS's
# files, the container; for all else the AWS CLI, which runs once: its keys and the container's are
# stored until they expire. Returns 1 if there are none, with why set.
identify_aws() {
  local found=() name=${profile:-${AWS_DEFAULT_PROFILE:-${AWS_PROFILE:-default}}}
  renew=()
  if [[ -n ${AWS_ACCESS_KEY_ID-} && -z $profile ]]; then
    why="AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY; set both, or neither"
    [[ -n ${AWS_SECRET_ACCESS_KEY-} ]] || return 1
    credential='the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
    use_aws_keys "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" \
      "${AWS_SECURITY_TOKEN:-${AWS_SESSION_TOKEN-}}"
    return
  fi
  read_lines found py identity aws-login "$profile"
  credential="the keys of the AWS profile $name"
  [[ ${found[0]} != container ]] || credential="the keys of AWS's container endpoint"
  case ${found[0]} in
    keys) use_aws_keys "${found[@]:1}" ;;
    *) find_aws_keys "aws-$name" "${found[0]}" ;;
  esac
}

# Usage: find_aws_keys KEY container|aws
# Uses the keys that are stored under KEY, else those of the container or of the AWS CLI.
find_aws_keys() {
  local keys=()
  renew=(renew_aws "$@")
  read_cache "$1" keys || {
    [[ $2 != container ]] || get_identity "$1" keys aws-keys py identity aws-container
    if ((! ${#keys[@]})); then
      need aws "it finds your keys; or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
      get_identity "$1" keys aws-keys ask_aws
    fi
  }
  why="aws finds no keys; run aws configure or aws sso login, or set AWS_ACCESS_KEY_ID"
  ((${#keys[@]})) && use_aws_keys "${keys[@]}"
}

# Usage: renew_aws KEY container|aws
# Finds new keys after the stored ones were refused.
renew_aws() {
  drop_cache "$1"
  find_aws_keys "$@"
}
