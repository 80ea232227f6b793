# shellcheck shell=bash
# The sources of cloud-env tools: what installs a tool into $folder, and which programs it brings.
# shellcheck disable=SC2154,SC2034 # shared with cloud-tools.sh and cloud-venv.sh

# Usage: reason LOG
# Prints the line of a log that says what is wrong, else its last.
reason() {
  local line last='' found='' detail='^(code|errno|syscall|path|type|dest|A complete log)'
  while IFS= read -r line; do
    [[ -z ${line//[[:space:]]/} ]] || last=$line
    [[ -z $found && $line =~ ^(npm\ error|error|ERROR|mise\ ERROR|critical)[:\ ]+(.*) ]] || continue
    line=${BASH_REMATCH[2]}
    [[ $line =~ $detail ]] || found=$line
  done <<<"$1"
  found=${found:-${last:-it could not be installed}}
  printf '%s' "${found:0:300}"
}

install_uv() {
  local python pip wheel
  find_any_python || return
  for wheel in "$kit_lib"/../../vendor/pip-*.whl; do :; done
  pip=("$python" "$wheel/pip" install --quiet --disable-pip-version-check)
  UV_TOOL_DIR=$folder/uv UV_TOOL_BIN_DIR=$folder/bin with_tool uv tool install --no-progress \
    "$name${version:+==$version}"
}

install_npm() {
  command -v npm >/dev/null || { printf 'npm is missing; install Node.js\n' && return 1; }
  npm install --global --prefix "$folder" --no-audit --no-fund --loglevel error \
    "$name${version:+@$version}"
}

install_conda() {
  command -v micromamba >/dev/null || { printf 'micromamba is missing; use another source\n' && return 1; }
  micromamba create --yes --quiet --root-prefix "$folder/root" --prefix "$folder/env" \
    --channel conda-forge --override-channels "$name${version:+=$version}"
}

install_mise() {
  command -v mise >/dev/null ||
    { printf 'mise is missing; cloud-env tools add npm:@jdxcode/mise\n' && return 1; }
  MISE_DATA_DIR=$folder/data mise install --yes "$name@${version:-latest}"
}

programs_uv() { programs=("$folder"/bin/*); }

programs_npm() { programs=("$folder"/bin/*); }

# Those that the package itself brings, not those of what it needs.
programs_conda() {
  local list line
  for list in "$folder/env/conda-meta/$name"-[0-9]*.json; do
    [[ -f $list ]] || continue
    while IFS= read -r line; do
      [[ ! $line =~ \"(bin/[^\"/]+)\" ]] || programs+=("$folder/env/${BASH_REMATCH[1]}")
    done < <(grep -oE '"bin/[^"/]+"' -- "$list" | sort -u)
  done
}

programs_mise() {
  local bin
  while IFS= read -r bin; do
    programs+=("$bin"/*)
  done < <(MISE_DATA_DIR=$folder/data mise bin-paths "$name@${version:-latest}" 2>/dev/null)
}
