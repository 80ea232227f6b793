# shellcheck shell=bash
# Keep programs in the home that a cloud shell forgets overnight.
#
# Usage: cloud-env tools [list|add|remove|restore] [TOOL]... [--json] [--format table|csv|json]
#
# Examples:
#   cloud-env tools add uv:ruff npm:prettier
#   cloud-env tools add jq ripgrep tmux gh
#   cloud-env tools restore
#
# A tool is SOURCE:NAME or SOURCE:NAME@VERSION. The source says what installs it: uv (a Python
# program, by uv tool; uv is fetched for this once where it is missing), npm (npm install --global),
# conda (micromamba, from conda-forge) or mise. NAME alone is taken from micromamba where it is
# there, else from mise; without either, cloud-env tools add npm:@jdxcode/mise brings mise.
#
# Each tool has a folder of its own in ~/.local/share/beachhead/tools; links to its programs are in
# bin there, which the dotfiles put on PATH, first, in the next shell. The list is a text file,
# ~/.config/beachhead/tools: after a home was lost, restore installs what it names and is not there.
# Nothing needs root.
#
# list, the default, prints a row for each tool: its MB, tool, state (installed, missing or broken),
# programs. add and remove take tools.
#
# Options:
#   --json, --format table|csv|json   output format of list

# shellcheck disable=SC2034,SC2154 # shared with cloud-options.sh, cloud-emit.sh and cloud-venv.sh

