# shellcheck shell=bash
# Tab for every command of bin/, from the static files that completions/generate wrote.
#
# Nothing is read before the first Tab: in zsh that is also when compinit runs, which would cost
# more than all the rest of the start.

if [ -n "${ZSH_VERSION-}" ]; then
  # shellcheck source=/dev/null
  . "$BEACHHEAD_HOME/dotfiles/shell/completion.zsh"
  return 0
fi

# Usage: beachhead_complete COMMAND WORD BEFORE      what `complete -F` calls
beachhead_complete() {
  local line=$1 word=$2 before=$3 choice i
  local beachhead_jobs='' beachhead_options='' beachhead_values=''
  if ! declare -F beachhead_words >/dev/null; then
    # shellcheck source=/dev/null
    . "$BEACHHEAD_HOME/dotfiles/completions/beachhead.bash" || return 0
  fi
  line=${line##*/}
  COMPREPLY=()
  beachhead_words "$line"
  # The job is the first word that is no option.
  for ((i = 1; i < COMP_CWORD; i++)); do
    case " $beachhead_jobs " in
      *" ${COMP_WORDS[i]} "*)
        line="$line ${COMP_WORDS[i]}"
        beachhead_words "$line"
        break
        ;;
    esac
  done
  # Bash splits --format=csv into three words.
  if [[ $before == = ]]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi
  if [[ $word == = ]]; then
    before=${COMP_WORDS[COMP_CWORD - 1]} word=''
  fi
  if beachhead_value "$line $before"; then
    set -f
    # shellcheck disable=SC2086 # a list of plain words
    set -- $beachhead_values
  elif [[ $word == -* ]]; then
    set -f
    # shellcheck disable=SC2086 # a list of plain words
    set -- $beachhead_options
  else
    set -f
    # shellcheck disable=SC2086 # a list of plain words
    set -- $beachhead_jobs
  fi
  set +f
  for choice; do
    if [[ $choice == "$word"* ]]; then COMPREPLY+=("$choice"); fi
  done
}

# Usage: beachhead_completable      registers each command; where no word fits, files do
beachhead_completable() {
  local file
  for file in "$BEACHHEAD_HOME"/bin/*; do
    if [[ -f $file && -x $file ]]; then
      complete -o bashdefault -o default -F beachhead_complete "${file##*/}"
    fi
  done
}
beachhead_completable
unset -f beachhead_completable
complete -o default -F beachhead_work_complete work
