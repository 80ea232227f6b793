# shellcheck shell=bash
# The state folder and the folders above it, so that --uninstall can give back the same tree: a
# folder that was there before we came stays, even when it is empty, and so does what was in it.
#
# The note `made` in it says that it is ours. It holds three or more words, each ended by a NUL:
# beachhead, how many folders we made (0: it was there before), and which files of the names
# that our dotfiles use were in it before.

STATE_NAMES='manifest manifest.new lock lock.pid python with made'

# Usage: state_read
# Sets STATE_TOP, the topmost folder that we made (empty: none), and STATE_FOUND, the names found
# before, a line each; false where STATE does not bear our note.
state_read() {
  local word depth
  STATE_TOP='' STATE_FOUND=$'\n'
  [[ -n $STATE && -f $STATE/made ]] || return 1
  {
    IFS= read -r -d '' word || true
    case $word in
      beachhead) ;;
      /*) # as older versions wrote it: the path of the topmost folder
        STATE_TOP=$word
        [[ $STATE == "$word" || $STATE == "$word"/* ]]
        return
        ;;
      *) return 1 ;;
    esac
    IFS= read -r -d '' depth && [[ $depth == [0-9] || $depth == [0-9][0-9] ]] || return 1
    while IFS= read -r -d '' word; do STATE_FOUND=$STATE_FOUND$word$'\n'; done
  } <"$STATE/made"
  ((depth)) || return 0
  STATE_TOP=$STATE
  while ((--depth)); do STATE_TOP=${STATE_TOP%/*}; done
}

# Usage: state_preflight      dies where STATE holds files that would be in our way
state_preflight() {
  local name
  if state_read || manifest_valid; then return 0; fi
  for name in $STATE_NAMES; do
    [[ ! -e $STATE/$name && ! -L $STATE/$name ]] ||
      die "$STATE has a '$name' that install.sh did not make; name another folder with BEACHHEAD_STATE"
  done
}

# Usage: state_note FOLDER DEPTH      writes our note into FOLDER, whole or not at all
state_note() {
  local file
  {
    printf 'beachhead\0%d\0' "$2" || return 1
    for file in "$1/bound-keys" "$1/history-last" "$1/ohmyzsh-cache" "$1/vim" "$1"/zcompdump-*; do
      [[ ! -e $file && ! -L $file ]] || printf '%s\0' "${file##*/}" || return 1
    done
  } >"$1/made.new" && mv -f "$1/made.new" "$1/made"
}

# Usage: state_make
# Makes STATE. The topmost folder that was missing appears at once with all below it, and our
# note inside, so that a kill leaves either nothing or what is known to be ours.
state_make() {
  local top=$STATE new below depth=1
  local failed="cannot write to $STATE; make it writable, or use --no-dotfiles"
  state_preflight
  if state_read; then return 0; fi
  if [[ -d $STATE ]]; then
    state_note "$STATE" 0 2>/dev/null || die "$failed"
    return
  fi
  while [[ $top == */?* && ! -d ${top%/*} && -n ${top%/*} ]]; do
    top=${top%/*} depth=$((depth + 1))
  done
  new=$top.beachhead-new.$$ below=${STATE#"$top"}
  {
    mkdir "$new" && mkdir -p "$new$below" && state_note "$new$below" "$depth" && mv "$new" "$top"
  } 2>/dev/null || {
    state_drop "$new" "$below"
    die "$failed"
  }
  # Another install.sh made it just before us: ours has gone into it.
  state_drop "$top/${new##*/}" "$below"
}

# Usage: state_drop FOLDER BELOW
# Removes FOLDER and the way down to FOLDER/BELOW with our note, and nothing else.
state_drop() {
  local folder=$1$2
  [[ -d $1 && ! -L $1 ]] || return 0
  rm -f "$folder/made.new" "$folder/made"
  while rmdir "$folder" 2>/dev/null || [[ ! -e $folder ]]; do
    [[ $folder != "$1" ]] || return 0
    folder=${folder%/*}
  done
}

# Usage: state_uninstall
# Our notes and what the dotfiles left there. A swap file may be the only copy of a text, so it
# stays, and so does everything that is not ours.
state_uninstall() {
  local file folder=$STATE below
  state_clean_up
  if ! state_read; then
    manifest_valid || return 0 # not ours, or nothing is there
  fi
  if [[ -n $RC_KEPT ]]; then
    say "kept $STATE: another checkout uses it"
    return 0
  fi
  take_lock "$STATE"
  for file in bound-keys history-last ohmyzsh-cache vim; do
    [[ $STATE_FOUND != *$'\n'$file$'\n'* ]] || continue
    case $file in
      vim) state_undo ;;
      *) rm -rf "${STATE:?}/$file" ;;
    esac
  done
  for file in "$STATE"/zcompdump-*; do
    [[ $STATE_FOUND == *$'\n'${file##*/}$'\n'* ]] || rm -f "$file"
  done
  rmdir "$STATE/with" 2>/dev/null || true
  rm -f "$STATE/lock" "$STATE/lock.pid" "$STATE/manifest" "$STATE/manifest.new" "$STATE/made.new"
  # The topmost folder of ours that holds only the way to STATE goes at once, else a part of it.
  if [[ -z $STATE_TOP ]]; then
    rm -f "$STATE/made"
    return 0
  fi
  folder=$STATE_TOP
  while [[ -n $(state_others "$folder") ]]; do
    [[ $folder != "$STATE" ]] || return 0
    file=${STATE#"$folder/"}
    folder=$folder/${file%%/*}
  done
  below=${STATE#"$folder"}
  mv "$folder" "$folder.beachhead-old" && state_drop "$folder.beachhead-old" "$below"
}

# Usage: state_undo      removes vim's undo files, by their first bytes; names its swap files
state_undo() {
  local file magic
  for file in "$STATE/vim/undo/"* "$STATE/vim/undo/".[!.]*; do
    [[ -f $file && ! -L $file ]] || continue
    IFS= read -r -n 9 -d '' magic <"$file" || true
    [[ $magic != $'Vim\237UnDo\345' ]] || rm -f "$file"
  done
  for file in "$STATE/vim/swap/"* "$STATE/vim/swap/".[!.]*; do
    [[ ! -e $file ]] || say "kept $file: a text that vim has not saved"
  done
  rmdir "$STATE/vim/undo" "$STATE/vim/swap" 2>/dev/null || true
  rmdir "$STATE/vim" 2>/dev/null || true
}

# Usage: state_others TOP      prints an x for each thing below TOP that is not ours
state_others() {
  local path
  while IFS= read -r -d '' path; do
    [[ $STATE == "$path" || $STATE == "$path"/* || $path == "$STATE/made" ]] || printf 'x'
  done < <(find "$1" -mindepth 1 -print0)
}

# Usage: state_clean_up      removes what a killed run left beside the folders on the way to STATE
state_clean_up() {
  local folder=$STATE left
  while [[ $folder == */?* && $folder != "${HOME-}" ]]; do
    for left in "$folder.beachhead-old" "$folder.beachhead-new".*; do
      state_drop "$left" "${STATE#"$folder"}"
    done
    folder=${folder%/*}
  done
}
