# shellcheck shell=bash
# Tab for every command of bin/, from the static files that completions/generate wrote.
#
# Nothing is read before the first Tab: in zsh that is also when compinit runs, which would cost
# more than all the rest of the start.

[ -z "${BEACHHEAD_NO_COMPLETION-}" ] || return 0

if [ -n "${ZSH_VERSION-}" ]; then
  # shellcheck source=/dev/null
  . "$BEACHHEAD_HOME/dotfiles/shell/completion.zsh"
  return 0
fi

# Usage: beachhead_complete COMMAND TYPED BEFORE      what `complete -F` calls
# The first Tab reads completion.bash, which defines both functions anew.
beachhead_complete() {
  beachhead_source completion.bash && beachhead_complete "$@"
}
beachhead_work_complete() {
  beachhead_source completion.bash && beachhead_work_complete "$@"
}

# Usage: beachhead_completable      registers each command
beachhead_completable() {
  local file
  for file in "$BEACHHEAD_HOME"/bin/*; do
    if [[ -f $file && -x $file ]]; then
      complete -o bashdefault -o default -F beachhead_complete "${file##*/}"
    fi
  done
}
beachhead_completable
unset -f beachhead_completable

if [[ -n ${beachhead_work_is_ours-} ]]; then
  complete -o default -F beachhead_work_complete work
fi
