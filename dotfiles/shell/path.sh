# shellcheck shell=bash
# PATH: our commands at its end, so that they never hide another; no folder twice. And the state
# folder.

# The folder of undo files, completion dumps and clones; install.sh uses the same.
# shellcheck disable=SC2034 # read by the other parts
beachhead_state=${BEACHHEAD_STATE:-${XDG_STATE_HOME:-$HOME/.local/state}/beachhead}

# Usage: beachhead_path append|prepend FOLDER      does nothing where it is on PATH already
beachhead_path() {
  case ":$PATH:" in
    *":$2:"*) ;;
    *)
      if [ "$1" = append ]; then PATH=$PATH:$2; else PATH=$2:$PATH; fi
      ;;
  esac
}

# Azure Cloud Shell has a literal ~/.local/bin on PATH, which only Bash resolves: what pip
# installs there is not found by anything else. An absolute one goes first.
# shellcheck disable=SC2088 # the literal tilde is what we look for
case ":$PATH:" in
  *':~/.local/bin:'*) beachhead_path prepend "$HOME/.local/bin" ;;
  *) if [ -d "$HOME/.local/bin" ]; then beachhead_path prepend "$HOME/.local/bin"; fi ;;
esac
# What cloud-env tools keeps in the home: the person has asked for these, so they come first.
if [ -d "$HOME/.local/share/beachhead/tools/bin" ]; then
  beachhead_path prepend "$HOME/.local/share/beachhead/tools/bin"
fi
beachhead_path append "$BEACHHEAD_HOME/bin"
export PATH
unset -f beachhead_path
