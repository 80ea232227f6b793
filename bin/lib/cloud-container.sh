# AWS's container endpoint, which gives CloudShell's own login: sourced, never executed.
# shellcheck shell=bash

# Usage: trusted_host URL
# Tells whether botocore would send the token that opens the endpoint there.
trusted_host() {
  local host=${1#*://}
  [[ $1 == http* ]] || return 1
  host=${host%%[/?#]*}
  [[ $host != *@* ]] || return 1
  [[ $host != '['* ]] || host=${host%%]*}]
  [[ $host == '['* ]] || host=${host%%:*}
  [[ $host == localhost || $host =~ ^127\.[0-9]+\.[0-9]+\.[0-9]+$ || $host == '[::1]' ||
    $host == 169.254.170.2 || $host == 169.254.170.23 || $host == '[fd00:ec2::23]' ]]
}
