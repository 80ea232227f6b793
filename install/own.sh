# shellcheck shell=bash
# What is ours in a folder that may hold files of the person's too: a list of its files with
# their hashes. Only what is in the list, with the content in the list, is ever removed.

# Usage: own_begin FOLDER
# Makes FOLDER with an empty list: all that comes into it until own_record is ours. A folder
# without a list is not ours and is refused.
own_begin() {
  [[ ! -f $1/.beachhead ]] || return 0
  [[ ! -e $1 && ! -L $1 ]] || die "$1 was not made by install.sh; move it, or name a Python with --python"
  { mkdir -p "$1" && : >"$1/.beachhead"; } 2>/dev/null || die "cannot write to ${1%/*}; make it writable"
}

# Usage: own_hashes FOLDER      prints `HASH  ./PATH` of each file below, and each link's target
own_hashes() {
  local path hash='shasum -a 256'
  command -v sha256sum >/dev/null 2>&1 && hash=sha256sum
  (
    cd -- "$1" || exit
    # shellcheck disable=SC2086 # a program and its options
    find . -type f ! -path ./.beachhead ! -path ./.users ! -name '*.pyc' -exec $hash {} + || exit 1
    find . -type l -print0 | while IFS= read -r -d '' path; do
      printf 'link to %s  %s\n' "$(readlink "$path")" "$path" || exit 1
    done
  )
}

# Usage: own_record FOLDER      lists the contents of FOLDER now, whole or not at all
own_record() {
  own_hashes "$1" >"$1/.beachhead.new" && mv -f "$1/.beachhead.new" "$1/.beachhead"
}

# Usage: own_remove FOLDER
# Removes what the list holds, bytecode, and folders that this leaves empty; false where
# something else remains.
own_remove() {
  local line batch=()
  [[ -f $1/.beachhead && ! -L $1 ]] || return 1
  if [[ ! -s $1/.beachhead ]]; then # never finished
    rm -rf "$1"
    return
  fi
  while IFS= read -r line; do
    batch+=("$1/${line##*  ./}")
    if ((${#batch[@]} >= 500)); then
      rm -f "${batch[@]}"
      batch=()
    fi
  done < <(own_hashes "$1" | grep -Fx -f "$1/.beachhead")
  rm -f ${batch[@]+"${batch[@]}"} "$1/.beachhead.new" "$1/.users"
  find "$1" -path '*/__pycache__/*.pyc' -exec rm -f {} +
  find "$1" -mindepth 1 -depth -type d -empty -exec rmdir {} \;
  line=$(find "$1" -mindepth 1 ! -path "$1/.beachhead" -print | head -n 1)
  [[ -z $line ]] || return 1
  rm -f "$1/.beachhead" && rmdir "$1"
}

# Usage: users_without      prints the checkouts that use the Python of HEAVY, but for this one
# Names end in a NUL. Those that are gone are left out.
users_without() {
  local user
  [[ -f $HEAVY/python/.users ]] || return 0
  while IFS= read -r -d '' user; do
    if [[ $user != "$ROOT" && -d $user/.venv/.beachhead ]]; then printf '%s\0' "$user"; fi
  done <"$HEAVY/python/.users"
}

# Usage: python_claim      notes that this checkout uses the Python of HEAVY, where it does
python_claim() {
  local users=$HEAVY/python/.users
  [[ -f $HEAVY/python/.beachhead && $PYTHON == "$HEAVY"/python/* ]] || return 0
  { users_without && printf '%s\0' "$ROOT"; } >"$users.new" && mv -f "$users.new" "$users"
}

# Usage: python_uninstall      removes the Python that uv fetched, unless another checkout uses it
python_uninstall() {
  local folder=$HEAVY/python user=''
  [[ -n $HEAVY && -f $folder/.beachhead ]] || return 0
  IFS= read -r -d '' user < <(users_without) || true
  if [[ -n $user ]]; then
    users_without >"$folder/.users.new" && mv -f "$folder/.users.new" "$folder/.users"
    say "kept $folder: $user uses it"
  elif ! own_remove "$folder"; then
    say "kept $folder: it holds files that install.sh did not put there"
  fi
}
