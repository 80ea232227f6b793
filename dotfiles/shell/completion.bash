# shellcheck shell=bash
# Tab for the commands of bin/ and for work, in Bash: read at the first Tab. Starts no program.
# shellcheck disable=SC2154 # beachhead_complete declares what the others read and set

# shellcheck source=dotfiles/shell/columns.sh
. "$BEACHHEAD_HOME/dotfiles/shell/columns.sh"
# shellcheck source=dotfiles/completions/beachhead.bash
. "$BEACHHEAD_HOME/dotfiles/completions/beachhead.bash"

# Usage: beachhead_complete COMMAND TYPED BEFORE      what `complete -F` calls
beachhead_complete() {
  local typed=() raw='' word='' quote='' head='' prefix='' text
  local line='' option='' operator='' file='' delimiter='' place=0
  local beachhead_subcommands='' beachhead_options='' beachhead_arguments=''
  local beachhead_values='' beachhead_kind=''
  COMPREPLY=()
  beachhead_typed "${COMP_LINE:0:COMP_POINT}"
  beachhead_follow "${typed[@]}"
  beachhead_head "$2" || return 0
  if [[ -n $operator ]]; then
    beachhead_kind='file'
  elif [[ -z $option && $word == --*=* ]] && beachhead_value "$line ${word%%=*}"; then
    prefix=${word%%=*}=
  elif [[ -n $option ]] && beachhead_value "$line $option"; then
    :
  elif [[ $word == -* ]]; then
    beachhead_kind=choice beachhead_values=$beachhead_options
  elif [[ -n $beachhead_subcommands ]]; then
    beachhead_kind=choice beachhead_values=$beachhead_subcommands
  else
    beachhead_argument "$place"
  fi
  case $beachhead_kind in
    file | input) return 0 ;; # Bash's own completion
    column*)
      text="${COMP_LINE:0:COMP_POINT}x${COMP_LINE:COMP_POINT}"
      beachhead_find_input "$text"
      ;;
  esac
  compopt +o default +o bashdefault 2>/dev/null || :
  case $beachhead_kind in
    folder) compopt -o dirnames 2>/dev/null || : ;;
    model) beachhead_models ;;
    column*) beachhead_columns "$file" "$delimiter" ;;
    choice*)
      set -f
      # shellcheck disable=SC2086 # a list of plain words
      set -- $beachhead_values
      set +f
      for text; do beachhead_candidate "$text"; done
      ;;
  esac
}

# Usage: beachhead_head TYPED
# Sets head to the text before TYPED, the part of the word that readline replaces; returns 1 if
# TYPED is not the end of the word.
beachhead_head() {
  local raw_word=$raw full=$word open=$quote part=$1 typed=()
  # Behind a break, as in --format=, Bash passes the break, which readline keeps.
  if [[ $part == [=:@\<\>] && $raw == *"$part" ]]; then part=''; fi
  [[ $raw == *"$part" ]] || return 1
  beachhead_typed "${raw%"$part"}"
  head=$word raw=$raw_word word=$full quote=$open
}

