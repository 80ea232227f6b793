# shellcheck shell=bash
# Installs the packages of the locks into .venv, and nowhere else, whatever the configuration of
# pip and uv says; their mirrors, proxies and certificates are honoured.

# Usage: venv_packages      installs the locks, with uv, else with pip
# First it makes sure that they go into .venv: without its pyvenv.cfg they would go into the
# Python behind it, which is not ours.
venv_packages() {
  local name lists=(-r "$ROOT/requirements.txt")
  health own >/dev/null 2>&1 ||
    die "$VENV/bin/python is not a virtual environment's own Python; remove .venv and try again"
  for name in $SETS; do lists+=(-r "$ROOT/requirements-$name.txt"); done
  if ! uv_elsewhere && find_uv; then
    say "installing $(lock_names) with uv"
    uv_index
    uv_env "$UV" pip install --require-hashes --python "$VENV/bin/python" "${lists[@]}" && return
    say "uv could not ($(last_error)); trying pip"
  fi
  say "installing $(lock_names) with pip (about half a minute)"
  find_pip "$VENV/bin/python" || return 1
  pip_elsewhere
  PIP_RETRIES=${PIP_RETRIES-2} "${PIP[@]}" install --require-hashes --no-cache-dir --no-compile \
    "${lists[@]}" >>"$MARK/log" 2>&1 </dev/null
}

# Usage: uv_index
# uv does not read pip's configuration: a mirror named only there is passed on, in the
# environment, for its address may hold a password.
uv_index() {
  local file line url=${PIP_INDEX_URL-}
  [[ -z ${UV_DEFAULT_INDEX-}${UV_INDEX_URL-}${UV_INDEX-} ]] || return 0
  for file in /etc/pip.conf "${HOME-}/.pip/pip.conf" \
    "${XDG_CONFIG_HOME:-${HOME-}/.config}/pip/pip.conf" "${PIP_CONFIG_FILE-}"; do
    [[ -z ${PIP_INDEX_URL-} && -n $file && -r $file ]] || continue
    while IFS= read -r line || [[ -n $line ]]; do
      case $line in
        index?url*=*)
          line=${line#*=}
          url=${line#"${line%%[![:space:]]*}"}
          ;;
      esac
    done <"$file"
  done
  [[ -z $url ]] || export UV_DEFAULT_INDEX=$url
}

# Usage: uv_elsewhere
# True, with a line about it, where a configuration of uv would send the packages to another
# place than .venv, which no option of uv's takes back.
uv_elsewhere() {
  local file folder=$PWD line files=()
  while [[ -n $folder ]]; do
    files+=("$folder/uv.toml" "$folder/pyproject.toml")
    folder=${folder%/*}
  done
  for file in "${UV_CONFIG_FILE-}" "${XDG_CONFIG_HOME:-${HOME-}/.config}/uv/uv.toml" \
    /etc/xdg/uv/uv.toml /etc/uv/uv.toml "${files[@]}"; do
    [[ -f $file && -r $file ]] || continue
    while IFS= read -r line || [[ -n $line ]]; do
      [[ $line =~ (^|[[:space:].{,])(target|prefix)[[:space:]]*= ]] || continue
      say "uv is not used: $file sets '${BASH_REMATCH[2]}'"
      return 0
    done <"$file"
  done
  return 1
}

# Usage: pip_elsewhere      dies where pip's configuration would put the packages elsewhere
pip_elsewhere() {
  local line name
  while IFS= read -r line; do
    name=${line%%=*}
    case ${name##*.} in
      target | prefix | root | python)
        die "pip's configuration sets '${name##*.}', so that packages would not go into .venv; \
take it out, or set PIP_CONFIG_FILE=/dev/null"
        ;;
    esac
  done < <("${PIP[@]}" config list 2>/dev/null </dev/null)
}
