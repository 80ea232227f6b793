# shellcheck shell=bash
# Which files the shell of this person reads when it starts.

# Usage: zsh_folder
# Sets ZSH_FOLDER to where zsh looks for .zshrc: ZDOTDIR, which a .zshenv may set for zsh alone.
# zsh is asked only where one of these files names the variable.
zsh_folder() {
  local file line
  [[ -z ${ZSH_FOLDER-} ]] || return 0
  ZSH_FOLDER=${ZDOTDIR:-$HOME}
  [[ -z ${ZDOTDIR-} ]] && command -v zsh >/dev/null 2>&1 || return 0
  for file in "$HOME/.zshenv" /etc/zshenv /etc/zsh/zshenv; do
    [[ -f $file && -r $file ]] || continue
    while IFS= read -r line || [[ -n $line ]]; do
      [[ $line == *ZDOTDIR* && ! $line =~ ^[[:space:]]*# ]] || continue
      # shellcheck disable=SC2016 # zsh expands it
      line=$(zsh -c 'printf "\n%s" "${ZDOTDIR-}"' </dev/null 2>/dev/null) || line=''
      line=${line##*$'\n'}
      [[ ! -d $line ]] || ZSH_FOLDER=${line%/}
      return 0
    done <"$file"
  done
}

# Usage: rc_login
# Sets RC_UNREAD to why this person's login shell would not read our block and what to do, or to
# nothing.
# shellcheck disable=SC2034 # read by the other parts
rc_login() {
  local shell=${SHELL:-bash}
  shell=${shell##*/} RC_UNREAD=''
  case $shell in
    bash | sh | dash) bash_login ;;
    zsh) ;;
    *)
      ! has_bin "$shell" || return 0
      RC_UNREAD="your login shell is $shell, which reads neither ~/.bashrc nor ~/.zshrc; "
      case $shell in
        fish) RC_UNREAD=$RC_UNREAD"run in it: fish_add_path --append $WORD" ;;
        *) RC_UNREAD=$RC_UNREAD"add to its PATH: $WORD" ;;
      esac
      ;;
  esac
}

# Usage: has_bin SHELL
# Returns 0 if our bin is on the PATH of fish, or a file of another shell names it. Sets WORD to bin,
# quoted.
has_bin() {
  shell_word "$ROOT/bin"
  if [[ $1 == fish ]] && command -v fish >/dev/null 2>&1; then
    # shellcheck disable=SC2016 # fish expands them
    fish -c 'contains -- $argv[1] $PATH' "$ROOT/bin" </dev/null >/dev/null 2>&1
  else
    [[ -d $HOME/.config/$1 ]] && grep -rqF -- "$ROOT/bin" "$HOME/.config/$1" 2>/dev/null
  fi
}

# Usage: bash_login
# What rc_login does for Bash: a login shell reads one file only, the first of three, and that may
# not go on to ~/.bashrc.
# shellcheck disable=SC2034 # read by the other parts
bash_login() {
  local name line
  RC_UNREAD='there is no ~/.bash_profile, so that a login shell does not read ~/.bashrc; make it, with the line:'
  for name in .bash_profile .bash_login .profile; do
    [[ -f $HOME/$name && -r $HOME/$name ]] || continue
    RC_UNREAD="a login shell reads ~/$name, which does not name ~/.bashrc; add to it:"
    while IFS= read -r line || [[ -n $line ]]; do
      if [[ $line == *bashrc* && ! $line =~ ^[[:space:]]*# ]]; then
        RC_UNREAD=''
        return
      fi
    done <"$HOME/$name"
    break
  done
  RC_UNREAD="$RC_UNREAD . ~/.bashrc"
}
