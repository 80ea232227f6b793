# shellcheck shell=bash
# The manifest: what we changed in the home, with hashes from before and after.
#
# One line a file, separated by tabs: path, mode before, sha256 before, sha256 after; - if there
# was not a file. `--uninstall` compares with it, and `--check` reports drift by it. Nothing depends
# on it: without one, the blocks in the files are still found and taken out.

# Usage: manifest_find      sets MODE, BEFORE, AFTER of RC; 1 when it is not in the manifest
manifest_find() {
  local path
  MODE='' BEFORE='' AFTER=''
  shell_word "$RC"
  [[ -f $STATE/manifest && -r $STATE/manifest ]] || return 1
  while IFS=$'\t' read -r path MODE BEFORE AFTER; do
    [[ $path != "$WORD" ]] || return 0
  done <"$STATE/manifest"
  MODE='' BEFORE='' AFTER=''
  return 1
}

# Usage: manifest_valid      true when STATE has a manifest and each line of it is one of ours
manifest_valid() {
  local line=''
  local form=$'^\\$?\'.*\'\t([0-7]+|-)\t([0-9a-f]{64}|-)\t([0-9a-f]{64}|-)$'
  [[ -n $STATE && -f $STATE/manifest && -r $STATE/manifest && ! -e $STATE/made ]] || return 1
  while IFS= read -r line || [[ -n $line ]]; do
    [[ $line =~ $form ]] || return 1
  done <"$STATE/manifest"
  [[ -n $line || -s $STATE/manifest ]]
}

# Usage: manifest_record NEW MODE
# Notes that RC, of this mode (- for none), becomes NEW. Where we changed RC before and nobody
# else has since, the first hash is kept: that is the file to give back.
manifest_record() {
  local now new=$STATE/manifest.new line mode=$2
  state_read || manifest_valid || return 0 # uninstalling with no state left, or not ours
  now=$(sha256 "$RC")
  if manifest_find && [[ $AFTER == "$now" ]]; then
    now=$BEFORE mode=$MODE
  fi
  {
    if [[ -f $STATE/manifest && -r $STATE/manifest ]]; then
      while IFS= read -r line; do
        [[ $line == "$WORD"$'\t'* ]] || printf '%s\n' "$line" || return 1
      done <"$STATE/manifest"
    fi
    printf '%s\t%s\t%s\t%s\n' "$WORD" "$mode" "$now" "$(sha256 "$1")"
  } >"$new" && mv -f "$new" "$STATE/manifest"
}

# Usage: manifest_drift      says where RC is not as we left it, though our block is whole
manifest_drift() {
  manifest_find || return 0
  if [[ $AFTER != "$(sha256 "$RC")" ]]; then
    printf 'note: %s was changed by others since; our block in it is whole\n' "$RC_NAME"
  elif [[ $MODE != - && $MODE != "$(file_mode "$RC")" ]]; then
    printf 'note: %s had mode %s when we came\n' "$RC_NAME" "$MODE"
  fi
}

# Usage: manifest_verdict      prints how RC without our block compares with what it was
manifest_verdict() {
  manifest_find || return 0
  if [[ $BEFORE == "$(sha256 "$RC")" ]]; then
    printf ': byte for byte as it was'
  else
    printf ': what others changed since is kept'
  fi
}
