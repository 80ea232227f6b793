# shellcheck shell=bash
# Print which cloud shell this is: one word, or a record of its properties.
#
# Usage: cloud-env detect [--json] [--format table|csv|json]
#
# Examples:
#   cloud-env detect
#   cloud-env detect --json
#
# Prints aws, azure, gcp, codespaces, cloud9 or local. With a format it prints a record: the name,
# the sign that decided, signs of other clouds, what survives a session, the size of the home, the
# python3 and sudo to expect, the source of the identity. Reads variables and marker files, under
# sudo also the variables of its parent processes; makes no network request and, without a format,
# starts no program.
#
# With signs of several clouds, a marker file beats a variable with a known value, which beats a
# variable that is only set; among equals the first in the list above wins. Standard error says
# which won and why. BEACHHEAD_CLOUD=NAME overrides all signs. BEACHHEAD_SYSROOT=DIR looks for the
# marker files under DIR, such as an image.
#
# Options:
#   --json, --format table|csv|json   print a record

clouds=(aws azure gcp codespaces cloud9)

# What the shells set. HOME and C9_* are here because sudo takes them away as well.
cloud_variables=(
  AWS_EXECUTION_ENV ACC_CLOUD ACC_TID AZUREPS_HOST_ENVIRONMENT CLOUD_SHELL GOOGLE_CLOUD_SHELL
  DEVSHELL_PROJECT_ID CODESPACES C9_USER C9_PROJECT HOME
)

