# shellcheck shell=bash
# Finds a Python that runs and is new enough, and uv: each is tried by running it.

# Usage: probe_python COMMAND OLDEST [NEWEST]
# Sets PROBED to its version and PROBED_AT to the program behind it (of a shim, of a virtualenv)
# when COMMAND runs, is CPython and lies in the range. A pyenv shim or an old link exists and yet
# fails: only running it shows that.
probe_python() {
  local code='import sys, venv
if sys.implementation.name == "cpython":
    v = sys.version_info
    sys.stdout.write("%d.%d.%d " % v[:3] + getattr(sys, "_base_executable", sys.executable))'
  PROBED=$("$1" -I -c "$code" </dev/null 2>/dev/null) || return 1
  [[ $PROBED == 3.*.*' '/* ]] || return 1
  PROBED_AT=${PROBED#* } PROBED=${PROBED%% *}
  local minor=${PROBED#3.}
  minor=${minor%%.*}
  ((minor >= $2 && minor <= ${3-99}))
}

# Usage: list_pythons NAME...      prints every file of these names on PATH, in this order
list_pythons() {
  local name folder rest=$PATH:
  for name; do
    rest=$PATH:
    while [[ -n $rest ]]; do
      folder=${rest%%:*}
      rest=${rest#*:}
      [[ -n $folder && -x $folder/$name && ! -d $folder/$name ]] || continue
      # Apple's stand-in opens a window asking to install its tools: leave it alone.
      [[ $folder == /usr/bin && ${OSTYPE-} == darwin* ]] &&
        ! xcode-select -p >/dev/null 2>&1 && continue
      printf '%s\0' "$folder/$name"
    done
  done
}

# Usage: find_python
# Sets PYTHON and PYTHON_VERSION to the first that will do; 1 when there is none.
# shellcheck disable=SC2034 # read by the other parts
find_python() {
  local candidate
  if [[ -n $WANT_PYTHON ]]; then
    probe_python "$WANT_PYTHON" 11 14 ||
      die "--python $WANT_PYTHON is not a CPython 3.11 to 3.14 that runs; name another, or none"
    PYTHON=$PROBED_AT PYTHON_VERSION=$PROBED
    return
  fi
  while IFS= read -r -d '' candidate; do
    probe_python "$candidate" 11 14 || continue
    PYTHON=$PROBED_AT PYTHON_VERSION=$PROBED
    return 0
  done < <(
    own_pythons
    list_pythons python3.14 python3.13 python3.12 python3.11 python3
  )
  return 1
}

# Usage: own_pythons      prints those that an earlier run fetched into the state folder
own_pythons() {
  local file
  for file in "$HEAVY"/python/*/bin/python3 "$STATE"/python/*/bin/python3; do
    [[ ! -x $file ]] || printf '%s\0' "$file"
  done
}

# Usage: find_uv
# Sets UV to a uv that runs: the one on PATH, else one from its wheel; 1 when there is none. It
# is asked once: UV is empty after a failure.
find_uv() {
  if [[ -n ${UV+asked} ]]; then
    [[ -n $UV ]]
    return
  fi
  UV=''
  if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1 </dev/null; then
    UV=$(command -v uv)
    return
  fi
  fetch_uv
}

# Usage: fetch_uv
# Puts uv's wheel (hash checked) into the throwaway folder, by any python3 since 3.8.
fetch_uv() {
  local candidate to=$MARK/tmp/uv
  while IFS= read -r -d '' candidate; do
    probe_python "$candidate" 8 || continue
    find_pip "$candidate" || continue
    say 'fetching uv, which installs five times faster than pip'
    "${PIP[@]}" install --quiet --no-deps --require-hashes --no-cache-dir --no-compile \
      --target "$to" -r "$ROOT/install/uv.txt" >>"$MARK/log" 2>&1 </dev/null &&
      "$to/bin/uv" --version >>"$MARK/log" 2>&1 </dev/null || return 1
    UV=$to/bin/uv
    return 0
  done < <(
    [[ -z ${PYTHON-} ]] || printf '%s\0' "$PYTHON"
    list_pythons python3 python3.10 python3.9 python3.8
  )
  return 1
}

# Usage: find_pip PYTHON
# Sets PIP to a pip that runs under PYTHON: its own, the one in vendor/, or ensurepip's.
find_pip() {
  local wheel throwaway
  for wheel in "$ROOT"/vendor/pip-*.whl; do :; done
  export PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
  export PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 # a word in the environment goes before pip.conf
  unset PIP_TARGET PIP_PREFIX PIP_ROOT PIP_PYTHON
  PIP=("$1" -m pip)
  if "${PIP[@]}" --version >/dev/null 2>&1 </dev/null; then return; fi
  PIP=("$1" "$wheel/pip")
  if probe_python "$1" 9; then return; fi
  throwaway=$MARK/tmp/pip
  "$1" -m venv "$throwaway" >>"$MARK/log" 2>&1 </dev/null || return 1
  PIP=("$throwaway/bin/python" -m pip)
}

# Usage: uv_env COMMAND...
# Runs uv with the machine's own certificates trusted and nothing left in the home.
uv_env() {
  local cache=${UV_CACHE_DIR-$MARK/tmp/uv-cache}
  # uv makes a folder for credentials even where there are none.
  local credentials=${XDG_DATA_HOME:-${HOME-}/.local/share}/uv/credentials
  [[ -d $credentials ]] || credentials=$MARK/tmp/uv-credentials
  UV_CREDENTIALS_DIR=${UV_CREDENTIALS_DIR-$credentials} UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS-true} UV_NATIVE_TLS=${UV_NATIVE_TLS-true} \
    UV_CACHE_DIR=$cache UV_NO_PROGRESS=1 UV_PYTHON_DOWNLOADS=${UV_PYTHON_DOWNLOADS-manual} \
    UV_HTTP_RETRIES=${UV_HTTP_RETRIES-2} "$@" >>"$MARK/log" 2>&1 </dev/null
}

# Usage: get_python
# find_python, else one fetched by uv into the state folder, else a clear failure.
get_python() {
  find_python && return
  say 'no Python 3.11 to 3.14 runs here; asking uv for one'
  local none='no Python 3.11 to 3.14 was found and none could be fetched; name one with --python'
  [[ -n $HEAVY ]] || die "$none"
  find_uv || die "$none (uv could not be had either)"
  disk_preflight "$VENV" "$NEED_PYTHON_MB"
  if [[ $HEAVY == "$STATE" ]]; then state_make; fi
  own_begin "$HEAVY/python"
  uv_env "$UV" python install --no-bin --install-dir "$HEAVY/python" 3.13 || {
    [[ -s $HEAVY/python/.beachhead ]] || own_remove "$HEAVY/python"
    die "$none ($(last_error))"
  }
  own_record "$HEAVY/python" || die "cannot write to $HEAVY; see that its disk is not full"
  find_python || die "$none (uv's does not run)"
}

# Usage: last_error      prints the line of the log that says most
last_error() {
  local line found=''
  while IFS= read -r line || [[ -n $line ]]; do
    case $line in
      *rror* | *ailed* | *cause:*) found=$line ;;
    esac
  done <"$MARK/log"
  found=${found#"${found%%[![:space:]]*}"}
  printf '%s\n' "${found:-see $MARK/log}"
}
