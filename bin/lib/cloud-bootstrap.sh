# shellcheck shell=bash
# Set up a new cloud shell: a project's venv, an SSH key, git's identity.
#
# Usage: cloud-env bootstrap [DIR] [OPTION]...
#
# Examples:
#   cloud-env bootstrap my-project
#   cloud-env bootstrap --git-name 'Ada Lovelace' --git-email ada@example.com
#
# Makes DIR/.venv (default: the current folder) where DIR holds a Python project, and installs what
# the first of its uv.lock, poetry.lock, pdm.lock, Pipfile.lock, requirements.txt,
# pyproject.toml and setup.py names; uv, poetry, pdm and pipenv are fetched for this once where they
# are missing. Makes an SSH key for git hosts where there is none, and prints its public half on
# standard output. Asks no question. Can be run again: what works is kept, what is broken is
# repaired. A last line names the user whom the cloud's own tool reports.
#
# Options:
#   --python PATH         Python that makes the venv (default: the newest from 3.11 on, else the
#                         kit's own)
#   --git-name NAME       git's user.name
#   --git-email ADDRESS   git's user.email
#   --ssh-key FILE        the key (default: the first ~/.ssh/id_*, else ~/.ssh/id_ed25519)
#   --no-venv, --no-ssh, --no-identity
#                         leave out this step
#   --customize PACKAGE   Google Cloud Shell only: have ~/.customize_environment install this Debian
#                         package at each start; repeat for more
#   --dry-run             print what would be done, change nothing

# shellcheck disable=SC2034,SC2154 # shared with cloud-steps.sh and kit.sh

# Usage: cloud_bootstrap [DIR] [OPTION...]
# The subcommand "bootstrap".
cloud_bootstrap() {
  local folder='' python='' git_name='' git_email='' key='' packages=() dry='' failed=0
  local venv=1 ssh=1 identity=1
  bootstrap_options "$@"
  require_home
  require_cloud
  folder=${folder:-.}
  [[ -d $folder ]] || die 1 "$folder: no such folder; name the project's"
  one_at_a_time
  ((! ${#packages[@]})) || step customize
  [[ -z $git_name ]] || step git_setting user.name "$git_name"
  [[ -z $git_email ]] || step git_setting user.email "$git_email"
  ((! venv)) || step project_venv
  ((! ssh)) || step ssh_key
  ((! identity)) || step identity
  ((! failed)) || exit 1
}

# Usage: one_at_a_time
# A second bootstrap of this home waits, and then finds everything made. The lock is on the home's
# own folder, so that it leaves no file; where there is no flock (macOS) there is no lock.
one_at_a_time() {
  command -v flock >/dev/null || return 0
  exec 9<"$HOME"
  flock -w 900 9 || die 1 'another bootstrap has been at work for 15 minutes; end it and try again'
}

# Usage: identity
# Prints the user whom the cloud's own tool names; it is not a failure where there is none.
identity() {
  cloud_user
  if [[ -n $dry ]]; then
    report would "ask ${tool:-no tool} who you are"
  elif ask_user; then
    report you "are $who"
  else
    report skipped "who you are in the cloud: $why"
  fi
}

# Usage: bootstrap_options "$@"
bootstrap_options() {
  while (($#)); do
    case $1 in
      --python | --git-name | --git-email | --ssh-key | --customize)
        need_value "$1" $#
        [[ -n $2 ]] || usage_error "$1 needs a value that is not empty"
        bootstrap_value "$1" "$2"
        shift 2
        continue
        ;;
      --no-venv) venv=0 ;;
      --no-ssh) ssh=0 ;;
      --no-identity) identity=0 ;;
      --dry-run) dry=1 ;;
      -?*) subcommand_option "$1" || usage_error "unknown option $1" ;;
      *)
        [[ -z $folder ]] || usage_error "one folder at most"
        folder=$1
        ;;
    esac
    shift
  done
}

# Usage: bootstrap_value OPTION VALUE
bootstrap_value() {
  local name='^[a-z0-9][a-z0-9.+-]+$'
  case $1 in
    --python) python=$2 ;;
    --git-name) git_name=$2 ;;
    --git-email) git_email=$2 ;;
    --ssh-key) key=$2 ;;
    --customize)
      [[ $2 =~ $name ]] || usage_error "--customize $2 is not the name of a Debian package"
      packages+=("$2")
      ;;
  esac
}

