# shellcheck shell=bash
# Runs one job of cloud-env run, in a session of its own: executed by cloud-run.sh, never sourced.
#
# Usage: bash cloud-job.sh FOLDER
# FOLDER holds command and folder, and plain where --resume was added to the command. Writes pid, its
# begin, output and, at the end, code. The lock is held as long as the command or anything that it
# started runs: the kernel frees it, whatever ends them.

# Usage: run_words
# Runs the command; sets code. A signal to this shell ends a wait, not the command.
run_words() {
  (
    umask "$umask_before"
    exec "${words[@]}"
  ) &
  child=$! code=0
  wait "$child" || code=$?
  while kill -0 "$child" 2>/dev/null; do
    wait "$child" && code=0 || code=$?
  done
}

job=$1 stopped=''
umask_before=$(umask)
umask 077
exec 9>"$job/lock" || exit
if command -v flock >/dev/null; then flock -w 10 9 || exit; fi
mapfile -d '' words <"$job/command"
mapfile -d '' folder <"$job/folder"
cd -- "${folder[0]}" || exit
# Overwritten in place at the end: a disk that the output has filled has room for the code.
printf '%64s\n' '' >"$job/code.new" || exit
trap '' HUP
exec >>"$job/output" 2>&1 </dev/null
LC_ALL=C ps -o lstart= -p "$$" >"$job/begun" 2>/dev/null || :
printf '%s\n' "$$" >"$job/pid.new" && mv -f -- "$job/pid.new" "$job/pid" || exit
trap 'stopped=yes' TERM INT
run_words
if ((code == 2)) && [[ -z $stopped && -s $job/plain ]]; then
  # A usage error: nothing was done. --resume does not go with these options or this input.
  printf 'cloud-env: without --resume, which does not go with these options\n'
  mv -f -- "$job/plain" "$job/command"
  mapfile -d '' words <"$job/command"
  run_words
fi
[[ -z $stopped ]] || : >"$job/stopped"
printf '%s %(%s)T\n' "$code" -1 1<>"$job/code.new" && mv -f -- "$job/code.new" "$job/code"
