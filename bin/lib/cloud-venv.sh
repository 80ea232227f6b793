# shellcheck shell=bash
# A project's venv, for bootstrap and try: kept, repaired, or made by the first Python that
# runs, also where that Python has no ensurepip (Debian) or no network is there for pip itself.
# shellcheck disable=SC2154 # kit_lib is set by kit.sh

# Usage: find_python
# Sets python to one that can make a venv: the one asked for, the newest from 3.11 on, the kit's
# own, else any python3. Each is tried by running it.
find_python() {
  local candidate
  if [[ -n $python ]]; then
    runs_python "$python" 0 && return
    die 1 "--python $python does not run as a Python 3 with venv; name another"
  fi
  for candidate in python3.14 python3.13 python3.12 python3.11 python3 \
    "$kit_lib/../../.venv/bin/python"; do
    runs_python "$candidate" 11 && python=$candidate && return
  done
  runs_python python3 0 && python=python3
}

# Usage: runs_python COMMAND MINOR
runs_python() {
  "$1" -I -c "import sys, venv; sys.exit(sys.version_info < (3, $2))" >/dev/null 2>&1 </dev/null
}

# Usage: make_venv FOLDER
# Makes it with the pip of vendor/: four times less work than ensurepip
# and the same where a Debian has none. A Python that is too old for it brings its own. Its output
# is the log.
make_venv() {
  local wheel
  for wheel in "$kit_lib"/../../vendor/pip-*.whl; do :; done
  if runs_python "$python" 9 && [[ -f $wheel ]]; then
    "$python" -m venv --without-pip "$1" </dev/null && unpack_pip "$1" "$wheel"
  else
    "$python" -m venv "$1" </dev/null
  fi
}

# Usage: unpack_pip FOLDER WHEEL
# The script finds its Python beside itself: a first line with the path could not hold spaces.
# shellcheck disable=SC2016 # what stands in single quotes is the script's
unpack_pip() {
  "$1/bin/python" -I -c 'import sys, sysconfig, zipfile
zipfile.ZipFile(sys.argv[1]).extractall(sysconfig.get_path("purelib"))' "$2" &&
    printf '#!/bin/sh\nexec "${0%%/*}/python" -m pip "$@"\n' >"$1/bin/pip" &&
    chmod +x "$1/bin/pip" && cp "$1/bin/pip" "$1/bin/pip3"
}

# Usage: has_pip FOLDER
has_pip() {
  "$1/bin/python" -I -c 'import pip' >/dev/null 2>&1 </dev/null
}

# Usage: project_venv [VENV]
# Makes VENV, $folder/.venv by default, with what the project names. The stamp is begun first and finished
# last, with the sum of the project's files: a half, broken or outdated venv of ours is found and
# repaired; one that another tool made is left alone while it runs.
project_venv() {
  local at=${1:-$folder/.venv} list='' sum=none stamp='' by=''
  find_list
  if [[ -z $list ]]; then
    report skipped "no venv: $folder holds no lock, requirements.txt, pyproject.toml or setup.py"
    return
  fi
  sum=$(cd -- "$folder" && cat -- "$list" pyproject.toml 2>/dev/null | cksum)
  [[ ! -f $at/.cloud-env ]] || stamp=$(<"$at/.cloud-env")
  if runs_python "$at/bin/python" 0 && [[ -z $stamp || $stamp == "$sum" ]]; then
    [[ -n $stamp ]] || by=', which another tool made'
    report kept "$at$by"
  elif [[ -n $dry ]]; then
    report would "make $at from $list"
  elif [[ -L $at || (-e $at && -z $stamp && ! -f $at/pyvenv.cfg && -n $(ls -A "$at")) ]]; then
    fail "$at is not a venv that can be repaired; move it away"
  else
    new_venv && fill_venv
  fi
}

# Usage: find_list
# Sets list to the project's file that says what to install: a lock first, then a list of packages,
# then the project itself.
find_list() {
  for list in uv.lock poetry.lock pdm.lock Pipfile.lock requirements.txt pyproject.toml setup.py; do
    [[ ! -f $folder/$list ]] || return 0
  done
  list=''
}