# Usage: step FUNCTION [ARG...]
# Runs one step; where it fails the others still run, and the command ends with 1.
step() {
  "$@" || failed=1
}

# Usage: git_setting NAME VALUE
git_setting() {
  local now
  command -v git >/dev/null || fail "git is missing: $1 is not set" || return
  now=$(git config --global --get "$1") || now=''
  if [[ $now == "$2" ]]; then
    report kept "git $1 = $2"
  elif [[ -n $dry ]]; then
    report would "set git $1 = $2"
  elif git config --global "$1" "$2" 2>/dev/null; then
    report set "git $1 = $2"
  else
    fail "git $1 could not be written to ~/.gitconfig; check its rights and the space left"
  fi
}

# Usage: ssh_key
# Makes the key without a passphrase: there is nobody to type it in a shell that starts anew each
# time. A key that is there is kept; its mode is repaired, and so is a lost public half.
ssh_key() {
  local file=$key
  command -v ssh-keygen >/dev/null || fail 'ssh-keygen is missing; install openssh' || return
  [[ -n $file ]] || find_key
  [[ $file == */* ]] || file=./$file
  if [[ -n $dry ]]; then
    if [[ -e $file ]]; then report kept "$file"; else report would "make the key $file"; fi
    return
  fi
  if [[ ! -e $file ]]; then
    (umask 077 && mkdir -p -- "${file%/*}") 2>/dev/null &&
      ssh-keygen -q -t ed25519 -N '' -C "${USER:-me}@$cloud" -f "$file" </dev/null 2>/dev/null ||
      fail "$file could not be made; check the folder and the space left" || return
    report made "$file; give its public half to your git host (GitHub: Settings, SSH keys)"
  else
    repair_key || return 1
  fi
  [[ -s $file.pub ]] || public_half || return 1
  put "$(<"$file.pub")"
}

find_key() {
  for file in "$HOME"/.ssh/id_{ed25519,ecdsa,rsa}; do
    [[ ! -f $file ]] || return 0
  done
  file=$HOME/.ssh/id_ed25519
}

# Usage: repair_key
# ssh refuses a private key that others can read.
repair_key() {
  local mode
  read -r mode _ < <(ls -ldL -- "$file")
  if [[ ${mode:4:6} == ------ ]]; then
    report kept "$file"
  elif chmod 600 -- "$file"; then
    report repaired "$file could be read by others, now by you alone"
  else
    fail "$file can be read by others and its mode cannot be changed"
  fi
}

# Usage: public_half
# Written whole or not at all, from the private half; a passphrase would be asked, so it is not.
public_half() {
  local text
  if text=$(ssh-keygen -y -P '' -f "$file" 2>/dev/null </dev/null) &&
    printf '%s\n' "$text" >"$file.pub.$$" && mv -f -- "$file.pub.$$" "$file.pub"; then
    report repaired "$file.pub was missing"
  else
    rm -f -- "$file.pub.$$"
    fail "$file is not a key that opens without a passphrase; name another with --ssh-key"
  fi
}

# Usage: customize
# Google Cloud Shell runs ~/.customize_environment as root at each start of its machine. Ours is one
# block in it; the rest of the file stays.
customize() {
  local file=$HOME/.customize_environment block old='' before after
  local from='# >>> beachhead packages' to='# <<< beachhead packages'
  if [[ $cloud != gcp ]]; then
    report skipped "$file: only Google Cloud Shell reads it, this is $cloud"
    return
  fi
  block="$from"$'\n'"apt-get update && apt-get install -y ${packages[*]}"$'\n'"$to"
  [[ ! -f $file ]] || old=$(<"$file")
  before=${old%%"$from"*} after=${old#*"$to"}
  if [[ $old != *"$from"*"$to"* ]]; then
    before=${old:-#!/bin/sh}$'\n' after=''
  fi
  if [[ $before$block$after == "$old" ]]; then
    report kept "$file"
  elif [[ -n $dry ]]; then
    report would "have $file install ${packages[*]}"
  elif printf '%s\n' "$before$block$after" >"$file.$$" && chmod +x "$file.$$" &&
    mv -f -- "$file.$$" "$file"; then
    report set "$file installs ${packages[*]} at each start"
  else
    rm -f -- "$file.$$"
    fail "$file could not be written; check its rights and the space left"
  fi
}
