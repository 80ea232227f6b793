#!/usr/bin/env bash
# Sets up Beachhead: Python packages in .venv, its dotfiles in ~/.bashrc and ~/.zshrc.
#
# Usage: ./install.sh [OPTION]...
#
# Examples:
#   ./install.sh --dry-run
#   ./install.sh
#   ./install.sh --extra plots --extra cluster
#   ./install.sh --uninstall
#
# With no option and no terminal it does the whole job and asks nothing. A second run changes
# nothing; a broken or outdated part is repaired. It needs no root and calls no system package
# manager. It writes to .venv in this folder, to ~/.local/state/beachhead, and one block of two
# lines to each of ~/.bashrc and ~/.zshrc (to ~/.vimrc and ~/.tmux.conf only where you have none).
#
#   --python PATH    use this Python (3.11 to 3.14); default: the first that runs of our own in
#                    the state folder, python3.14 ... python3.11, python3, one fetched by uv
#   --no-dotfiles    leave ~/.bashrc, ~/.zshrc, ~/.vimrc and ~/.tmux.conf alone
#   --extra NAME     also install the packages of requirements-NAME.txt (plots, cluster, trip,
#                    tours, formats); may be repeated; they stay until --uninstall
#   --dev            the same as --extra dev: what the tests and linters need
#   --with NAME      also clone ohmyzsh or awesome-vim, at a pinned commit; may be repeated
#   --ephemeral      keep the heavy part (.venv, Python) on the session's disk, for a home that is
#                    small or does not last; in a new session run ./install.sh again
#   --dry-run        print what would be done; change nothing
#   --check          report what is wrong and exit 1, or exit 0
#   --repair         check every file and import, repair what is broken, restore edited blocks
#   --uninstall      remove what was installed, and nothing else
#   -h, --help       print this help
#   --version        print the version
#
# Environment: BEACHHEAD_STATE moves the state folder, BEACHHEAD_SCRATCH (else TMPDIR, /tmp) is
# where --ephemeral puts things, BEACHHEAD_NEED_MB overrules how much disk must be free. pip's
# and uv's own variables and configuration (mirrors, proxies, certificates) are honoured.
#
# Exit codes: 0 done, 1 something is wrong, 2 usage.

# `sh install.sh`, `. install.sh` and `bash <install.sh` end here, before an option of the calling shell is changed.
# shellcheck disable=SC2128 # no subscript: other shells read these lines
if [ -z "${BASH_VERSION-}" ] || [ "${BASH##*/}" = sh ]; then
  echo 'install.sh: this script needs Bash; run ./install.sh or: bash install.sh' >&2
  # shellcheck disable=SC2317 # return fails where the file is not sourced
  return 2 2>/dev/null || exit 2
elif [ -z "${BASH_SOURCE-}" ]; then
  echo 'install.sh: this script needs its checkout; clone it, then run ./install.sh there' >&2
  exit 2
elif [ "$BASH_SOURCE" != "$0" ]; then
  echo 'install.sh: this script must be run, not sourced; run ./install.sh' >&2
  return 2
fi
set +o posix
set -euo pipefail

# Unset what would leak in from the caller: Python's search path, its wish for no bytecode,
# folders of cd, and exported functions that shadow builtins.
unset PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE PYTHONSTARTUP CDPATH
unset -f cd command echo exec exit export kill local printf pwd read set shift source test trap type wait
# Rc files are read as bytes, whatever their encoding.
export LC_ALL=C

# A closed stdin, stdout or stderr is not a reason to fail.
: 3>&2 || exec 2>/dev/null
{ : 3>&1; } 2>/dev/null || exec >/dev/null
{ : 3<&0; } 2>/dev/null || exec </dev/null

