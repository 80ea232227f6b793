# Calls of a vendor's CLI, each shown before it is made: sourced by deploy-model, never executed.
# shellcheck shell=bash
# shellcheck disable=SC2154 # deploy-model sets dry_run

# Usage: tell TEXT
# Shows a call: the plan on standard output, what is being done on standard error.
tell() {
  local text=${1# }
  if [[ -n $dry_run ]]; then
    put "$text"
  else
    printf '+ %s\n' "$text" >&2
  fi
}

# Usage: failed WORD...
# Ends with 1 after a call that failed, whose own message is above.
failed() {
  die 1 "'${*:1:3}' failed; mend it and give the same command again, what is done is kept"
}

# Usage: call WORD...
# Makes a call; ends with 1 where it fails.
call() {
  tell "$(quoted_words "$@")"
  [[ -n $dry_run ]] || "$@" >&2 </dev/null || failed "$@"
}

# Usage: ask VARIABLE PLACEHOLDER WORD...
# Makes a call and sets VARIABLE to what it prints; in a plan, to PLACEHOLDER.
ask() {
  local variable=$1 placeholder=$2 text
  shift 2
  tell "$(quoted_words "$@")${dry_run:+  # gives $placeholder}"
  text=$placeholder
  [[ -n $dry_run ]] || text=$("$@" </dev/null) || failed "$@"
  printf -v "$variable" '%s' "$text"
}

# Usage: look VARIABLE NOTHING WORD...
# As ask, where the thing asked for may not be there: VARIABLE is then NOTHING, as in a plan.
look() {
  local variable=$1 nothing=$2 text
  shift 2
  tell "$(quoted_words "$@")${dry_run:+  # nothing yet}"
  text=$nothing
  [[ -n $dry_run ]] || text=$("$@" 2>/dev/null </dev/null) || text=$nothing
  printf -v "$variable" '%s' "${text:-$nothing}"
}
