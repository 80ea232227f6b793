# shellcheck shell=bash
# Reads the configuration files of the clouds' own tools, JSON and INI, with no program but Bash.
# shellcheck disable=SC2034 # json, value and line are the caller's

# Usage: read_json FILE
# Fills the caller's associative array json, path to value: json[subscriptions.0.id]. Strings lose
# their quotes; numbers, true, false and null stay as written. Returns 1 where FILE cannot be read.
# What is no JSON, as a web page in its place, and a value outside brackets are passed over.
# Splitting at the quotes keeps the time in proportion to the file.
# Example: local -A json=(); read_json ~/.azure/azureProfile.json
read_json() {
  local LC_ALL=C chunk text='' inside=0 path=() index=() kind=() key='' more=1
  [[ -r $1 && ! -d $1 ]] || return 1
  while ((more)); do
    IFS= read -r -d '"' chunk || more=0
    if [[ $inside == 0 ]]; then
      json_marks "$chunk"
      inside=1 text=''
    elif [[ $chunk =~ (\\+)$ ]] && ((${#BASH_REMATCH[1]} % 2)); then
      text+=${chunk%\\}\\\"
    else
      json_text "$text$chunk"
      inside=0
    fi
  done <"$1"
}

# Usage: json_marks TEXT
# Takes what stands between two strings: brackets, commas, colons, bare values.
json_marks() {
  local rest=${1//[[:space:]]/} bare
  rest=${rest#$'\xef\xbb\xbf'}
  while [[ -n $rest ]]; do
    case $rest in
      '{'* | '['*)
        kind+=("${rest:0:1}") path+=("$key") index+=(0)
        json_enter
        ;;
      '}'* | ']'*) json_leave ;;
      ,*) json_next ;;
      :*) ;;
      *)
        bare=${rest%%[],\}]*}
        [[ -z $key ]] || json["$key"]=$bare
        rest=${rest#"$bare"}
        continue
        ;;
    esac
    rest=${rest:1}
  done
}

# Usage: json_enter; json_next; json_leave
# Keep key, the path of the value that comes next. In an object it ends in "." until the name is
# read.
json_enter() {
  key=$key${key:+.}
  [[ ${kind[-1]} == '{' ]] || key+='0'
}

json_next() {
  ((${#kind[@]})) || return 0
  index[-1]=$((index[-1] + 1))
  key=${path[-1]}${path[-1]:+.}
  [[ ${kind[-1]} == '{' ]] || key+=${index[-1]}
}

json_leave() {
  ((${#kind[@]})) || return 0
  key=${path[-1]}
  unset 'kind[-1]' 'path[-1]' 'index[-1]'
}

# Usage: json_text RAW
# Takes a string: the name of a member, or a value.
json_text() {
  local value=$1
  [[ $value != *\\* ]] || json_unescape "$1"
  if ((${#kind[@]})) && [[ ${kind[-1]} == '{' && (-z $key || $key == *.) ]]; then
    key+=${value//./_}
  elif [[ -n $key ]]; then
    json["$key"]=$value
  fi
}

# Usage: json_unescape RAW
# Sets value to RAW with its escapes resolved (RFC 8259, section 7).
json_unescape() {
  local rest=$1 char code hex='[0-9a-fA-F]{4}'
  value=''
  while [[ $rest == *\\* ]]; do
    value+=${rest%%\\*}
    rest=${rest#*\\}
    char=${rest:0:1}
    rest=${rest:1}
    case $char in
      [bfnrt]) printf -v char '%b' "\\$char" ;;
      u)
        [[ $rest =~ ^$hex ]] || continue
        code=$((16#${rest:0:4}))
        rest=${rest:4}
        if ((code >> 10 == 54)) && [[ $rest =~ ^\\u$hex ]]; then
          code=$((0x10000 + ((code & 1023) << 10) + (16#${rest:2:4} & 1023)))
          rest=${rest:6}
        fi
        utf8 "$code"
        ;;
    esac
    value+=$char
  done
  value+=$rest
}

# Usage: utf8 CODE
# Sets char to the bytes of a code point; printf's \u needs a UTF-8 locale.
utf8() {
  local bytes='' head code=$1 lead=0
  if (($1 >= 0x80)); then
    lead=192
    (($1 < 0x800)) || lead=224
    (($1 < 0x10000)) || lead=240
    for (( ; code >= (lead == 192 ? 32 : lead == 224 ? 16 : 8); code >>= 6)); do
      printf -v bytes '\\x%02x%s' $((128 | (code & 63))) "$bytes"
    done
  fi
  printf -v head '\\x%02x' $((lead | code))
  printf -v char '%b' "$head$bytes"
}

# Usage: ini_value FILE SECTION NAME
# Sets value, and line to its number; returns 1 where there is none. The last one counts; a line
# that is indented belongs to the setting above it.
ini_value() {
  local text number=0 here='' name
  value='' line=0
  [[ -f $1 && -r $1 ]] || return 1
  while IFS= read -r text || [[ -n $text ]]; do
    number=$((number + 1))
    text=${text%$'\r'}
    case $text in
      '['*']'*)
        here=${text#[}
        here=${here%%]*}
        # In AWS's config file a name may stand in quotes, and default behind the word profile.
        [[ ! $here =~ ^profile[[:space:]]+\"?([^\"]+)\"?$ ]] || here="profile ${BASH_REMATCH[1]}"
        [[ $here != 'profile default' ]] || here=default
        ;;
      [#\;]* | [[:space:]]*) ;;
      *=*)
        name=${text%%=*}
        name=${name%"${name##*[![:space:]]}"}
        [[ $here == "$2" && ${name,,} == "$3" ]] || continue
        trim "${text#*=}"
        line=$number
        ;;
    esac
  done <"$1"
  [[ -n $value ]]
}

# Usage: trim TEXT
# Sets value to TEXT without the spaces around it.
trim() {
  value=${1#"${1%%[![:space:]]*}"}
  value=${value%"${value##*[![:space:]]}"}
}
