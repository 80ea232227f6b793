# shellcheck shell=bash
# The block of two lines in ~/.bashrc and ~/.zshrc: puts it in, finds it, takes it out.
#
#   # >>> beachhead (HOW): put in by install.sh, taken out by install.sh --uninstall
#   if [ -r 'X/dotfiles/bashrc' ]; then . 'X/dotfiles/bashrc'; fi # <<< beachhead
#
# HOW is what --uninstall must know to give back the same bytes: `added`, `newline added` (the
# file did not end in one) or `file made`. So it needs no memory but the file itself.

RC_BEGIN='# >>> beachhead ('
RC_NOTE='): put in by install.sh, taken out by install.sh --uninstall'
RC_END=' # <<< beachhead'

# Usage: rc_select bash|zsh
# Sets RC (the file, links resolved), RC_NAME (as people say it), RC_LINE (our second line).
rc_select() {
  case $1 in
    bash) RC=$HOME/.bashrc ;;
    zsh) RC=${ZDOTDIR:-$HOME}/.zshrc ;;
  esac
  RC_NAME=\~${RC#"$HOME"}
  rc_follow
  shell_word "$ROOT/dotfiles/${1}rc"
  RC_LINE="if [ -r $WORD ]; then . $WORD; fi$RC_END"
}

