# shellcheck shell=bash
# Builds .venv and repairs it. Its own notes are in .venv/.beachhead: log, lock, tmp/ (everything
# fetched on the way) and the stamp, written last.

# Usage: venv_install
venv_install() {
  say "setting up .venv: $WHY"
  venv_claim
  take_lock "$MARK"
  if venv_ready; then # another run did it while we waited
    drop_lock "$MARK"
    return
  fi
  keep_sets
  trap 'rm -rf "$MARK/tmp"' EXIT
  rm -rf "$MARK/tmp"
  mkdir -p "$MARK/tmp"
  : >"$MARK/log"
  venv_update || venv_build
  rm -rf "$MARK/tmp"
  drop_lock "$MARK"
}

# Usage: venv_claim
# Makes sure that .venv is ours to write: somebody else's is moved aside, never deleted.
venv_claim() {
  local n=1
  [[ -L $VENV ]] || rmdir "$VENV" 2>/dev/null || true # an empty folder is nobody's
  if [[ -L $VENV && ! -e $VENV ]]; then
    ephemeral_refill
  elif [[ -e $VENV ]] && ! venv_ours; then
    while [[ -e $VENV.kept-$n || -L $VENV.kept-$n ]]; do n=$((n + 1)); done
    mv "$VENV" "$VENV.kept-$n" || die "cannot move $VENV aside; do it and try again"
    say ".venv was not made by install.sh: kept as .venv.kept-$n"
  fi
  if ((EPHEMERAL)); then ephemeral_venv; fi
  mkdir -p "$MARK" 2>/dev/null ||
    die "cannot write to $ROOT; make it writable, or clone it elsewhere"
}

# Usage: keep_sets
# A venv that has extra packages keeps them when it is repaired.
keep_sets() {
  local line name
  [[ -f $MARK/stamp ]] || return 0
  while IFS= read -r line; do
    [[ $line == 'sets '* ]] || continue
    for name in ${line#sets }; do
      if [[ -f $ROOT/requirements-$name.txt ]]; then sets_add "$name"; fi
    done
  done <"$MARK/stamp"
}

# Usage: venv_update
# The interpreter is right and the venv was whole once: only the packages need a change. They
# are fetched before any is replaced, so that a lost network leaves the old ones working.
venv_update() {
  [[ -f $MARK/stamp && -z $WANT_PYTHON ]] && health same >/dev/null 2>&1 || return 1
  PYTHON=$VENV/bin/python
  mv -f "$MARK/stamp" "$MARK/stamp.old"
  if venv_packages; then
    rm -f "$MARK/stamp.old"
    venv_finish
  elif health full >/dev/null 2>&1; then
    mv -f "$MARK/stamp.old" "$MARK/stamp"
    die "the packages could not be installed: $(last_error); the old ones still work"
  else
    return 1
  fi
}

# Usage: venv_build
venv_build() {
  rm -f "$MARK/stamp"
  venv_clear
  disk_preflight "$VENV"
  get_python
  say "Python $PYTHON_VERSION ($PYTHON)"
  find_uv || say 'uv could not be had; using pip'
  venv_create
  venv_packages || die "the packages could not be installed: $(last_error); see $MARK/log"
  venv_finish || die "the new .venv is not whole: $(last_error); see $MARK/log"
}

# Usage: venv_clear      empties .venv of all but our notes
venv_clear() {
  find "$VENV/" -mindepth 1 -maxdepth 1 ! -name .beachhead -exec rm -rf {} + ||
    die "cannot clear $VENV; remove it and try again"
}

# Usage: venv_create      an empty .venv for PYTHON
venv_create() {
  local folder=$VENV
  if [[ -n ${UV-} ]] && uv_env "$UV" venv --allow-existing --no-project \
    --prompt beachhead --python "$PYTHON" "$VENV"; then
    return
  fi
  [[ ! -L $VENV ]] || folder=$(readlink "$VENV") # Python's own venv refuses a link
  "$PYTHON" -m venv --without-pip --prompt beachhead "$folder" >>"$MARK/log" 2>&1 </dev/null ||
    die "$PYTHON cannot make a venv: $(last_error); name another with --python"
}

# Usage: venv_finish
# One import of everything, so that the first use finds its bytecode, then the stamp.
# shellcheck disable=SC2034 # read by the other parts
venv_finish() {
  say 'first import of the packages, so that later ones are quick'
  health full >>"$MARK/log" 2>&1 || return 1
  compile_search
  python_claim
  VENV_VERSION=$(health stamp)
}

# Usage: compile_search
# Compiles the search of solve-tsp once, where its extra is installed. A failure is not an error:
# the search is then compiled at its first use.
compile_search() {
  [[ " $SETS " == *' tours '* ]] || return 0
  say 'compiling the search of solve-tsp, once'
  (cd "$ROOT" && "$VENV/bin/python" -c \
    'from pyhelpers.tsp import kernel; kernel.prepare()') >>"$MARK/log" 2>&1 </dev/null || true
}
