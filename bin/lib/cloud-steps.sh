# shellcheck shell=bash
# The steps of cloud-env try: clone, venv, install, lint and test.
# shellcheck disable=SC2034,SC2154 # shared with cloud-try.sh

note=''

# Usage: get_source
# Clones or copies $source into $room/project.
get_source() {
  local git_dir
  if [[ ! -d $source ]]; then
    clone_url
  elif git_dir=$(git -C "$source" rev-parse --absolute-git-dir 2>/dev/null) &&
    [[ ${git_dir%/.git} -ef $source ]]; then
    git clone --quiet --recurse-submodules ${ref:+--no-checkout} -- "$source" \
      "$room/project" && checkout_ref
  elif [[ -n $ref ]]; then
    printf '%s is not a git repository and has no ref %s\n' "$source" "$ref"
    return 1
  else
    cp -R -- "$source/." "$room/project"
  fi
}

# Usage: clone_url
# A shallow clone if no ref is asked for; servers that cannot make one are asked for a whole one.
clone_url() {
  local git=(git clone --quiet --recurse-submodules)
  if [[ -z $ref && $source == *://* ]]; then
    "${git[@]}" --depth 1 -- "$source" "$room/project" 2>"$room/said" && return
    if ! grep -q shallow "$room/said"; then
      cat "$room/said"
      return 1
    fi
    rm -rf -- "$room/project"
  fi
  "${git[@]}" -- "$source" "$room/project" && checkout_ref
}

checkout_ref() {
  [[ -n $ref ]] || return 0
  git -C "$room/project" -c advice.detachedHead=false checkout --quiet "$ref" -- &&
    git -C "$room/project" submodule --quiet update --init --recursive
}

# Usage: clone_code STATUS
# Sets code: 4 if the server did not answer, 3 if it refused, else 1.
clone_code() {
  local said
  said=$(<"$room/log")
  case $1$said in
    124* | *'not resolve'* | *onnection* | *'Failed to connect'* | *"Couldn't connect"* | \
      *'unable to connect'*) code=4 ;;
    *'Authentication failed'* | *'ermission denied'* | *'could not read Username'* | \
      *'returned error: 4'* | *'not found'* | *'not exported'*) code=3 ;;
    *) code=1 ;;
  esac
}

# Usage: run_all_steps
# Runs install, lint and test; the last two only if the install succeeds.
run_all_steps() {
  find_python || die 127 'no Python 3 with venv runs here; run install.sh, which brings one'
  uncommitted
  targets=' '
  limit=600 run_step venv make_venv "$room/venv" || return 0
  read_targets
  if ! install_step; then
    note='install failed'
    add_step lint skipped 0.0
    note='install failed'
    add_step test skipped 0.0
    return
  fi
  if [[ $targets == *' lint '* ]]; then
    run_step lint make lint || true
  else
    note=${no_makefile:-no lint target}
    add_step lint skipped 0.0
  fi
  test_step || true
}

# Usage: uncommitted
# Notes changes that are not committed and so are not in a clone.
uncommitted() {
  local changes
  [[ -d $source && -d $room/project/.git ]] || return 0
  changes=$(git -C "$source" status --porcelain 2>/dev/null | wc -l)
  case $changes in
    0) ;;
    1) note "1 change in $source is not committed and so not tried" ;;
    *) note "$changes changes in $source are not committed and so not tried" ;;
  esac
}

# Usage: read_targets
# Sets targets to those of the Makefile, from make's database: a folder named test is not one.
read_targets() {
  local line before=''
  no_makefile=''
  if [[ ! -f GNUmakefile && ! -f makefile && ! -f Makefile ]]; then
    no_makefile='no Makefile'
    return
  fi
  need make "install it with your system's packages"
  while IFS= read -r line; do
    [[ ! $line =~ ^(install|lint|test): || $before == '# Not a target:' ]] ||
      targets+="${BASH_REMATCH[1]} "
    before=$line
  done < <(within 60 make -pnq 2>/dev/null </dev/null || true)
}

install_step() {
  local pip=("$room/venv/bin/python" -m pip install --quiet --disable-pip-version-check)
  if [[ $targets == *' install '* ]]; then
    run_step install make install
    return
  fi
  note=${no_makefile:-no install target}
  if [[ -f requirements.txt ]]; then
    note+=': pip install -r requirements.txt'
    run_step install "${pip[@]}" -r requirements.txt
  elif [[ -f pyproject.toml || -f setup.py ]]; then
    note+=': pip install .'
    run_step install "${pip[@]}" .
  else
    note+=', no requirements.txt, no pyproject.toml'
    add_step install skipped 0.0
  fi
}

test_step() {
  local python=$room/venv/bin/python
  if [[ $targets == *' test '* ]]; then
    run_step test make test
    return
  fi
  note="${no_makefile:-no test target}: pytest"
  if ! "$python" -c 'import pytest' 2>/dev/null; then
    note+=', which the project does not install'
    run_step test fetch_and_test
    return
  fi
  run_step test "$python" -m pytest
}

fetch_and_test() {
  "$python" -m pip install --quiet --disable-pip-version-check pytest && "$python" -m pytest
}
