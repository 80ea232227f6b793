# shellcheck shell=bash
# Our block of two lines in a person's rc files: which files, and what is in them now.
#
#   # >>> beachhead (HOW): put in by install.sh, taken out by install.sh --uninstall
#   if [ -r 'X/dotfiles/bashrc' ]; then . 'X/dotfiles/bashrc'; fi # <<< beachhead
#
# HOW is what --uninstall must know to give back the same bytes: `added`, `newline added` (the
# file did not end in one) or `file made`. So it needs no memory but the file itself; the
# manifest only lets it say whether others have changed the file since.
#
# vim and tmux read such a block too, but only from a file that we made: who has a ~/.vimrc
# keeps it; we print the one line that would add ours.

RC_NOTE='): put in by install.sh, taken out by install.sh --uninstall'
RC_KINDS='bash zsh vim tmux'

# Usage: rc_select bash|zsh|vim|tmux
# Sets RC (the file, links resolved), RC_NAME (as people say it), and of our block RC_BEGIN and
# RC_LINE, which is RC_LEFT RC_WORD RC_MID RC_WORD RC_RIGHT RC_END (our file once where RC_MID is
# empty); RC_OFFER, the line to be added by hand.
# shellcheck disable=SC2034 # read by the other parts
rc_select() {
  local sign='#' target=$ROOT/dotfiles/${1}rc
  RC_KIND=$1
  case $1 in
    bash) RC=$HOME/.bashrc ;;
    zsh)
      zsh_folder
      RC=$ZSH_FOLDER/.zshrc
      ;;
    vim) RC=$HOME/.vimrc sign='"' ;;
    tmux) RC=$HOME/.tmux.conf target=$ROOT/dotfiles/tmux.conf ;;
  esac
  RC_NAME=\~${RC#"$HOME"}
  RC_BEGIN="$sign >>> beachhead ("
  RC_END=" $sign <<< beachhead"
  shell_word "$target"
  RC_WORD=$WORD
  case $1 in
    vim)
      vim_word "$target"
      RC_WORD=$WORD
      RC_LEFT='if filereadable(' RC_MID=") | execute 'source' fnameescape(" RC_RIGHT=') | endif'
      RC_OFFER="source $target"
      ;;
    tmux)
      RC_LEFT='source-file -q ' RC_MID='' RC_RIGHT=''
      RC_OFFER="source-file $WORD"
      ;;
    *)
      RC_LEFT='if [ -r ' RC_MID=' ]; then . ' RC_RIGHT='; fi'
      RC_OFFER=". $WORD"
      ;;
  esac
  RC_LINE=$RC_LEFT$RC_WORD${RC_MID:+$RC_MID$RC_WORD}$RC_RIGHT$RC_END
  rc_follow
}