# Usage: new_venv
new_venv() {
  local log='no space, or no right to write'
  find_python || fail 'no Python 3 with venv runs here; run install.sh, which brings one' || return
  if [[ -z $stamp || $stamp == unfinished ]] || ! has_pip "$at"; then
    rm -rf -- "$at" && mkdir -- "$at" && printf 'unfinished\n' >"$at/.cloud-env" &&
      log=$(make_venv "$at" 2>&1) || fail "$at could not be made: ${log##*$'\n'}" || return
    printf 'empty\n' >"$at/.cloud-env"
    report made "$at with $("$at/bin/python" -V)"
  fi
}

# Usage: fill_venv
# Installs what the project names. The last line of what the tool says is the reason of a failure.
fill_venv() {
  local log done="$at has what $list names"
  if [[ $list == pyproject.toml && ! -f $folder/setup.py ]] &&
    ! grep -qE '^\[(project|tool\.poetry)\]' -- "$folder/$list"; then
    report skipped "$folder/$list names no packages"
  else
    [[ $list != pyproject.toml && $list != setup.py ]] || done="$at has the project and what $list names"
    log=$(install_list 2>&1 </dev/null) || fail "$folder/$list: $(last_said "$log")" || return
    report set "$done"
  fi
  printf '%s\n' "$sum" >"$at/.cloud-env"
}

# Usage: last_said TEXT
# Prints the last line of TEXT that is not empty.
last_said() {
  local text=${1%"${1##*[![:space:]]}"}
  printf '%s' "${text##*$'\n'}"
}

# Usage: install_list
# Runs the tool that reads $list. One that is not on PATH is fetched for this once.
install_list() {
  local pip=("$at/bin/python" -m pip install --quiet --disable-pip-version-check) real
  real=$(cd -P -- "$at" && pwd)
  case $list in
    requirements.txt) "${pip[@]}" -r "$folder/$list" ;;
    uv.lock)
      # --inexact keeps pip, which the lock does not name.
      UV_PROJECT_ENVIRONMENT=$real with_tool uv sync --frozen --inexact --no-progress \
        --python "$real/bin/python" --project "$folder"
      ;;
    poetry.lock)
      VIRTUAL_ENV=$real PATH=$real/bin:$PATH with_tool poetry install --no-interaction \
        --no-ansi --directory "$folder"
      ;;
    pdm.lock)
      PDM_IGNORE_SAVED_PYTHON=1 PDM_CHECK_UPDATE=0 VIRTUAL_ENV=$real PATH=$real/bin:$PATH with_tool pdm \
        sync --no-self --project "$folder"
      ;;
    Pipfile.lock)
      local pipfile
      pipfile=$(cd -P -- "$folder" && pwd)/Pipfile
      PIPENV_PIPFILE=$pipfile PIPENV_VERBOSITY=-1 VIRTUAL_ENV=$real PATH=$real/bin:$PATH \
        with_tool pipenv sync --dev
      ;;
    *) "${pip[@]}" --editable "$folder" ;;
  esac
}

# Usage: with_tool NAME ARG...
# Runs a program of PATH, or one that pip fetches into a folder that is removed afterwards.
with_tool() {
  local room code=0 wanted=("$1")
  if command -v "$1" >/dev/null; then
    "$@"
    return
  fi
  [[ $1 != uv || ! -f $kit_lib/../../install/uv.txt ]] || wanted=(-r "$kit_lib/../../install/uv.txt")
  [[ $1 != pdm ]] || wanted=('pdm[locked]') # the versions it was tested with
  room=$(mktemp -d "${TMPDIR:-/tmp}/cloud-env-tool.XXXXXX") || return
  "${pip[@]}" --target "$room" "${wanted[@]}" && PYTHONPATH=$room "$room/bin/$1" "${@:2}" || code=$?
  rm -rf -- "$room"
  return "$code"
}
