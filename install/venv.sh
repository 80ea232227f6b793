# shellcheck shell=bash
# Knows whether .venv is whole, plans, checks and removes it; venv_build.sh builds it.

# Usage: venv_ready
# True when the stamp fits the lock files and the interpreter, which is run to find out (about
# 30 ms). Sets VENV_VERSION, or WHY.
venv_ready() {
  WHY='' VENV_VERSION=''
  local base=''
  if [[ -L $VENV && ! -e $VENV ]]; then
    WHY='the disk that .venv links to was emptied'
  elif [[ ! -e $VENV ]]; then
    WHY='there is no .venv yet'
  elif ((EPHEMERAL)) && [[ ! -L $VENV ]]; then
    WHY='it is in the home and shall be on the session'\''s disk'
  elif [[ ! -f $MARK/stamp ]]; then
    WHY='.venv has no stamp: it is half built, or not ours'
  else
    if [[ -n $WANT_PYTHON ]]; then
      find_python
      base=$PYTHON
    fi
    if VENV_VERSION=$(health quick "$base" 2>/dev/null); then return 0; fi
    WHY=${VENV_VERSION:-its Python does not run}
  fi
  return 1
}

# Usage: health quick|full|stamp [ARGUMENT]...      runs install/health.py in the venv
health() {
  local mode=$1
  shift
  "$VENV/bin/python" -I "$ROOT/install/health.py" "$mode" "$ROOT" "$SETS" "$@" </dev/null
}

# Usage: venv_whole      true when every file of every package is there and all import
venv_whole() {
  WHY=$(health full 2>/dev/null) && return
  WHY=${WHY%%$'\n'*} WHY=${WHY#'Error: .venv: '} WHY=${WHY%;*}
  WHY=${WHY:-its Python does not run}
  keep_sets
  rm -f "$MARK/stamp" # so that it is built anew
  return 1
}

# Usage: venv_plan
venv_plan() {
  printf 'build    %s (%s)\n' "$VENV" "$WHY"
  if find_python; then
    printf 'python   %s (%s)\n' "$PYTHON" "$PYTHON_VERSION"
  else
    printf 'python   3.13, fetched by uv into %s/python\n' "$HEAVY"
  fi
  if command -v uv >/dev/null 2>&1; then
    printf 'with     %s\n' "$(command -v uv)"
  else
    printf 'with     uv from its wheel, used once; else pip\n'
  fi
  printf 'packages %s, about %d MB at the peak\n' "$(lock_names)" \
    "$([[ -z $SETS ]] && printf '%d' "$NEED_MB" || printf '%d' "$NEED_MORE_MB")"
}

# Usage: sets_add NAME      one more set of packages, in SETS: words separated by spaces
sets_add() {
  [[ " $SETS " == *" $1 "* ]] || SETS=${SETS:+$SETS }$1
}

# Usage: set_names      prints what --extra may be, as requirements-NAME.txt say
set_names() {
  local file names=''
  for file in "$ROOT"/requirements-*.txt; do
    file=${file##*/requirements-}
    names="$names, ${file%.txt}"
  done
  printf '%s' "${names#, }"
}

# Usage: lock_names      prints the lists to install
lock_names() {
  local name
  printf 'requirements.txt'
  for name in $SETS; do printf ' requirements-%s.txt' "$name"; done
}

# Usage: venv_check
venv_check() {
  if ! venv_ready; then
    printf '.venv: %s; run ./install.sh\n' "$WHY"
    return 1
  fi
  health full
}

# Usage: venv_ours
# True when .venv is one that we made or began: it bears our mark, or links to a folder of ours
# on the session's disk that was emptied.
venv_ours() {
  [[ -d $MARK && ! -L $MARK ]] || scratch_link
}

# Usage: venv_uninstall
venv_uninstall() {
  local target=$VENV
  [[ -L $VENV ]] || rmdir "$VENV" 2>/dev/null || true # all that a killed uninstall may have left
  if venv_ours; then
    # Our mark goes last: a killed uninstall leaves what the next one knows as ours.
    if [[ -d $MARK ]]; then
      take_lock "$MARK"
      venv_clear
    fi
    if [[ -L $VENV ]]; then
      target=$(readlink "$VENV")
      [[ $target == /* ]] || target=$ROOT/$target
    fi
    rm -rf "$target" "$VENV" || die "cannot remove $VENV; remove it by hand"
    drop_lock "$MARK"
    say 'removed .venv'
  fi
  python_uninstall
}