# Usage: rc_follow
# Sets RC to what it links to, so that a link is never replaced by a file, and RC_BAD to why it
# cannot hold our block, if so.
rc_follow() {
  local link hops=0
  RC_BAD=''
  while [[ -L $RC ]]; do
    if ((hops++ >= 20)); then
      RC_BAD='is a circle of links'
      return
    fi
    link=$(readlink "$RC" && printf 'x')
    link=${link%?x}
    if [[ $link == /* ]]; then RC=$link; else RC=${RC%/*}/$link; fi
  done
  if [[ -d $RC ]]; then
    RC_BAD='is a folder'
  elif [[ -e $RC && ! -f $RC ]]; then
    RC_BAD='is a device, a pipe or a socket'
  elif ((hops)) && [[ ! -e $RC ]]; then
    RC_BAD="is a link to $RC, which is not there"
  fi
}

# Usage: rc_scan
# Looks for our block in RC. Sets RC_STATE: absent, same, moved (ours, for another folder) or
# edited; RC_FROM and RC_TO, its line numbers (0: that line is gone); RC_HOW; RC_THERE, the folder
# of a moved one, quoted; RC_EDITS, lines there that we did not write.
rc_scan() {
  local line n=0
  RC_STATE=absent RC_FROM=0 RC_TO=0 RC_HOW='' RC_EDITS='' RC_THERE=''
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
  RC_STATE=edited
  if [[ $1 == "$RC_LINE" ]]; then
    RC_STATE=same
  else
    # Ours for another folder? Then a path, or twice the same, is between our words.
    middle=${1#"$RC_LEFT"}
    middle=${middle%"$RC_RIGHT$RC_END"}
    half=$middle
    [[ -z $RC_MID ]] || half=${middle:0:$(((${#middle} - ${#RC_MID}) / 2))}
    if [[ $1 == "$RC_LEFT$half${RC_MID:+$RC_MID$half}$RC_RIGHT$RC_END" && -n $half ]]; then
      # shellcheck disable=SC2034 # rc_edit.sh reads it
      RC_STATE=moved RC_THERE=$half
    else
      RC_EDITS=$RC_EDITS$1$'\n'
    fi
  fi
  if ((RC_FROM == 0)) || [[ -n $RC_EDITS ]]; then RC_STATE=edited; fi
}

# Usage: rc_ours
# True when RC is a file for us to write: any for the shells; for vim and tmux only one that we
# made, or that is not there and would be read.
rc_ours() {
  case $RC_KIND in
    bash | zsh) return 0 ;;
  esac
  [[ $RC_STATE == absent ]] || return 0
  [[ -z $RC_BAD ]] || return 1
  # Neither reads a newline in a path, and vim puts variables in even where $ is escaped.
  [[ ! -e $RC && $ROOT != *[[:cntrl:]]* && $ROOT != *\$* ]] || return 1
  case $RC_KIND in
    vim) [[ ! -e $HOME/.vim/vimrc && ! -e ${XDG_CONFIG_HOME:-$HOME/.config}/vim/vimrc ]] ;;
    tmux) [[ ! -e ${XDG_CONFIG_HOME:-$HOME/.config}/tmux/tmux.conf ]] ;;
  esac
}

# Usage: rc_ready      true when each file that should hold our block does
rc_ready() {
  local kind
  for kind in $RC_KINDS; do
    rc_select "$kind"
    rc_scan
    case $RC_STATE in
      same) ;;
      edited) if ((REPAIR)); then return 1; else rc_show_edits; fi ;;
      moved) return 1 ;;
      absent) if rc_ours; then return 1; fi ;;
    esac
  done
}

# Usage: rc_preflight      fails early, before minutes are spent, when it must fail later
rc_preflight() {
  local kind
  [[ $ROOT != *:* ]] || die "no folder with ':' in its name can be on PATH; move $ROOT"
  state_preflight
  for kind in $RC_KINDS; do
    rc_select "$kind"
    rc_scan
    if [[ $RC_STATE == same ]] || ! rc_ours; then continue; fi
    if [[ -n $RC_BAD ]]; then
      die "$RC_NAME $RC_BAD; move it away, or use --no-dotfiles"
    elif [[ -e $RC && ! (-r $RC && -w $RC) ]] || [[ ! -w ${RC%/*} ]]; then
      die "cannot write $RC; make it and its folder writable, or use --no-dotfiles"
    fi
  done
}

# Usage: rc_plan
rc_plan() {
  local kind
  for kind in $RC_KINDS; do
    rc_select "$kind"
    rc_scan
    case $RC_STATE in
      same) printf 'keep     %s (our block is in it)\n' "$RC" ;;
      edited) printf 'keep     %s (our block was edited)\n' "$RC" ;;
      moved) printf 'change   %s line %d to:\n  %s\n' "$RC" "$RC_TO" "$RC_LINE" ;;
      absent)
        if [[ -n $RC_BAD ]]; then
          printf 'leave    %s, which %s\n' "$RC_NAME" "$RC_BAD"
        elif rc_ours; then
          printf 'add to   %s:\n  %s\n' "$RC" "$RC_LINE"
        else
          printf 'keep     %s (yours)\n' "$RC"
        fi
        ;;
    esac
  done
}

# Usage: rc_check
rc_check() {
  local kind wrong=0
  for kind in $RC_KINDS; do
    rc_select "$kind"
    rc_scan
    case $RC_STATE in
      same)
        manifest_drift
        continue
        ;;
      absent)
        rc_ours || continue
        if [[ -n $RC_BAD ]]; then
          printf '%s %s; move it away, then run ./install.sh\n' "$RC_NAME" "$RC_BAD"
        else
          printf '%s: our block is not in it; run ./install.sh\n' "$RC_NAME"
        fi
        ;;
      moved) printf '%s: our block names another folder; run ./install.sh\n' "$RC_NAME" ;;
      edited) printf '%s: our block was edited; run ./install.sh --repair\n' "$RC_NAME" ;;
    esac
    wrong=1
  done
  rc_login
  [[ -z $RC_UNREAD || $RC_UNREAD == 'there is no'* ]] || printf 'note: %s\n' "$RC_UNREAD"
  return "$wrong"
}

# Usage: rc_show_edits
rc_show_edits() {
  local line at=$RC_FROM
  ((at)) || at=$RC_TO
  say "note: our block in $RC_NAME was edited (line $at)"
  while IFS= read -r line; do
    [[ -z $line ]] || printf '  > %s\n' "$line" >&2
  done <<<"$RC_EDITS"
}
