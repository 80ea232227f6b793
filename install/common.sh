# shellcheck shell=bash
# What every part of install.sh uses: messages, paths, the lock. Sourced, never executed.
#
# bash 3.2 (macOS) runs this: no associative arrays, no ${x,,}, no mapfile.
# The parts speak to each other through variables in capitals, each set by the function whose
# `Usage` says so; ShellCheck sees one file at a time, hence the notes on SC2034.

# Usage: say TEXT...      a line of progress, on stderr
say() { printf 'install.sh: %s\n' "$*" >&2; }

# Usage: die 'what is wrong; what to do'
die() {
  say "$*"
  exit 1
}

# Usage: usage_error 'what is wrong'
usage_error() {
  say "$*; see ./install.sh --help"
  exit 2
}

# Usage: print_header FILE      prints the comment block under the first line
print_header() {
  local line
  while IFS= read -r line; do
    case $line in
      '#!'*) ;;
      '# '*) printf '%s\n' "${line#'# '}" ;;
      '#') printf '\n' ;;
      *) return 0 ;;
    esac
  done <"$1"
}

# Usage: set_paths
# Sets VENV, MARK (ours inside it), STATE, and HEAVY, where a Python of ours would be.
# shellcheck disable=SC2034 # read by the other parts
set_paths() {
  VENV=$ROOT/.venv
  MARK=$VENV/.beachhead
  STATE=''
  if [[ -n ${BEACHHEAD_STATE-} ]]; then
    STATE=$BEACHHEAD_STATE
  elif [[ -n ${XDG_STATE_HOME-} ]]; then
    STATE=$XDG_STATE_HOME/beachhead
  elif [[ -n ${HOME-} ]]; then
    STATE=$HOME/.local/state/beachhead
  elif ((DOTFILES)) || [[ $ACTION == uninstall ]]; then
    die 'HOME is not set; set it, or use --no-dotfiles'
  fi
  [[ -z $STATE || $STATE == /* ]] || STATE=$PWD/$STATE
  while [[ $STATE == *//* ]]; do STATE=${STATE%%//*}/${STATE#*//}; done
  STATE=${STATE%/}
  HEAVY=$STATE
  if scratch_link; then HEAVY=${TARGET%/*}; fi
}

# Usage: owner_preflight
# Root does not write into another's home: the files would be root's, and its owner could send
# them elsewhere by a link. Nor is sudo needed for a checkout of one's own.
owner_preflight() {
  local folder=$ROOT
  ((EUID == 0)) || return 0
  if ((DOTFILES)) || [[ $ACTION == uninstall ]]; then
    folder=$HOME
  elif [[ ${SUDO_UID-0} == 0 ]]; then
    return 0
  fi
  [[ -e $folder && ! -O $folder ]] || return 0
  die "you are root, but $folder belongs to $(file_owner "$folder"); run ./install.sh as that \
user, without sudo, or set HOME to root's own"
}

# Usage: shell_word TEXT
# Sets WORD to TEXT quoted for bash and zsh, on one line even where TEXT holds a newline.
# shellcheck disable=SC2034 # read by the other parts
shell_word() {
  local text=$1 quote=\' escaped=\'\\\'\'
  case $text in
    *[[:cntrl:]]*)
      # The patterns are in variables: bash 3.2 and 5.2 read quotes inside ${//} differently.
      local slash=\\ two=\\\\ newline=$'\n' back_n='\n' back_quote=\\\'
      text=${text//"$slash"/"$two"}
      text=${text//"$quote"/"$back_quote"}
      text=${text//"$newline"/"$back_n"}
      WORD="\$'$text'"
      ;;
    *)
      local left=$text out=''
      while [[ $left == *"$quote"* ]]; do
        out=$out${left%%"$quote"*}$escaped
        left=${left#*"$quote"}
      done
      WORD="'$out$left'"
      ;;
  esac
}

# Usage: vim_word TEXT      sets WORD to TEXT quoted for vim
# shellcheck disable=SC2034 # read by the other parts
vim_word() {
  local left=$1 out='' quote=\'
  while [[ $left == *"$quote"* ]]; do
    out=$out${left%%"$quote"*}$quote$quote
    left=${left#*"$quote"}
  done
  WORD="'$out$left'"
}

# Usage: file_mode FILE      prints its mode in octal
file_mode() { stat -c %a "$1" 2>/dev/null || stat -f %Lp "$1"; }

# Usage: file_owner FILE      prints the name of its owner, with the number
file_owner() { stat -c '%U (%u)' "$1" 2>/dev/null || stat -f '%Su (%u)' "$1"; }

# Usage: sha256 FILE      prints the hash, or - where there is no file
sha256() {
  local line
  if [[ ! -f $1 ]]; then
    printf -- '-\n'
    return
  fi
  if command -v sha256sum >/dev/null 2>&1; then
    line=$(sha256sum <"$1")
  else
    line=$(shasum -a 256 <"$1")
  fi
  printf '%s\n' "${line%% *}"
}

# Usage: take_lock FOLDER
# Waits while another install.sh works on FOLDER. The kernel frees a flock even after kill -9;
# where there is no flock (macOS), a link naming the owner's process stands in for it.
take_lock() {
  local file=$1/lock tries=0 owner
  if command -v flock >/dev/null 2>&1; then
    exec 9>>"$file" || die "cannot write to $1; make it writable"
    flock -n 9 && return
    say 'another install.sh is at work here; waiting for it'
    flock -w 900 9 || die "another install.sh has held $file for 15 minutes; end it and try again"
    return
  fi
  until ln -s "$$" "$file.pid" 2>/dev/null; do
    owner=$(readlink "$file.pid") || continue
    if ! kill -0 "$owner" 2>/dev/null; then
      rm -f "$file.pid"
    elif ((tries++ == 0)); then
      say 'another install.sh is at work here; waiting for it'
    elif ((tries > 900)); then
      die "another install.sh has held $file.pid for 15 minutes; end it and try again"
    fi
    sleep 1
  done
  LOCKS=${LOCKS-}$file.pid$'\n'
}

# Usage: drop_lock FOLDER
drop_lock() {
  exec 9>&-
  rm -f "$1/lock.pid"
}
