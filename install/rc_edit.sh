# shellcheck shell=bash
# Puts our block into a person's rc files and takes it out: each file whole or not at all, with
# its owner and mode, and every other byte as it was. rc.sh says what RC and RC_STATE are.

# Usage: rc_install
rc_install() {
  local kind
  state_make
  take_lock "$STATE"
  for kind in $RC_KINDS; do
    rc_select "$kind"
    rc_scan
    if [[ $RC_STATE == edited ]]; then
      rc_show_edits
      ((REPAIR)) || continue
      rc_remove
      rc_scan
    fi
    case $RC_STATE in
      absent) rc_add ;;
      moved)
        rc_replace rc_with_line
        say "$RC_NAME: our block names this folder now"
        ;;
    esac
  done
  drop_lock "$STATE"
}

# Usage: rc_add
rc_add() {
  if rc_ours; then
    rc_replace rc_with_block
    say "added a block of two lines to $RC_NAME"
  elif [[ -e $RC ]]; then
    say "$RC_NAME is yours and stays as it is; to use ours too, add: $RC_OFFER"
  fi
}

# Usage: rc_replace WRITER
# RC becomes what WRITER prints. The manifest is told before the file changes: when a kill comes
# between, it knows more than happened, never less.
rc_replace() {
  local new=$RC.beachhead-new mode=''
  rm -f "$new"
  if [[ -e $RC ]]; then
    cp -p "$RC" "$new" || rc_give_up "$new"
    mode=$(file_mode "$RC")
  fi
  "$1" >"$new" || rc_give_up "$new"
  manifest_record "$new" "${mode:--}" || rc_give_up "$new"
  mv -f "$new" "$RC" || rc_give_up "$new"
}

# Usage: rc_give_up FILE
rc_give_up() {
  rm -f "$1"
  die "cannot write $RC, it is as it was; see that its disk is not full and its folder writable"
}

# Usage: rc_with_block      prints RC with our block added
rc_with_block() {
  local how='added' last
  if [[ ! -e $RC ]]; then
    how='file made'
  elif [[ -s $RC ]]; then
    cat "$RC" || return 1
    last=$(tail -c 1 "$RC" && printf 'x')
    if [[ $last != $'\nx' ]]; then
      how='newline added'
      printf '\n' || return 1
    fi
  fi
  printf '%s\n%s\n' "$RC_BEGIN$how$RC_NOTE" "$RC_LINE"
}

# Usage: rc_with_line      prints RC with our second line renewed
rc_with_line() {
  head -n $((RC_TO - 1)) "$RC" && printf '%s\n' "$RC_LINE" && tail -n +$((RC_TO + 1)) "$RC"
}

# Usage: rc_without_block      prints RC without our lines; edits of ours stay, as comments
rc_without_block() {
  local first=$RC_FROM last=$RC_TO total bytes
  ((first)) || first=$last
  ((last)) || last=$first
  total=$(wc -l <"$RC") || return 1
  bytes=$(head -n $((first - 1)) "$RC" | wc -c) || return 1
  # Nothing follows: the newline that we added goes too.
  if [[ $RC_HOW == 'newline added' && -z $RC_EDITS ]] && ((last >= total)); then
    bytes=$((bytes - 1))
  fi
  if ((bytes > 0)); then head -c "$bytes" "$RC" || return 1; fi
  rc_edits_kept || return 1
  tail -n +$((last + 1)) "$RC"
}

# Usage: rc_edits_kept      prints lines added in our block as they are, our line if edited as a comment
rc_edits_kept() {
  local line sign=${RC_BEGIN%% *}
  while IFS= read -r line; do
    case $line in
      '') ;;
      *"$RC_END")
        printf '%s was in the beachhead block: %s\n' "$sign" "${line%"$RC_END"}" || return 1
        ;;
      *) printf '%s\n' "$line" || return 1 ;;
    esac
  done <<<"$RC_EDITS"
}

# Usage: rc_uninstall
rc_uninstall() {
  local kind
  for kind in $RC_KINDS; do
    rc_select "$kind"
    rm -f "$RC.beachhead-new"
    rc_scan
    while [[ $RC_STATE != absent ]]; do
      [[ $RC_STATE != edited ]] || rc_show_edits
      rc_remove
      rc_scan
    done
  done
}

# Usage: rc_remove
rc_remove() {
  if [[ $RC_HOW == 'file made' && -z $RC_EDITS ]] && ((RC_FROM == 1 && $(wc -l <"$RC") == RC_TO)); then
    rm -f "$RC" # nothing else is in the file that we made
  else
    rc_replace rc_without_block
  fi
  say "took our block out of $RC_NAME$(manifest_verdict)"
}
