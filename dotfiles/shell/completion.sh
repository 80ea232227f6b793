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

# Usage: beachhead_typed LINE
# Reads the last word of LINE as Bash does; sets raw (as it is typed), word (what it says) and
# quote (the one that is still open), all the caller's.
beachhead_typed() {
  local line=$1 char i
  raw='' word='' quote=''
  for ((i = 0; i < ${#line}; i++)); do
    char=${line:i:1}
    raw+=$char
    case $quote$char in
      [\'\"] | \'\' | '""') [[ -n $quote ]] && quote='' || quote=$char ;;
      \'?) word+=$char ;;
      \\ | \"\\)
        i=$((i + 1)) char=${line:i:1}
        raw+=$char
        [[ -z $quote || $char == [\"\\\$\`] ]] || word+=\\
        word+=$char
        ;;
      [[:space:]]) raw='' word='' ;;
      *) word+=$char ;;
    esac
  done
}

# Usage: beachhead_escaped TEXT QUOTE
# Sets escaped to TEXT as it must be typed behind an open QUOTE, or behind none.
beachhead_escaped() {
  local i char
  case $2 in
    '') printf -v escaped %q "$1" ;;
    \') escaped=${1//\'/\'\\\'\'} ;;
    *)
      escaped=''
      for ((i = 0; i < ${#1}; i++)); do
        char=${1:i:1}
        case $char in
          [\"\\\$\`]) escaped+=\\$char ;;
          '!') escaped+='"\!"' ;; # nothing else keeps history out of double quotes
          *) escaped+=$char ;;
        esac
      done
      ;;
  esac
}

# Usage: beachhead_work_collect NAME FOLDER TYPED      a reply for Bash's Tab; returns 1
# Readline replaces TYPED, which may be a part of the word: what stands before it, head, is kept.
beachhead_work_collect() {
  local escaped
  if [[ $1 == "$word"* && $1 == "$head"* && (-z $quote || $1 != *[[:cntrl:]]*) ]]; then
    beachhead_escaped "${1#"$head"}" "$quote"
    COMPREPLY+=("$escaped")
  fi
  return 1
}

# Usage: beachhead_work_complete COMMAND TYPED BEFORE      what Bash's `complete -F` calls
# A project's name is text: what the shell would run or expand is quoted.
beachhead_work_complete() {
  local option raw word quote head
  COMPREPLY=()
  beachhead_typed "${COMP_LINE:0:COMP_POINT}"
  [[ $raw == *"$2" ]] || return 0
  head=${raw%"$2"}
  if [[ $2 == -* ]]; then
    head=''
    for option in --add --list --remove --root --help; do
      beachhead_work_collect "$option" || :
    done
  elif [[ ${3-} != --add && ${3-} != --root ]]; then
    set -- "$raw" "$word" "$quote"
    beachhead_typed "$head"
    head=$word raw=$1 word=$2 quote=$3
    beachhead_work_each beachhead_work_collect || :
  fi
}

if [[ -n ${beachhead_work_is_ours-} ]]; then
  complete -o default -F beachhead_work_complete work
fi
