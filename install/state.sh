# shellcheck shell=bash
# The state folder and the folders above it, so that --uninstall can give back the same tree: a
# folder that was there before we came stays, even when it is empty.

# Usage: state_make
# Makes STATE. The topmost folder that was missing appears at once with all below it, and a note
# of its name inside, so that a kill leaves either nothing or what is known to be ours.
state_make() {
  local top=$STATE new below
  [[ ! -d $STATE ]] || return 0
  while [[ $top == */?* && ! -d ${top%/*} && -n ${top%/*} ]]; do top=${top%/*}; done
  new=$top.beachhead-new below=${STATE#"$top"}
  {
    rm -rf "$new" && mkdir -p "$new$below" &&
      printf '%s' "$top" >"$new$below/made" && mv "$new" "$top"
  } 2>/dev/null || die "cannot write to $STATE; make it writable, or use --no-dotfiles"
}

# Usage: state_uninstall
# Our Python, our notes and what the dotfiles left there. A swap file may be the only copy of a
# text, so it stays, and so does everything that is not ours.
state_uninstall() {
  local file top=$STATE
  state_sweep
  rm -rf "$STATE/python" "$STATE/lock" "$STATE/lock.pid" "$STATE/manifest" "$STATE/manifest.new" \
    "$STATE/history-last" "$STATE/ohmyzsh-cache" "$STATE/vim/undo" "$STATE"/zcompdump-*
  for file in "$STATE/vim/swap/"* "$STATE/vim/swap/".[!.]*; do
    [[ ! -e $file ]] || say "kept $file: a text that vim has not saved"
  done
  rmdir "$STATE/vim/swap" "$STATE/vim" "$STATE/with" 2>/dev/null || true
  [[ -d $STATE ]] || return 0
  if [[ -r $STATE/made ]]; then IFS= read -r -d '' top <"$STATE/made" || true; fi
  [[ $STATE == "$top" || $STATE == "$top"/* ]] || top=$STATE
  # From the top that we made down to the first folder that holds only the way to ours.
  while [[ -n $(state_others "$top") ]]; do
    [[ $top != "$STATE" ]] || return 0
    file=${STATE#"$top/"}
    top=$top/${file%%/*}
  done
  mv "$top" "$top.beachhead-old" && rm -rf "$top.beachhead-old"
}

# Usage: state_others TOP      prints an x for each thing below TOP that is not ours
state_others() {
  local path
  while IFS= read -r -d '' path; do
    [[ $STATE == "$path" || $STATE == "$path"/* || $path == "$STATE/made" ]] || printf 'x'
  done < <(find "$1" -mindepth 1 -print0)
}

# Usage: state_sweep      removes what a killed run left beside the folders on the way to STATE
state_sweep() {
  local folder=$STATE
  while [[ $folder == */?* && $folder != "${HOME-}" ]]; do
    rm -rf "$folder.beachhead-new" "$folder.beachhead-old"
    folder=${folder%/*}
  done
}