# Usage: beachhead_follow WORD...
# Follows a command line: sets line to the command and its subcommand, option to one that still
# lacks its value, operator to a redirection that lacks its file, place to the number of arguments,
# file to the first input file and delimiter to the value of -d.
beachhead_follow() {
  local each
  line=${1##*/} option='' operator='' place=0
  beachhead_words "$line"
  shift
  for each; do
    if [[ -n $operator ]]; then
      [[ $operator == '>' ]] || file=${file:-$each}
      operator=''
    elif [[ $each == [\<\>] ]]; then
      operator=$each
    elif [[ -n $option ]]; then
      beachhead_value "$line $option" || :
      [[ $beachhead_kind != input ]] || file=$each
      [[ $option != -d && $option != --delimiter ]] || delimiter=$each
      option=''
    elif [[ $each == -?* ]]; then
      ! beachhead_value "$line $each" || option=$each
    elif [[ " $beachhead_subcommands " == *" $each "* ]]; then
      line="$line $each"
      beachhead_words "$line"
    else
      beachhead_argument "$place"
      [[ $beachhead_kind != input ]] || file=${file:-$each}
      place=$((place + 1))
    fi
  done
}

# Usage: beachhead_argument PLACE
# Sets beachhead_kind to that of the argument in this place, counted from 0.
beachhead_argument() {
  local kinds last
  IFS=' ' builtin read -ra kinds <<<"$beachhead_arguments"
  beachhead_kind=${kinds[$1]-nothing}
  last=${#kinds[@]}
  if ((last > 1 && $1 >= last - 1)) && [[ ${kinds[last - 1]} == ... ]]; then
    beachhead_kind=${kinds[last - 2]}
  fi
}

# Usage: beachhead_find_input TEXT
# Sets file and delimiter from the whole command line, in which the word under the cursor is marked
# with an x, so that it is never empty.
beachhead_find_input() {
  local raw word quote typed=() line option operator place beachhead_kind
  local beachhead_arguments beachhead_options beachhead_subcommands beachhead_values
  beachhead_typed "$1 "
  beachhead_follow "${typed[@]}"
}

# Usage: beachhead_candidate TEXT
# Adds TEXT to the completions where it continues the word: after prefix (--option=), and after the
# last comma where the value is a list. What the shell would expand is quoted.
beachhead_candidate() {
  local list='' escaped
  if [[ $beachhead_kind == *s && $word == *,* ]]; then
    list=${word#"$prefix"}
    list=${list%,*},
    [[ ",$list" != *",$1,"* ]] || return 0
  fi
  set -- "$prefix$list$1"
  if [[ $1 == "$word"* && $1 == "$head"* && (-z $quote || $1 != *[[:cntrl:]]*) ]]; then
    beachhead_escaped "${1#"$head"}" "$quote"
    COMPREPLY+=("$escaped")
  fi
}

# Usage: beachhead_models
# Offers folders and .zip files.
beachhead_models() {
  local path start=${word#"$prefix"} escaped failglob=''
  start=${start/#\~\//$HOME/}
  if shopt -q failglob; then
    failglob=yes
    shopt -u failglob
  fi
  local paths=("$start"*)
  [[ -z $failglob ]] || shopt -s failglob
  for path in "${paths[@]}"; do
    if [[ -d $path ]]; then
      path+=/
    elif [[ $path != *.zip || ! -f $path ]]; then
      continue
    fi
    word=$prefix$start beachhead_candidate "$path"
  done
  # A folder is not yet the whole name.
  if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == */ ]]; then
    compopt -o nospace 2>/dev/null || :
  fi
}

# Usage: beachhead_typed LINE
# Reads LINE as Bash does. Sets, for the caller, raw (the last word as it is typed), word (what it
# says), quote (the one that is still open) and typed (the words before it, < and > among them).
beachhead_typed() {
  local line=$1 char i
  raw='' word='' quote='' typed=()
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
      [[:space:]\<\>])
        [[ $raw == "$char" ]] || typed+=("$word")
        [[ $char == [[:space:]] ]] || typed+=("$char")
        raw='' word=''
        ;;
      *) word+=$char ;;
    esac
  done
}

# Usage: beachhead_escaped TEXT QUOTE
# Sets escaped to TEXT as it must be typed behind an open QUOTE, or behind none.
beachhead_escaped() {
  local i char
  case $2 in
    '')
      builtin printf -v escaped %q "$1"
      escaped=${escaped//\\,/,} # special only in braces, which are quoted
      ;;
    \') escaped=${1//\'/\'\\\'\'} ;;
    *)
      escaped=''
      for ((i = 0; i < ${#1}; i++)); do
        char=${1:i:1}
        case $char in
          [\"\\\$\`]) escaped+=\\$char ;;
          '!') escaped+='"\!"' ;; # the only way to quote it in double quotes
          *) escaped+=$char ;;
        esac
      done
      ;;
  esac
}

# Usage: beachhead_work_collect NAME FOLDER TYPED      a reply for Bash's Tab; returns 1
# Readline replaces TYPED, which may be a part of the word; head, the text before it, is kept.
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
  local option raw word quote head typed
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