# Usage: cloud_tools [list|add|remove|restore] [TOOL...]
# The subcommand "tools".
cloud_tools() {
  local format='' words=() action tools file failed=0 wanted=() tool from name version folder
  tools_options "$@"
  action=${words[0]-list}
  require_home
  tools=$HOME/.local/share/beachhead/tools file=${XDG_CONFIG_HOME:-$HOME/.config}/beachhead/tools
  PATH=$tools/bin:$PATH
  read_tools
  case $action in
    list | restore) ((${#words[@]} < 2)) || usage_error "$action takes no tool" ;;
    add | remove) ((${#words[@]} > 1)) || usage_error "name a tool to $action" ;;
    *) usage_error "tools takes list, add, remove or restore, not $action" ;;
  esac
  [[ $action == list ]] || one_at_a_time
  "${action}_tools"
  ((! failed)) || exit 1
}

# Usage: one_at_a_time
# Ends with 1 where another add, remove or restore runs; where there is no flock (macOS), it is not
# noticed.
one_at_a_time() {
  local lock
  { mkdir -p -- "$tools" && : >>"$tools/.lock"; } 2>/dev/null ||
    die 1 "$tools cannot be written; check the home's rights and the space left"
  exec {lock}<"$tools/.lock"
  ! command -v flock >/dev/null || flock -n "$lock" ||
    die 1 'another cloud-env tools is running; wait for it'
}

# Usage: tools_options "$@"
# Sets words and format.
tools_options() {
  while (($#)); do
    taken=1
    case $1 in
      -*) take_format "$@" || unknown_word "$1" ;;
      *) words+=("$1") ;;
    esac
    shift "$taken"
  done
}

# Usage: read_tools
# Sets wanted to the tools of the list; ends with 1 where a line does not name a tool.
read_tools() {
  local line number=0
  [[ -e $file ]] || return 0
  [[ -f $file && -r $file ]] || die 1 "$file cannot be read; check its rights"
  while IFS= read -r line || [[ -n $line ]]; do
    number=$((number + 1)) line=${line%%#*}
    read -r line <<<"$line"
    [[ -n $line ]] || continue
    parse_tool "$line" || die 1 "$file:$number: '$line' is not SOURCE:NAME; correct the line"
    wanted+=("$tool")
  done <"$file"
}

# Usage: parse_tool TEXT
# Sets tool, from (its source), name, version and folder; returns 1 where TEXT does not name a tool.
parse_tool() {
  local part='[A-Za-z0-9][A-Za-z0-9._-]*'
  [[ $1 =~ ^(uv|npm|conda|mise):((@$part/)?$part)(@($part))?$ ]] || return 1
  tool=$1 from=${BASH_REMATCH[1]} name=${BASH_REMATCH[2]} version=${BASH_REMATCH[5]}
  [[ $name != @* || $from == npm ]] || return 1
  folder=$tools/$from-${name//\//+}
}

# Usage: full_name TEXT
# Sets tool to TEXT with its source: the one given, that of the list, or one that is there.
full_name() {
  local listed
  tool=$1
  [[ $1 != *:* ]] || return 0
  for listed in ${wanted[@]+"${wanted[@]}"}; do
    [[ $listed != *:"$1" && $listed != *:"${1%@*}"@* ]] || { tool=$listed && return; }
  done
  if command -v micromamba >/dev/null; then
    tool=conda:$1
  elif command -v mise >/dev/null; then
    tool=mise:$1
  else
    usage_error "neither micromamba nor mise is here: name a source, such as uv:$1 or npm:$1, or add npm:@jdxcode/mise first"
  fi
}

# Usage: list_tools
list_tools() {
  local rows=() state programs size
  default_format
  for tool in ${wanted[@]+"${wanted[@]}"}; do
    parse_tool "$tool"
    tool_state
    size=0
    [[ ! -d $folder ]] || size=$(du -xsk -- "$folder" 2>/dev/null) || :
    size=${size%%[!0-9]*}
    rows+=("$(((size + 1023) / 1024))" "$tool" "$state" "$programs")
  done
  emit_rows "$format" mb tool state programs -- ${rows[@]+"${rows[@]}"}
  ((${#rows[@]})) || note 'there are no tools yet; cloud-env tools add uv:ruff is an example'
}

# Usage: tool_state
# Sets state of the tool at $folder, and programs to the names of its programs on PATH.
tool_state() {
  local link stamp='' python
  state=missing programs=''
  [[ -d $folder ]] || return 0
  [[ ! -f $folder/.cloud-env ]] || stamp=$(<"$folder/.cloud-env")
  state=installed
  [[ $stamp == "$tool" ]] || state=broken
  for link in "$tools"/bin/*; do
    [[ -L $link && $(readlink -- "$link") == "$folder/"* ]] || continue
    programs+=${programs:+ }${link##*/}
    [[ -x $link ]] || state=broken
  done
  [[ -n $programs ]] || state=broken
  for python in "$folder"/uv/*/bin/python; do # a uv tool whose Python is gone
    [[ ! -L $python || -x $python ]] || state=broken
  done
}

# Usage: add_tools
# Installs the tools, and puts each that is installed into the list.
add_tools() {
  local word state programs
  for word in "${words[@]:1}"; do
    full_name "$word"
    parse_tool "$tool" || usage_error "'$word' is not SOURCE:NAME, with source uv, npm, conda or mise"
  done
  for word in "${words[@]:1}"; do
    full_name "$word"
    parse_tool "$tool"
    tool_state
    if [[ $state == installed ]]; then
      report kept "$tool: $programs"
    else
      install_tool || { failed=1 && continue; }
    fi
    list_with "$tool"
  done
}

# Usage: restore_tools
restore_tools() {
  local state programs
  for tool in ${wanted[@]+"${wanted[@]}"}; do
    parse_tool "$tool"
    tool_state
    if [[ $state == installed ]]; then
      report kept "$tool: $programs"
    else
      install_tool || failed=1
    fi
  done
  ((${#wanted[@]})) || note "$file names no tools"
}

# Usage: remove_tools
# Takes tools off the list and removes their folders, which cloud-env tools has made.
remove_tools() {
  local word
  for word in "${words[@]:1}"; do
    full_name "$word"
    parse_tool "$tool" || usage_error "'$word' is not SOURCE:NAME, with source uv, npm, conda or mise"
    if [[ " ${wanted[*]-} " != *" $tool "* && ! -f $folder/.cloud-env ]]; then
      fail "there is no tool $tool; see cloud-env tools" || failed=1
      continue
    fi
    if list_without "$name" && remove_folder; then report removed "$tool"; else failed=1; fi
  done
}

# Usage: remove_folder
# Removes the tool's folder and the links to its programs.
remove_folder() {
  local link
  [[ -e $folder ]] || return 0
  [[ -f $folder/.cloud-env ]] ||
    fail "$folder was not made by cloud-env tools; move it away" || return
  for link in "$tools"/bin/*; do
    [[ ! -L $link || $(readlink -- "$link") != "$folder/"* ]] || rm -f -- "$link"
  done
  rm -rf -- "$folder" || fail "$folder cannot be removed; check its rights"
}

# Usage: install_tool
# Installs the tool into a folder of its own. The stamp is begun first and finished last: what an
# end in between has left is installed anew.
install_tool() {
  local log programs=() program shown='' link
  remove_folder || return
  (mkdir -p -- "$folder" "$tools/bin" && printf 'unfinished\n' >"$folder/.cloud-env") 2>/dev/null ||
    fail "$folder cannot be made; check the home's rights and the space left" || return
  if ! log=$("install_$from" 2>&1 </dev/null); then
    remove_folder || :
    fail "$tool: $(reason "$log")"
    return
  fi
  "programs_$from"
  for program in ${programs[@]+"${programs[@]}"}; do
    [[ -f $program && -x $program ]] || continue
    link=$tools/bin/${program##*/}
    if [[ -e $link || -L $link ]]; then
      report kept "$link, of another tool"
      continue
    fi
    ln -s -- "$program" "$link" || fail "$link cannot be made; check the space left" || return
    shown+=" ${program##*/}"
  done
  [[ -n $shown ]] || { remove_folder && fail "$tool: it brings no program that no other tool has"; } || return
  printf '%s\n' "$tool" >"$folder/.cloud-env" || fail "$folder cannot be written" || return
  report made "$tool:$shown"
}

# Usage: list_with TOOL
# Puts a tool at the end of the list, in place of another version of it.
list_with() {
  [[ " ${wanted[*]-} " != *" $1 "* ]] || return 0
  list_without "$name" "$1"
}

# Usage: list_without NAME [TOOL]
# Writes the list without the tool of this source and NAME, with TOOL at its end; whole or not at all.
list_without() {
  local line bare text='' kept=()
  for line in ${wanted[@]+"${wanted[@]}"}; do
    [[ $line == "$from:$1" || $line == "$from:$1"@* ]] || kept+=("$line")
  done
  wanted=(${kept[@]+"${kept[@]}"} ${2:+"$2"})
  while IFS= read -r line || [[ -n $line ]]; do
    read -r bare <<<"${line%%#*}" || :
    [[ $bare == "$from:$1" || $bare == "$from:$1"@* ]] || text+=$line$'\n'
  done < <([[ ! -e $file ]] || cat -- "$file")
  [[ -z ${2-} ]] || text+=$2$'\n'
  if ! { mkdir -p -- "${file%/*}" && printf '%s' "$text" >"$file.new" && mv -f -- "$file.new" "$file"; } 2>/dev/null; then
    rm -f -- "$file.new"
    fail "$file cannot be written; check its rights and the space left"
  fi
}
