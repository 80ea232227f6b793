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
  if [[ -n ${beachhead_work_is_ours-} ]]; then compdef beachhead_work_zsh work; fi
}

# Usage: beachhead_zsh_value      completes what _arguments left to us: $state
# input, line and opt_args are _beachhead's: the place of the input file, the arguments, the options.
beachhead_zsh_value() {
  local file='' word delimiter=${(Q)opt_args[-d]:-${(Q)opt_args[--delimiter]}}
  if [[ $state == model ]]; then
    _path_files -/
    _path_files -g '*.zip(-.)'
    return
  fi
  (( ! input )) || file=${(Q)line[input]}
  [[ -z ${opt_args[--data]-} ]] || file=${(Q)opt_args[--data]}
  # line ends at the cursor.
  for word in ${words[CURRENT+1,-1]}; do
    [[ -z $file && $word != -* ]] || continue
    word=${(Q)word}
    [[ ! -f ${word/#\~\//$HOME/} ]] || file=$word
  done
  (( $+functions[beachhead_columns] )) || . "$BEACHHEAD_HOME/dotfiles/shell/columns.sh"
  [[ $state != columns ]] || compset -P '*,'
  beachhead_columns "$file" "$delimiter"
}

# Usage: beachhead_candidate TEXT      offers a column name
beachhead_candidate() {
  if [[ $state == columns ]]; then
    compadd -q -S , -- "$1"
  else
    compadd -- "$1"
  fi
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

# Usage: beachhead_first_tab WIDGET      what the first Tab calls, whatever key it is
# compinit puts its own widgets in the place of ours. Another plugin may have kept a copy of ours:
# so a widget of that kind is made and called, not the one of that name.
# Plugins that wrap widgets wrap those of compinit anew.
beachhead_first_tab() {
  beachhead_compinit
  if (( $+functions[_zsh_highlight_bind_widgets] )); then _zsh_highlight_bind_widgets; fi
  zle -C beachhead-$1 .$1 _main_complete
  zle beachhead-$1
}

# Usage: beachhead_lazy
# Puts the first Tab behind zsh's own completion widgets, also where zsh-syntax-highlighting or
# zsh-autosuggestions wrap them; a widget that you have replaced stays. No key is bound: what you or
# fzf have bound to Tab stays, and ends in one of these widgets.
beachhead_lazy() {
  emulate -L zsh
  local widget
  for widget in complete-word delete-char-or-list expand-or-complete expand-or-complete-prefix \
    list-choices menu-complete menu-expand-or-complete reverse-menu-complete; do
    case ${widgets[$widget]-builtin} in
      builtin | user:_zsh_highlight_* | user:_zsh_autosuggest_*) ;;
      *) continue ;;
    esac
    functions[beachhead_tab_$widget]="beachhead_first_tab $widget"
    zle -N $widget beachhead_tab_$widget
  done
}

if (( $+functions[compdef] )); then
  beachhead_compinit
else
  beachhead_lazy
fi