# Usage: rc_follow      sets RC to what it links to, so that a link is never replaced by a file
rc_follow() {
  local link hops=0
  while [[ -L $RC ]]; do
    ((hops++ < 20)) || die "$RC_NAME is a circle of links; mend it, or use --no-dotfiles"
    link=$(readlink "$RC" && printf 'x')
    link=${link%?x}
    [[ $link == /* ]] && RC=$link || RC=${RC%/*}/$link
  done
}

# Usage: rc_scan
# Looks for our block in RC. Sets RC_STATE: absent, same, moved (ours, for another folder) or
# edited; RC_FROM and RC_TO, its line numbers (0: that line is gone); RC_HOW; RC_EDITS, what
# stands there that we did not write.
rc_scan() {
  local line n=0
  RC_STATE=absent RC_FROM=0 RC_TO=0 RC_HOW='' RC_EDITS=''
  [[ -f $RC ]] || return 0
  while IFS= read -r line || [[ -n $line ]]; do
    n=$((n + 1))
    if ((RC_FROM == 0)) && [[ $line == "$RC_BEGIN"*"$RC_NOTE" ]]; then
      RC_FROM=$n RC_HOW=${line#"$RC_BEGIN"} RC_HOW=${RC_HOW%"$RC_NOTE"}
    elif [[ $line == *"$RC_END" ]]; then
      RC_TO=$n
      rc_judge "$line"
      break
    elif ((RC_FROM)); then
      RC_EDITS=$RC_EDITS$line$'\n'
    fi
  done <"$RC"
  ((RC_FROM == 0 || RC_TO)) || RC_STATE=edited RC_EDITS=''
}

# Usage: rc_judge LINE      what rc_scan makes of the line that ends the block
rc_judge() {
  local middle half
  local sep=' ]; then . '
  RC_STATE=edited
  if [[ $1 == "$RC_LINE" ]]; then
    RC_STATE=same
  else
    # Ours for another folder? Then both halves between our words are the same.
    middle=${1#'if [ -r '}
    middle=${middle%"; fi$RC_END"}
    half=${middle:0:$(((${#middle} - ${#sep}) / 2))}
    if [[ $1 == "if [ -r $half$sep$half; fi$RC_END" ]]; then
      RC_STATE=moved
    else
      RC_EDITS=$RC_EDITS$1$'\n'
    fi
  fi
  ((RC_FROM)) && [[ -z $RC_EDITS ]] || RC_STATE=edited
}

# Usage: rc_ready      true when both files hold our block
rc_ready() {
  local shell
  for shell in bash zsh; do
    rc_select "$shell"
    rc_scan
    case $RC_STATE in
      same) ;;
      edited) rc_show_edits ;;
      *) return 1 ;;
    esac
  done
}

# Usage: rc_preflight      fails early, before minutes are spent, when it must fail later
rc_preflight() {
  local shell
  [[ $ROOT != *:* ]] || die "no folder with ':' in its name can be on PATH; move $ROOT"
  for shell in bash zsh; do
    rc_select "$shell"
    if [[ -d $RC ]]; then
      die "$RC_NAME is a folder; move it, or use --no-dotfiles"
    elif [[ -e $RC && ! (-r $RC && -w $RC) ]] || [[ ! -w ${RC%/*} ]]; then
      rc_scan
      [[ $RC_STATE == same ]] ||
        die "cannot write $RC; make it and its folder writable, or use --no-dotfiles"
    fi
  done
}

# Usage: rc_plan
rc_plan() {
  local shell
  for shell in bash zsh; do
    rc_select "$shell"
    rc_scan
    case $RC_STATE in
      same) printf 'keep     %s (our block is in it)\n' "$RC" ;;
      edited) printf 'keep     %s (our block was edited)\n' "$RC" ;;
      moved) printf 'change   %s line %d to:\n  %s\n' "$RC" "$RC_TO" "$RC_LINE" ;;
      absent) printf 'add to   %s:\n  %s\n' "$RC" "$RC_LINE" ;;
    esac
  done
}

# Usage: rc_install
rc_install() {
  local shell
  mkdir -p "$STATE" || die "cannot write to $STATE; make it writable, or use --no-dotfiles"
  take_lock "$STATE"
  for shell in bash zsh; do
    rc_select "$shell"
    rc_scan
    case $RC_STATE in
      absent) rc_replace rc_with_block && say "added a block of two lines to $RC_NAME" ;;
      moved) rc_replace rc_with_line && say "$RC_NAME: our block names this folder now" ;;
      edited) rc_show_edits ;;
    esac
  done
  drop_lock "$STATE"
}

# Usage: rc_replace WRITER
# RC becomes what WRITER prints, whole or not at all, with its owner and mode.
rc_replace() {
  local new=$RC.beachhead-new mode=''
  rm -f "$new"
  if [[ -e $RC ]]; then
    cp -p "$RC" "$new" || rc_give_up "$new"
    mode=$(stat -c %a "$RC" 2>/dev/null || stat -f %Lp "$RC")
    chmod u+w "$new"
  fi
  "$1" >"$new" || rc_give_up "$new"
  [[ -z $mode ]] || chmod "$mode" "$new"
  mv -f "$new" "$RC" || rc_give_up "$new"
}

# Usage: rc_give_up FILE
rc_give_up() {
  rm -f "$1"
  die "cannot write $RC, it is as it was; see that its disk is not full and its folder writable"
}

# Usage: rc_with_block      prints RC with our block added
rc_with_block() {
  local how='added' last=x
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
  local first=$RC_FROM last=$RC_TO total before=0
  ((first)) || first=$last
  ((last)) || last=$first
  total=$(wc -l <"$RC") || return 1
  before=$((first - 1))
  if [[ $RC_HOW == 'newline added' && -z $RC_EDITS ]] && ((last >= total)); then
    # Nothing follows: the newline that we added goes too.
    ((before <= 1)) || head -n $((before - 1)) "$RC" || return 1
    sed -n "${before}p" "$RC" | tr -d '\n'
  elif ((before)); then
    head -n "$before" "$RC" || return 1
  fi
  rc_edits_as_comments || return 1
  tail -n +$((last + 1)) "$RC"
}

# Usage: rc_edits_as_comments
rc_edits_as_comments() {
  local line
  while IFS= read -r line; do
    case $line in
      '') ;;
      *"$RC_END") printf '# was in the beachhead block: %s\n' "${line%"$RC_END"}" || return 1 ;;
      *) printf '%s\n' "$line" || return 1 ;;
    esac
  done <<<"$RC_EDITS"
}

# Usage: rc_show_edits
rc_show_edits() {
  local line
  say "note: our block in $RC_NAME was edited (line $((RC_FROM ? RC_FROM : RC_TO))); left as it is"
  while IFS= read -r line; do
    [[ -z $line ]] || printf '  > %s\n' "$line" >&2
  done <<<"$RC_EDITS"
}

# Usage: rc_check
rc_check() {
  local shell wrong=0
  for shell in bash zsh; do
    rc_select "$shell"
    rc_scan
    case $RC_STATE in
      same) continue ;;
      absent) printf '%s: our block is not in it; run ./install.sh\n' "$RC_NAME" ;;
      moved) printf '%s: our block names another folder; run ./install.sh\n' "$RC_NAME" ;;
      edited) printf '%s: our block was edited; run ./install.sh --repair\n' "$RC_NAME" ;;
    esac
    wrong=1
  done
  return "$wrong"
}

# Usage: rc_uninstall
rc_uninstall() {
  local shell
  for shell in bash zsh; do
    rc_select "$shell"
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
  local made=$RC_HOW
  rc_replace rc_without_block
  say "took our block out of $RC_NAME"
  if [[ $made == 'file made' && ! -s $RC ]]; then rm -f "$RC"; fi
}
