# shellcheck shell=bash
# Runs one job of cloud-env run, in a session of its own: executed by cloud-run.sh, never sourced.
#
# Usage: bash cloud-job.sh FOLDER
# FOLDER holds command and folder. Writes pid, its begin, output and, at the end, code. The lock is held as long
# as the command or anything that it started runs: the kernel frees it, whatever ends them.

job=$1 stopped=''
umask_before=$(umask)
umask 077
exec 9>"$job/lock" || exit
if command -v flock >/dev/null; then flock -w 10 9 || exit; fi
mapfile -d '' words <"$job/command"
mapfile -d '' folder <"$job/folder"
cd -- "${folder[0]}" || exit
trap '' HUP
exec >>"$job/output" 2>&1 </dev/null
LC_ALL=C ps -o lstart= -p "$$" >"$job/begun" 2>/dev/null || :
printf '%s\n' "$$" >"$job/pid.new" && mv -f -- "$job/pid.new" "$job/pid" || exit
(
  umask "$umask_before"
  exec "${words[@]}"
) &
child=$!
trap 'stopped=yes' TERM INT
code=0
wait "$child" || code=$?
while kill -0 "$child" 2>/dev/null; do
  # A signal has ended the wait, not the command.
  wait "$child" && code=0 || code=$?
done
[[ -z $stopped ]] || : >"$job/stopped"
printf '%s %(%s)T\n' "$code" -1 >"$job/code.new" && mv -f -- "$job/code.new" "$job/code"
