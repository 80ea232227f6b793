# shellcheck shell=bash
# --with ohmyzsh, --with awesome-vim: pinned commits cloned into the state folder.
#
# Nothing of theirs is run while installing, nothing is piped into a shell, and no rc file of
# theirs is copied: dotfiles/zshrc and dotfiles/vimrc load them where the clone is.

# Usage: with_select NAME
# Sets WITH_URL, WITH_PIN and WITH_DIR; 1 when there is no such name in pins.txt.
with_select() {
  local name
  WITH_DIR=${STATE-}/with/$1
  while read -r name WITH_URL WITH_PIN; do
    [[ $name != "$1" ]] || return 0
  done <"$ROOT/install/pins.txt"
  return 1
}

# Usage: with_names      prints the names in pins.txt, separated by spaces
with_names() {
  local name rest names=''
  while read -r name rest; do
    [[ $name == '#' ]] || names="$names, $name"
  done <"$ROOT/install/pins.txt"
  printf '%s' "${names#, }"
}

# Usage: with_ready      true when the clone of WITH_DIR is at its pin
with_ready() {
  local head=''
  [[ -r $WITH_DIR/.git/HEAD ]] || return 1
  read -r head <"$WITH_DIR/.git/HEAD" || true
  [[ $head == "$WITH_PIN" ]]
}

# Usage: with_each_ready      true when all that --with names are
with_each_ready() {
  local name
  for name in ${WITH[@]+"${WITH[@]}"}; do
    with_select "$name"
    with_ready || return 1
  done
}

# Usage: with_install
with_install() {
  local name
  state_make
  mkdir -p "$STATE/with" || die "cannot write to $STATE; make it writable"
  take_lock "$STATE"
  for name in ${WITH[@]+"${WITH[@]}"}; do
    with_select "$name"
    with_ready || with_clone "$name"
  done
  drop_lock "$STATE"
}

# Usage: with_git ARGUMENT...      git that asks nothing and runs no hook
with_git() {
  GIT_TERMINAL_PROMPT=0 git -c core.hooksPath=/dev/null -c advice.detachedHead=false \
    -C "$WITH_DIR.new" "$@" </dev/null >>"$STATE/with/log" 2>&1
}

# Usage: with_clone NAME
# One commit is fetched; a mirror that gives no single commits is fetched whole.
with_clone() {
  command -v git >/dev/null 2>&1 || die "--with $1 needs git; install it"
  say "cloning $1 at ${WITH_PIN:0:12}"
  with_kept || die "$WITH_DIR holds files of yours; move it away, then try again"
  : >"$STATE/with/log"
  rm -rf "$WITH_DIR.new"
  mkdir -p "$WITH_DIR.new"
  if with_git init -q --template= . &&
    { with_git fetch -q --depth 1 "$WITH_URL" "$WITH_PIN" ||
      with_git fetch -q "$WITH_URL" '+refs/heads/*:refs/remotes/origin/*'; } &&
    with_git checkout -q --detach "$WITH_PIN"; then
    printf '%s\n' "$WITH_PIN" >"$WITH_DIR.new/.git/beachhead"
    rm -rf "$WITH_DIR"
    mv "$WITH_DIR.new" "$WITH_DIR"
  else
    rm -rf "$WITH_DIR.new"
    die "$1 could not be cloned from $WITH_URL; see $STATE/with/log"
  fi
}

# Usage: with_kept
# False where WITH_DIR is not a clone of ours, or holds what its repository does not: a file, a
# commit, a branch, a stash.
with_kept() {
  local found head='' pin=$WITH_PIN
  [[ -e $WITH_DIR || -L $WITH_DIR ]] || return 0
  [[ -d $WITH_DIR/.git && ! -L $WITH_DIR && -f $WITH_DIR/.git/HEAD ]] || return 1
  if [[ -f $WITH_DIR/.git/beachhead ]]; then read -r pin <"$WITH_DIR/.git/beachhead" || true; fi
  read -r head <"$WITH_DIR/.git/HEAD" || true
  [[ -n $pin && $head == "$pin" ]] || return 1
  found=$(git -C "$WITH_DIR" status --porcelain --ignored 2>/dev/null &&
    git -C "$WITH_DIR" for-each-ref refs/heads refs/tags refs/stash 2>/dev/null) || return 1
  [[ -z $found ]]
}

# Usage: with_plan
with_plan() {
  local name
  for name in ${WITH[@]+"${WITH[@]}"}; do
    with_select "$name"
    if with_ready; then
      printf 'keep     %s\n' "$WITH_DIR"
    else
      printf 'clone    %s at %s\n         into %s\n' "$WITH_URL" "$WITH_PIN" "$WITH_DIR"
    fi
  done
}

# Usage: with_check      every clone there is is at its pin
with_check() {
  local name wrong=0
  for name in "$STATE"/with/*/; do
    [[ -d $name ]] || continue
    name=${name%/}
    with_select "${name##*/}" || continue
    with_ready && continue
    printf '%s: not at its pinned commit; run ./install.sh --with %s\n' "$name" "${name##*/}"
    wrong=1
  done
  return "$wrong"
}

# Usage: with_uninstall
# A clone that holds files of the person's own (plugins, my_configs.vim) stays, and is named.
with_uninstall() {
  local name
  if [[ -n $RC_KEPT ]] || ! { state_read || manifest_valid; }; then return 0; fi
  rm -rf "$STATE/with/log"
  for name in "$STATE"/with/*/; do
    [[ -d $name ]] || continue
    name=${name%/}
    if [[ $name == *.new ]]; then
      rm -rf "$name"
      continue
    fi
    WITH_PIN=''
    with_select "${name##*/}" || WITH_PIN=''
    WITH_DIR=$name
    if with_kept; then
      rm -rf "$name"
      say "removed ${name##*/}"
    else
      say "kept $name: it holds files that are not its repository's"
    fi
  done
}