# Usage: detect_cloud
# Sets cloud, cloud_why (the sign that decided) and cloud_also (signs of others, one an item).
# Returns 1 where BEACHHEAD_CLOUD names no cloud; the signs then decide. Starts no program.
# Example: detect_cloud; printf '%s\n' "$cloud"
detect_cloud() {
  local -A seen=() rank=() sign=()
  local known
  own_signs
  if ((${#rank[@]} == 0)) && [[ -n ${SUDO_USER-} || $EUID == 0 ]]; then signs_above; fi
  pick_cloud
  known=" ${clouds[*]} local "
  [[ -n ${BEACHHEAD_CLOUD-} ]] || return 0
  [[ $known == *" $BEACHHEAD_CLOUD "* ]] || return 1
  cloud=$BEACHHEAD_CLOUD cloud_why="BEACHHEAD_CLOUD=$cloud" cloud_also=()
}

# Usage: own_signs
# Reads this process's variables and the machine's marker files into rank and sign.
own_signs() {
  local name
  for name in "${cloud_variables[@]}"; do
    [[ -n ${!name-} ]] && seen[$name]=${!name}
  done
  marker_signs
  variable_signs
}

# Usage: mark CLOUD RANK SIGN
# Keeps the strongest sign of each cloud.
mark() {
  ((${rank[$1]-0} < $2)) || return 0
  rank[$1]=$2 sign[$1]=$3
}

# Usage: marker_signs
# Marks signs that neither a copied dotfile nor a forwarded variable can bring along.
marker_signs() {
  local top=${BEACHHEAD_SYSROOT-}
  [[ ! -d $top/google/devshell ]] || mark gcp 3 /google/devshell
  [[ ! -d $top/workspaces/.codespaces ]] || mark codespaces 3 /workspaces/.codespaces
}

# Usage: variable_signs
# Marks the signs among the variables in seen.
variable_signs() {
  local name
  [[ ${seen[AWS_EXECUTION_ENV]-} != CloudShell ]] || mark aws 2 AWS_EXECUTION_ENV=CloudShell
  [[ ${seen[AZUREPS_HOST_ENVIRONMENT]-} != cloud-shell/* ]] ||
    mark azure 2 "AZUREPS_HOST_ENVIRONMENT=${seen[AZUREPS_HOST_ENVIRONMENT]}"
  for name in CLOUD_SHELL GOOGLE_CLOUD_SHELL; do
    [[ ${seen[$name]-} != true ]] || mark gcp 2 "$name=true"
  done
  [[ ${seen[CODESPACES]-} != true ]] || mark codespaces 2 CODESPACES=true
  for name in ACC_CLOUD ACC_TID; do
    [[ -z ${seen[$name]-} ]] || mark azure 1 "$name is set"
  done
  [[ -z ${seen[DEVSHELL_PROJECT_ID]-} ]] || mark gcp 1 'DEVSHELL_PROJECT_ID is set'
  for name in C9_USER C9_PROJECT; do
    [[ -z ${seen[$name]-} ]] || mark cloud9 1 "$name is set"
  done
  [[ -z ${seen[HOME]-} || ! -d ${seen[HOME]}/.c9 ]] || mark cloud9 1 "${seen[HOME]}/.c9"
}

# Usage: signs_above
# sudo empties the environment, yet root may read that of sudo itself and of the shell above it.
# Where /proc is closed or absent, the account that CloudShell gives everybody, or Cloud9's folder, must do.
signs_above() {
  local pid=$PPID stat=() pair pairs hops
  for ((hops = 0; pid > 1 && hops < 8 && ${#rank[@]} == 0; hops++)); do
    { mapfile -d '' pairs </proc/"$pid"/environ && mapfile -t stat </proc/"$pid"/stat; } 2>/dev/null ||
      break
    if [[ ${pairs[*]} =~ (AWS_EX|ACC_|AZUREPS|CLOUD_SH|DEVSH|CODESP|C9_) ]]; then
      for pair in "${pairs[@]}"; do
        [[ " ${cloud_variables[*]} " != *" ${pair%%=*} "* ]] || seen[${pair%%=*}]=${pair#*=}
      done
      variable_signs
    fi
    # "pid (name) state parent": a name may hold spaces and brackets.
    pid=${stat[*]##*) ? }
    pid=${pid%% *}
  done
  [[ ! -d ${BEACHHEAD_SYSROOT-}/home/${SUDO_USER:-.}/.c9 ]] || mark cloud9 1 "/home/$SUDO_USER/.c9"
  [[ ${SUDO_USER-} != cloudshell-user ]] || mark aws 1 SUDO_USER=cloudshell-user
}

# Usage: pick_cloud
# Sets cloud, cloud_why and cloud_also from rank and sign.
pick_cloud() {
  local name
  cloud=local cloud_why='no sign of a cloud shell' cloud_also=()
  for name in "${clouds[@]}"; do
    ((${rank[$name]-0} <= ${rank[$cloud]-0})) || cloud=$name cloud_why=${sign[$name]}
  done
  for name in "${!rank[@]}"; do
    [[ $name == "$cloud" ]] || cloud_also+=("$name (${sign[$name]})")
  done
}

# Usage: cloud_name CLOUD
# Sets name to what people call the shell.
# Example: cloud_name aws; printf '%s\n' "$name"
cloud_name() {
  case $1 in
    aws) name='AWS CloudShell' ;;
    azure) name='Azure Cloud Shell' ;;
    gcp) name='Google Cloud Shell' ;;
    codespaces) name='GitHub Codespaces' ;;
    cloud9) name='AWS Cloud9' ;;
    *) name='a shell of your own' ;;
  esac
}

# Usage: require_cloud
# Runs detect_cloud for a command that was typed: a wrong BEACHHEAD_CLOUD ends it with 2.
require_cloud() {
  detect_cloud ||
    help_of='' usage_error "BEACHHEAD_CLOUD=$BEACHHEAD_CLOUD is none of ${clouds[*]} local"
}

# Usage: cloud_facts CLOUD
# Sets facts: home size, what persists, python3, sudo, identity.
cloud_facts() {
  case $1 in
    aws) facts=('1 GB' 'the home only; nothing in a VPC environment' 3.9
      'yes; what it installs vanishes' 'container endpoint') ;;
    azure) facts=('5 GB' 'the home only; nothing when ephemeral' 3.12 none 'az is logged in') ;;
    gcp) facts=('5 GB' 'the home only; nothing when ephemeral' 'not published'
      'yes; what it installs vanishes' 'metadata server') ;;
    codespaces) facts=(chosen 'all, until the codespace is deleted' '3.13 or 3.14' yes
      GITHUB_TOKEN) ;;
    cloud9) facts=('of the instance' all 'of the instance' yes
      'AWS credentials file, rewritten by Cloud9') ;;
    *) facts=('of the machine' all 'of the machine' unknown 'of your own') ;;
  esac
}

# Usage: cloud_detect [OPTION...]
# The subcommand "detect".
cloud_detect() {
  local format='' name facts=() also
  parse_format "$@"
  require_cloud
  printf -v also '%s, ' "${cloud_also[@]}"
  also=${also%, }
  if [[ -n $also ]]; then
    note "also signs of $also; $cloud wins by $cloud_why; BEACHHEAD_CLOUD overrules"
  fi
  [[ -n $format ]] || { put "$cloud" && return; }
  source_parts emit
  cloud_name "$cloud"
  cloud_facts "$cloud"
  emit_record "$format" cloud "$cloud" name "$name" because "$cloud_why" also "$also" \
    home "${facts[0]}" persists "${facts[1]}" python3 "${facts[2]}" sudo "${facts[3]}" \
    identity "${facts[4]}"
}
