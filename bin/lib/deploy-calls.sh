# Calls of a vendor's CLI, each shown before it is made: sourced by deploy-model, never executed.
# shellcheck shell=bash
# shellcheck disable=SC2154 # deploy-model sets dry_run

# Usage: show_call TEXT
# Shows a call: with --dry-run on standard output, else on standard error.
show_call() {
  local text=${1# }
  if [[ -n $dry_run ]]; then
    put "$text"
  else
    printf '+ %s\n' "$text" >&2
  fi
}

# Usage: failed WORD...
# Ends with 1 after a call that failed and printed its own message.
failed() {
  die 1 "'${*:1:3}' failed; fix the cause and run the same command again, it continues from here"
}

# Usage: call WORD...
# Makes a call; ends with 1 where it fails.
call() {
  show_call "$(quoted_words "$@")"
  [[ -n $dry_run ]] || "$@" >&2 </dev/null || failed "$@"
}

# Usage: call_or_explain WORD...
# As call, for a call that waits: where it fails, the cloud's reason is printed, too, and the
# version before restored.
call_or_explain() {
  show_call "$(quoted_words "$@")"
  [[ -n $dry_run ]] || "$@" >&2 </dev/null || {
    fall_back || :
    failed "$@"
  }
}

# Usage: ask VARIABLE PLACEHOLDER WORD...
# Makes a call and sets VARIABLE to its output; with --dry-run, to PLACEHOLDER.
ask() {
  local variable=$1 placeholder=$2 text
  shift 2
  show_call "$(quoted_words "$@")${dry_run:+  # gives $placeholder}"
  text=$placeholder
  [[ -n $dry_run ]] || text=$("$@" </dev/null) || failed "$@"
  printf -v "$variable" '%s' "$text"
}

# Usage: look VARIABLE NOTHING WORD...
# As ask, for something that may not exist: VARIABLE is then NOTHING, as with --dry-run.
look() {
  local variable=$1 nothing=$2 text
  shift 2
  show_call "$(quoted_words "$@")${dry_run:+  # nothing yet}"
  text=$nothing
  [[ -n $dry_run ]] || text=$("$@" 2>/dev/null </dev/null) || text=$nothing
  printf -v "$variable" '%s' "${text:-$nothing}"
}
