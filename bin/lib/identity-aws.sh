# The identity for AWS: sourced by predict-aws, never executed. Needs predict.sh.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # shared with secrets.sh, http.sh and predict-aws

# Usage: find_region PROFILE
# Sets region, unless it is set: from the environment, else from the profile in AWS's files.
find_region() {
  region=${region:-${AWS_REGION:-${AWS_DEFAULT_REGION-}}}
  [[ -n $region ]] || region=$(py identity aws-region "$1") || exit
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

# Usage: identify_aws PROFILE
# Finds keys where AWS's own tools look for them: environment or secrets.env, AWS's files, the
# container, and last the AWS CLI, which runs once: its keys are stored until they expire. Returns 1
# if there are none, with why set.
identify_aws() {
  local keys=() stored='aws-'$1
  renew=()
  if [[ -n ${AWS_ACCESS_KEY_ID-} && -z $profile ]]; then
    use_aws_keys "$AWS_ACCESS_KEY_ID" "${AWS_SECRET_ACCESS_KEY-}" "${AWS_SESSION_TOKEN-}"
    return
  fi
  read_lines keys py identity aws-profile "$1"
  if ((! ${#keys[@]})); then
    renew=(renew_aws "$1")
    read_cache "$stored" keys || {
      [[ -n $profile ]] || get_identity "$stored" keys aws-keys py identity aws-container
      if ((! ${#keys[@]})); then
        need aws "it finds your keys; or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        get_identity "$stored" keys aws-keys ask_aws
      fi
    }
  fi
  why="aws finds no keys; run aws configure or aws sso login, or set AWS_ACCESS_KEY_ID"
  ((${#keys[@]})) && use_aws_keys "${keys[@]}"
}

# Usage: renew_aws PROFILE
# Finds new keys after the stored ones were refused.
renew_aws() {
  drop_cache "aws-$1"
  identify_aws "$1"
}
