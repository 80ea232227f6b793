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
  ask_python settings || need_python 'reads the files of aws, az and gcloud'
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
