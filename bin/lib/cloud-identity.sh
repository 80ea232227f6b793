# shellcheck shell=bash
# The user whom the cloud's own tool names: asked over the network, with a time limit.
# shellcheck disable=SC2154 # cloud is set by detect_cloud
# shellcheck disable=SC2034 # tool, who and why are the caller's

# Usage: cloud_user [CLOUD]
# Sets tool to the cloud's own program, and question to its arguments; both are empty for local.
cloud_user() {
  case ${1:-$cloud} in
    aws | cloud9)
      tool=aws
      question=(sts get-caller-identity --query Arn --output text)
      ;;
    azure)
      tool=az
      question=(account show --query user.name --output tsv)
      ;;
    gcp)
      tool=gcloud
      question=(auth list '--filter=status:ACTIVE' '--format=value(account)')
      ;;
    codespaces)
      tool=gh
      question=(api user --jq .login)
      ;;
    *) tool='' question=() ;;
  esac
}

# Usage: ask_user
# Sets who to the user, or returns 1 with why: the tool's last message.
ask_user() {
  local said code=0 wait=20
  who='' why='this is not a cloud shell'
  [[ -n $tool ]] || return 1
  why="$tool is not installed"
  command -v "$tool" >/dev/null || return 1
  # A tool may warn and answer: "!" marks the lines of its standard error.
  said=$({
    AWS_MAX_ATTEMPTS=2 within "$wait" "$tool" "${question[@]}" 2>&1 >&3 </dev/null |
      sed -n 's/./!&/p'
    exit "${PIPESTATUS[0]}"
  } 3>&1) || code=$?
  why="$tool gave no answer in $wait s"
  ((code != 124)) || return 1
  why=${said##*$'\n'}
  why="$tool says: ${why#!}"
  while [[ $said == '!'* ]]; do
    [[ $said == *$'\n'* ]] || said+=$'\n'
    said=${said#*$'\n'}
  done
  who=${said%%$'\n'*}
  ((code == 0)) && [[ -n $who ]]
}
