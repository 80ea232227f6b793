# shellcheck shell=bash
# Small functions for both shells.

# Usage: mkcd FOLDER      makes it and goes there
mkcd() {
  mkdir -p -- "$1" && cd -- "$1" || return
}
