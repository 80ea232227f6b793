# shellcheck shell=bash
# Who you are, by the cloud's own tool: asked of the network, with an end to the waiting.
# shellcheck disable=SC2154 # cloud is set by detect_cloud
# shellcheck disable=SC2034 # tool, who and why are the caller's

# Usage: cloud_user [CLOUD]
# Sets tool to the program that knows, and question to what to ask it; both empty for local.
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
# Sets who, or returns 1 with why: what the tool complained of last, in one line.
ask_user() {
  local said code=0 wait=20
  who='' why='this is no cloud shell'
  [[ -n $tool ]] || return 1
  why="$tool is not installed"
  command -v "$tool" >/dev/null || return 1
  # A tool may warn and answer: the "!" tells the two apart in one stream.
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
