# shellcheck shell=bash
# How cloud-env prints: a table, CSV (RFC 4180) or JSON (RFC 8259), with no program but Bash.

# Usage: json_string TEXT
# Sets quoted to TEXT as a JSON string. Bytes that are not UTF-8 are left out.
json_string() {
  local LC_ALL=C text=$1 code char
  if [[ $text == *[$'\x80'-$'\xff']* ]] && command -v iconv >/dev/null; then
    text=$(printf '%s' "$text" | iconv -c -f UTF-8 -t UTF-8 && printf .) # $(...) takes line feeds
    text=${text%.}
  fi
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  if [[ $text == *[[:cntrl:]]* ]]; then
    for ((code = 1; code < 32; code++)); do
      printf -v quoted '\\x%02x' "$code"
      printf -v char '%b' "$quoted"
      printf -v quoted '\\u%04x' "$code"
      text=${text//"$char"/$quoted}
    done
  fi
  quoted=\"$text\"
}

# Usage: csv_cell TEXT
# Sets quoted to TEXT as a CSV field.
csv_cell() {
  quoted=$1
  [[ $1 != *[,$'"\n\r']* ]] || quoted=\"${1//\"/\"\"}\"
}

# Usage: json_object NAME VALUE [NAME VALUE]...
# Sets object to one JSON object: numbers where the name says so, else strings, whatever they hold.
json_object() {
  local separator=''
  object='{'
  while (($#)); do
    json_string "$1"
    object+=$separator$quoted': '
    json_string "$2"
    [[ $1 != mb && $1 != seconds ]] || quoted=$2
    object+=$quoted separator=', '
    shift 2
  done
  object+='}'
}

# Usage: emit_record FORMAT NAME VALUE [NAME VALUE]...
# Prints one record: a JSON object, a CSV of one row, or a line a field.
emit_record() {
  local format=$1 head=() cells=() object width=0 text=''
  shift
  [[ $format != json ]] || { json_object "$@" && put "$object" && return; }
  while (($#)); do
    head+=("$1") cells+=("$2")
    ((${#1} <= width)) || width=${#1}
    shift 2
  done
  [[ $format != csv ]] || { emit_rows csv "${head[@]}" -- "${cells[@]}" && return; }
  for ((width += 2; ${#head[@]}; )); do
    printf -v text '%s%-*s%s\n' "$text" "$width" "${head[0]}" "${cells[0]//[[:cntrl:]]/?}"
    head=("${head[@]:1}") cells=("${cells[@]:1}")
  done
  put "$(harmless "${text%$'\n'}" $'\n')"
}

# Usage: emit_rows FORMAT NAME... -- [VALUE...]
# Prints rows, whose values follow each other row by row.
emit_rows() {
  local format=$1 head=() count
  shift
  while [[ $1 != -- ]]; do
    head+=("$1")
    shift
  done
  shift
  count=${#head[@]}
  "rows_as_$format" "$@"
}

# Usage: rows_as_json [VALUE...]
rows_as_json() {
  local object text='' column pairs
  while (($#)); do
    pairs=()
    for ((column = 0; column < count; column++)); do
      pairs+=("${head[column]}" "$1")
      shift
    done
    json_object "${pairs[@]}"
    text+=$'\n  '$object,
  done
  [[ -z $text ]] || text=${text%,}$'\n'
  put "[$text]"
}

# Usage: rows_as_csv [VALUE...]
rows_as_csv() {
  local text='' column
  set -- "${head[@]}" "$@"
  while (($#)); do
    for ((column = 0; column < count; column++)); do
      csv_cell "$1"
      text+=$quoted,
      shift
    done
    text=${text%,}$'\n'
  done
  put "${text%$'\n'}"
}

# Usage: rows_as_table [VALUE...]
rows_as_table() {
  local text='' line column cell width=()
  set -- "${head[@]}" "$@"
  local cells=("${@//[[:cntrl:]]/?}")
  for ((cell = 0; cell < $#; cell++)); do
    column=$((cell % count))
    ((${#cells[cell]} <= ${width[column]-0})) || width[column]=${#cells[cell]}
  done
  for ((cell = 0; cell < $#; cell += count)); do
    line=''
    for ((column = 0; column < count; column++)); do
      printf -v line '%s%-*s  ' "$line" "${width[column]-0}" "${cells[cell + column]}"
    done
    text+=${line%"${line##*[! ]}"}$'\n'
  done
  put "$(harmless "${text%$'\n'}" $'\n')"
}
