# Completion in zsh: compinit waits for the first Tab, then Tab completes as it always would.

fpath=("$BEACHHEAD_HOME/dotfiles/completions" $fpath)

# Usage: beachhead_compinit
# Runs compinit where nobody has, and names our completer for each command of bin/.
beachhead_compinit() {
  emulate -L zsh
  local dump=$beachhead_state/zcompdump-$ZSH_VERSION folder file
  if (( ! $+functions[compdef] )); then
    command mkdir -p -- $beachhead_state
    for folder in $fpath; do
      if [[ $folder -nt $dump ]]; then
        command rm -f -- $dump
        break
      fi
    done
    autoload -Uz compinit
    # -C: the dump is believed; it was just found to be newer than every folder.
    compinit -C -d $dump
  fi
  autoload -Uz _beachhead
  for file in "$BEACHHEAD_HOME"/bin/*(N-.x:t); do
    compdef _beachhead $file
  done
  compdef beachhead_work_zsh work
}

# Usage: beachhead_work_name NAME FOLDER      a reply for zsh's Tab
beachhead_work_name() {
  compadd -- "$1"
  return 1
}

# Usage: beachhead_work_zsh      what compdef calls for `work`
beachhead_work_zsh() {
  case ${words[CURRENT]} in
    -*) compadd -- --add --list --remove --root --help ;;
    *)
      case ${words[CURRENT-1]} in
        --add | --root) _files -/ ;;
        *) beachhead_work_each beachhead_work_name ;;
      esac
      ;;
  esac
}

# Usage: beachhead_first_tab      the widget behind the first Tab
beachhead_first_tab() {
  bindkey '^I' expand-or-complete
  beachhead_compinit
  zle expand-or-complete
}

if (( $+functions[compdef] )); then
  beachhead_compinit
else
  zle -N beachhead_first_tab
  bindkey '^I' beachhead_first_tab
fi
