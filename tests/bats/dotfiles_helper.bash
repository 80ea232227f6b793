# shellcheck shell=bash
# What the tests of dotfiles/ share: a HOME whose rc files hold only ours, and shells in it.

. "${BASH_SOURCE[0]%/*}/common_helper.bash"
REPO=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd -P)

# Usage: home_setup      what setup() calls
home_setup() {
  bats_require_minimum_version 1.5.0
  H="$BATS_TEST_TMPDIR/my home"
  mkdir -p "$H/.local/state/beachhead"
  printf ". '%s/dotfiles/bashrc'\n" "$REPO" >"$H/.bashrc"
  printf ". '%s/dotfiles/zshrc'\n" "$REPO" >"$H/.zshrc"
}

# Usage: clean [NAME=VALUE]... COMMAND...      runs it with an empty environment
clean() { env -i HOME="$H" PATH=/usr/bin:/bin TERM=dumb "$@"; }

need_zsh() { need zsh; }

# Usage: type_into bash|zsh      runs the lines of stdin in an interactive shell
type_into() { clean "$1" -i 2>&1; }

# Usage: tab_into bash|zsh LINE...
# Types each LINE, Tab and Enter, from the home, in a terminal of its own; sets folders to where the
# shell is after each.
tab_into() {
  local file=$BATS_TEST_TMPDIR/folders
  rm -f "$file"
  clean TERM=xterm LANG=C.UTF-8 "$REPO/.venv/bin/python" "$REPO/tests/tab_into.py" "$file" "$@"
  # shellcheck disable=SC2034 # for the caller
  mapfile -d '' folders <"$file"
}