# Usage: find_root
# Sets ROOT to this file's folder, links resolved, with no fork (paths may end in a newline).
find_root() {
  local here=$PWD file=${BASH_SOURCE[0]} link
  while [[ -L $file ]]; do
    link=$(readlink "$file" && printf 'x')
    link=${link%?x}
    [[ $link == /* ]] && file=$link || file=$(dirname "$file")/$link
  done
  case $file in
    */*) cd -P -- "${file%/*}/" ;;
  esac
  ROOT=$PWD
  cd -- "$here" 2>/dev/null || true
}

find_root
# shellcheck source=install/common.sh
. "$ROOT/install/common.sh"
# shellcheck source=install/disk.sh
. "$ROOT/install/disk.sh"
# shellcheck source=install/own.sh
. "$ROOT/install/own.sh"
# shellcheck source=install/python.sh
. "$ROOT/install/python.sh"
# shellcheck source=install/venv.sh
. "$ROOT/install/venv.sh"
# shellcheck source=install/venv_build.sh
. "$ROOT/install/venv_build.sh"
# shellcheck source=install/packages.sh
. "$ROOT/install/packages.sh"
# shellcheck source=install/rc.sh
. "$ROOT/install/rc.sh"
# shellcheck source=install/login.sh
. "$ROOT/install/login.sh"
# shellcheck source=install/rc_edit.sh
. "$ROOT/install/rc_edit.sh"
# shellcheck source=install/state.sh
. "$ROOT/install/state.sh"
# shellcheck source=install/manifest.sh
. "$ROOT/install/manifest.sh"
# shellcheck source=install/with.sh
. "$ROOT/install/with.sh"

# Usage: parse_options "$@"
parse_options() {
  ACTION=install DOTFILES=1 SETS='' REPAIR=0 EPHEMERAL=0 WANT_PYTHON='' WITH=()
  while (($#)); do
    case $1 in
      -h | --help) ACTION=help ;;
      --version) ACTION=version ;;
      --dry-run) ACTION=plan ;;
      --check) ACTION=check ;;
      --uninstall) ACTION=uninstall ;;
      --repair) REPAIR=1 ;;
      --ephemeral) EPHEMERAL=1 ;;
      --no-dotfiles) DOTFILES=0 ;;
      --dev) set_option dev ;;
      --extra)
        set_option "${2-}"
        shift
        ;;
      --extra=*) set_option "${1#*=}" ;;
      --python)
        [[ -n ${2-} ]] || usage_error '--python needs a PATH'
        WANT_PYTHON=$2
        shift
        ;;
      --python=?*) WANT_PYTHON=${1#*=} ;;
      --with)
        with_option "${2-}"
        shift
        ;;
      --with=*) with_option "${1#*=}" ;;
      *) usage_error "unknown option '$1'" ;;
    esac
    shift
  done
  ((DOTFILES || ${#WITH[@]} == 0)) || usage_error '--with and --no-dotfiles exclude each other'
}

# Usage: set_option NAME
set_option() {
  [[ -n $1 && -f $ROOT/requirements-$1.txt ]] || usage_error "--extra takes one of: $(set_names)"
  sets_add "$1"
}

# Usage: with_option NAME
with_option() {
  with_select "$1" || usage_error "--with takes one of: $(with_names)"
  WITH+=("$1")
}

# Usage: print_version
print_version() {
  local line
  while IFS= read -r line; do
    case $line in
      'version = '*)
        line=${line#*\"}
        printf 'beachhead %s\n' "${line%%\"*}"
        return
        ;;
    esac
  done <"$ROOT/pyproject.toml"
}

# Usage: install_all
install_all() {
  local changed=0
  if ((DOTFILES)); then rc_preflight; fi
  if ! venv_ready || { ((REPAIR)) && ! venv_whole; }; then
    venv_install
    changed=1
  fi
  if ((DOTFILES)) && ! with_each_ready; then
    with_install
    changed=1
  fi
  if ((DOTFILES)) && ! rc_ready; then
    rc_install
    changed=1
  fi
  if ((changed && DOTFILES)); then
    say "done. Open a new shell, or: exec \$SHELL"
  elif ((changed)); then
    say 'done'
  else
    say "ready, nothing to do (Python $VENV_VERSION)"
  fi
}

# Usage: plan_all
plan_all() {
  if venv_ready; then
    printf 'keep     %s (Python %s, whole)\n' "$VENV" "$VENV_VERSION"
  else
    venv_plan
  fi
  if ((DOTFILES)); then
    with_plan
    rc_plan
  fi
}

# Usage: check_all
check_all() {
  local wrong=0
  venv_check || wrong=1
  if ((DOTFILES)); then
    with_check || wrong=1
    rc_check || wrong=1
  fi
  ((wrong)) || printf 'all is well\n'
  return "$wrong"
}

# Usage: uninstall_all
uninstall_all() {
  local wrong=0
  venv_uninstall || wrong=1 # first, so that a full disk has room
  if state_read; then take_lock "$STATE"; fi
  rc_uninstall || wrong=1
  with_uninstall || wrong=1
  ((wrong)) || state_uninstall || wrong=1
  ((wrong)) || say 'uninstalled'
  return "$wrong"
}

main() {
  parse_options "$@"
  case $ACTION in
    help) print_header "$ROOT/install.sh" ;;
    version) print_version ;;
    *)
      set_paths
      # A signal ends us, not only the program that runs just now.
      trap 'exit 129' HUP
      trap 'exit 130' INT
      trap 'exit 143' TERM
      case $ACTION in
        install | uninstall) owner_preflight ;;
      esac
      "${ACTION}_all"
      ;;
  esac
}

main "$@"
