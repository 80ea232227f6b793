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
  rc_login
  [[ -z $RC_UNREAD ]] || say "note: $RC_UNREAD"
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
# RC becomes what WRITER prints. The manifest is written before the file changes: when a kill comes
# between, it knows more than happened, never less.
rc_replace() {
  local new=$RC.beachhead-new mode=''
  rm -f "$new"
  [[ ! -e $RC ]] || mode=$(file_mode "$RC")
  { [[ -z $mode ]] || cp -p "$RC" "$new"; } && "$1" >"$new" &&
    manifest_record "$new" "${mode:--}" && mv -f "$new" "$RC" && return
  rm -f "$new"
  say "cannot write $RC, it is as it was; see that its disk is not full and its folder writable"
  [[ $ACTION == uninstall ]] || exit 1
  return 1
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
  local first=$RC_FROM last=$RC_TO bytes
  ((first)) || first=$last
  ((last)) || last=$first
  bytes=$(head -n $((first - 1)) "$RC" | wc -c) || return 1
  # Nothing follows: the newline that we added goes too.
  if [[ $RC_HOW == 'newline added' && -z $RC_EDITS ]] && rc_block_is_last; then
    bytes=$((bytes - 1))
  fi
  if ((bytes > 0)); then head -c "$bytes" "$RC" || return 1; fi
  rc_edits_kept || return 1
  tail -n +$((last + 1)) "$RC"
}

# Usage: rc_edits_kept
# Prints lines added in our block as they are, our own line, if edited, as a comment.
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
# Takes our blocks out. Sets RC_KEPT to the files whose block another checkout needs.
rc_uninstall() {
  local kind wrong=0
  RC_KEPT=''
  for kind in $RC_KINDS; do
    rc_select "$kind"
    [[ -z $RC_BAD ]] || continue
    rm -f "$RC.beachhead-new"
    rc_scan
    while [[ $RC_STATE != absent ]]; do
      if rc_is_anothers; then
        RC_KEPT="$RC_KEPT $RC_NAME"
        break
      fi
      [[ $RC_STATE != edited ]] || rc_show_edits
      rc_remove || {
        wrong=1
        break
      }
      rc_scan
    done
  done
  return "$wrong"
}

# Usage: rc_is_anothers
# True, with a line about it, when the block names another folder that is a checkout still: the
# one that was installed last has the block.
rc_is_anothers() {
  local there=$RC_THERE quote=\' other
  if [[ -n $there ]]; then
    there=${there#\'} there=${there%\'} other=''
    while [[ $there == *"$quote"* ]]; do
      other=$other${there%%"$quote"*}$quote
      there=${there#*"$quote"}
      there=${there#"\\''"} there=${there#"$quote"}
    done
    other=$other${there%/dotfiles/*}
    [[ -e $other/install.sh || $other == \$* ]] || return 1
    say "$RC_NAME: its block is of the checkout at $other, and stays"
  elif [[ $RC_STATE == edited && $RC_EDITS == *"$RC_END"* ]] &&
    [[ $RC_EDITS != *"$RC_WORD"* && $RC_EDITS != *"$ROOT/dotfiles/"* ]]; then
    say "$RC_NAME: its block was edited and does not name this folder: it stays"
  else
    return 1
  fi
}

# Usage: rc_remove
rc_remove() {
  if [[ $RC_HOW == 'file made' && -z $RC_EDITS ]] && ((RC_FROM == 1)) && rc_block_is_last; then
    rm -f "$RC" # nothing else is in the file that we made
  else
    rc_replace rc_without_block || return 1
  fi
  say "took our block out of $RC_NAME$(manifest_verdict)"
}

# Usage: rc_block_is_last      true when no byte follows our block
rc_block_is_last() {
  ((RC_TO)) && (($(tail -n +$((RC_TO + 1)) "$RC" | head -c 1 | wc -c) == 0))
}
