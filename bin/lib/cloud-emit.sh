# shellcheck shell=bash
# How cloud-env prints records and rows: Python writes the table, the CSV and the JSON.
# shellcheck disable=SC2154 # kit_lib is set by kit.sh, format by cloud-options.sh

# Pythons to try: the kit's own, then any other.
any_python=("$kit_lib/../../.venv/bin/python" python3 python3.{14,13,12,11,10,9,8,7}
  /usr/bin/python3 /usr/libexec/platform-python)

# Usage: find_any_python
# Sets python to the first that runs and is 3.7 or newer; returns 1 where there is none.
find_any_python() {
  for python in "${any_python[@]}"; do
    ! "$python" -E -s -c 'import sys; sys.exit(sys.version_info < (3, 7))' >/dev/null 2>&1 </dev/null ||
      return 0
  done
  return 1
}

# Usage: ask_python WORD...
# Runs pyhelpers/cloud with the caller's array values on standard input, and sets said to its answer.
# Tries the kit's own Python, then any other; returns 1 where none of them runs it.
ask_python() {
  local python
  said=()
  for python in "${any_python[@]}"; do
    mapfile -d '' said < <({
      ((! ${#values[@]})) || printf '%s\0' "${values[@]}"
    } | "$python" -X utf8 -S -E -s "$kit_lib/../../pyhelpers/cloud" "$@" 2>/dev/null)
    ((${#said[@]})) && [[ ${said[-1]} == end ]] || continue
    unset 'said[-1]'
    return 0
  done
  return 1
}

# Usage: need_python WHAT
# Ends with 127 where ask_python has found no Python to do WHAT.
need_python() {
  die 127 "python3 is missing, which $1; install Python 3.7 or newer, or run install.sh"
}

# Usage: emit_record FORMAT NAME VALUE [NAME VALUE]...
# Prints one record: a JSON object, a CSV of one row, or a line for each field.
emit_record() {
  local format=$1 names=() values=() said=()
  shift
  while (($#)); do
    names+=("$1") values+=("$2")
    shift 2
  done
  if ask_python record "$format" "${names[@]}"; then put "${said[0]}"; else plain_lines; fi
}

# Usage: emit_rows FORMAT NAME... -- [VALUE...]
# Prints rows, whose values follow each other row by row.
emit_rows() {
  local format=$1 names=() values=() said=()
  shift
  while [[ $1 != -- ]]; do
    names+=("$1")
    shift
  done
  shift
  values=("$@")
  if ask_python rows "$format" "${names[@]}"; then put "${said[0]}"; else plain_lines; fi
}

# Usage: plain_lines
# Prints names and values without Python: a line for each row. Ends with 127 where CSV or JSON was
# asked for.
plain_lines() {
  local text='' column
  [[ -z $format_asked || $format == table ]] || need_python "writes CSV and JSON"
  values=("${values[@]//[[:cntrl:]]/?}")
  while ((${#values[@]})); do
    for column in "${!names[@]}"; do
      text+="${names[column]}: ${values[column]}; "
    done
    text=${text%; }$'\n'
    values=("${values[@]:${#names[@]}}")
  done
  [[ -z $text ]] || put "$(harmless "${text%$'\n'}" $'\n')"
}
