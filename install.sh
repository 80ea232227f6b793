#!/usr/bin/env bash
# Sets up Beachhead: Python packages in .venv, its dotfiles in ~/.bashrc and ~/.zshrc.
#
# Usage: ./install.sh [OPTION]...
#
# With no option and no terminal it does the whole job and asks nothing. A second run changes
# nothing; a broken or outdated part is mended. It needs no root and calls no system package
# manager. It writes to .venv in this folder, to ~/.local/state/beachhead, and one block of two
# lines to each of ~/.bashrc and ~/.zshrc.
#
#   --python PATH    use this Python (3.11 to 3.14); default: the first that runs of our own in
#                    the state folder, python3.14 ... python3.11, python3, one fetched by uv
#   --no-dotfiles    leave ~/.bashrc and ~/.zshrc alone
#   --dev            also install what the tests and linters need
#   --dry-run        print what would be done, change nothing
#   --check          say what is wrong and exit 1, or exit 0
#   --uninstall      take out what was put in, and nothing else
#   -h, --help       print this help
#   --version        print the version
#
# Environment: BEACHHEAD_STATE moves the state folder. pip's and uv's own variables and
# configuration (mirrors, proxies, certificates) are honoured.
#
# Exit codes: 0 done, 1 something is wrong, 2 usage.
#
# Example: ./install.sh --dry-run
set -euo pipefail

# What may not leak in from the caller: a Python told where to look, or not to cache bytecode.
unset PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE PYTHONSTARTUP CDPATH

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
# shellcheck source=install/python.sh
. "$ROOT/install/python.sh"
# shellcheck source=install/venv.sh
. "$ROOT/install/venv.sh"
# shellcheck source=install/rc.sh
. "$ROOT/install/rc.sh"

# Usage: parse_options "$@"
parse_options() {
  ACTION=install DOTFILES=1 DEV=0 WANT_PYTHON=''
  while (($#)); do
    case $1 in
      -h | --help) ACTION=help ;;
      --version) ACTION=version ;;
      --dry-run) ACTION=plan ;;
      --check) ACTION=check ;;
      --uninstall) ACTION=uninstall ;;
      --no-dotfiles) DOTFILES=0 ;;
      --dev) DEV=1 ;;
      --python)
        [[ -n ${2-} ]] || usage_error '--python needs a PATH'
        WANT_PYTHON=$2
        shift
        ;;
      --python=?*) WANT_PYTHON=${1#*=} ;;
      *) usage_error "unknown option '$1'" ;;
    esac
    shift
  done
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
  if ! venv_ready; then
    venv_install
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
  if ((DOTFILES)); then rc_plan; fi
}

# Usage: check_all
check_all() {
  local wrong=0
  venv_check || wrong=1
  if ((DOTFILES)); then rc_check || wrong=1; fi
  ((wrong)) || printf 'all is well\n'
  return "$wrong"
}

# Usage: uninstall_all
uninstall_all() {
  local wrong=0
  rc_uninstall || wrong=1
  venv_uninstall || wrong=1
  state_uninstall || wrong=1
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
      "${ACTION}_all"
      ;;
  esac
}

main "$@"
