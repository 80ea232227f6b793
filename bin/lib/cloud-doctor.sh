# shellcheck shell=bash
# Find what is broken in this home, with how to fix it.
#
# Usage: cloud-env doctor [--json] [--format table|csv|json]
#
# Examples:
#   cloud-env doctor
#   cloud-env doctor --json
#
# Checks the home and its disk, when the cloud deletes an idle home and when this one was packed last,
# the kit's Python and .venv (by running them), tools, locale, PATH, NODE_ENV, TMPDIR, git's identity,
# the kit's block in ~/.bashrc and ~/.zshrc, keys that others can read, and credentials that are
# long-lived, in plain text or shadow the shell's own login: these by file and line, never by value.
# Changes nothing and makes no network request.
#
# Prints a row for each finding: its level (ok, warn or broken), the check, the finding, the fix.
# Exits with 1 if something is broken, else with 0.
#
# Options:
#   --json, --format table|csv|json   output format

# shellcheck disable=SC2034,SC2154 # shared with the checks, kit.sh and cloud-detect.sh

# Usage: cloud_doctor [OPTION...]
# The subcommand "doctor".
cloud_doctor() {
  local format='' rows=() broken=0 home=${HOME-} root check
  parse_format "$@"
  default_format
  require_cloud
  root=$(cd -P -- "$kit_lib/../.." && pwd)
  for check in cloud home disk packed venv python tools locale path variables git rc; do
    "check_$check"
  done
  check_secrets
  if [[ $format == table ]]; then
    print_findings
  else
    emit_rows "$format" level check finding fix -- "${rows[@]}"
  fi
  ((! broken)) || exit 1
}

# Usage: found LEVEL CHECK FINDING [FIX]
# Adds a row.
found() {
  [[ $1 != broken ]] || broken=1
  rows+=("$1" "$2" "$3" "${4-}")
}

# Usage: print_findings
# Prints the table: each finding with its fix below it, which may be longer than the line.
print_findings() {
  local row text='' line
  for ((row = 0; row < ${#rows[@]}; row += 4)); do
    printf -v line '%-7s %-8s %s' "${rows[row]}" "${rows[row + 1]}" "${rows[row + 2]}"
    text+=${line//[[:cntrl:]]/?}$'\n'
    [[ -z ${rows[row + 3]} ]] || text+="                 -> ${rows[row + 3]//[[:cntrl:]]/?}"$'\n'
  done
  put "$(harmless "${text%$'\n'}" $'\n')"
}

# Usage: tilde PATH
# Sets shown to PATH with ~ for the home.
tilde() {
  shown=$1
  # shellcheck disable=SC2088 # the ~ is to be read, not expanded
  [[ -z $home || $1 != "$home"/* ]] || shown="~/${1#"$home"/}"
}

check_cloud() {
  local name
  cloud_name "$cloud"
  if ((${#cloud_also[@]})); then
    found warn cloud "$name by $cloud_why; also signs of ${cloud_also[*]}" \
      'unset the stray variables, or set BEACHHEAD_CLOUD'
  else
    found ok cloud "$name ($cloud_why)"
  fi
  case $cloud in
    aws | azure | gcp)
      [[ $root == "$home"/* ]] ||
        found warn cloud "the kit is in $root, which this shell forgets" \
          'move it into the home and run its install.sh'
      ;;
  esac
}

# Credentials that shadow the shell's own login, are long-lived, in plain text or open to others.
check_secrets() {
  local values=() said=() row
  if ! ask_python secrets "$cloud" "$home"; then
    found warn secrets 'no python3 runs, which searches the files' "$root/install.sh brings its own"
    return
  fi
  for ((row = 0; row < ${#said[@]}; row += 3)); do
    found "${said[row]}" secrets "${said[row + 1]}" "${said[row + 2]}"
  done
  ((${#said[@]})) || found ok secrets 'no long-lived, shadowing or open credentials seen'
}
