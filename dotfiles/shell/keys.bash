# shellcheck shell=bash
# The lines of inputrc for Bash's line editor; an arrow or a bell that you have set above our block
# stays.

# Usage: beachhead_bind
# A file has to hold what bind prints: $(...) would fork. Without a state folder nothing is bound.
beachhead_bind() {
  # shellcheck disable=SC2154 # path.sh sets it
  local line now='' file=$beachhead_state/bound-keys
  [[ -d $beachhead_state && ! -L $file ]] || return 0
  {
    bind -q previous-history || :
    bind -q next-history || :
    bind -v
  } 2>/dev/null >|"$file"
  IFS= builtin read -r -d '' now <"$file" || :
  while IFS= builtin read -r line; do
    case $line in
      '"\e[A"'* | '"\e[B"'*)
        # In a locale of single bytes bind shows \e as \M-.
        [[ $now == *"${line:3:3}"* ]] || continue
        ;;
      'set bell-style '*) [[ $now == *'set bell-style audible'* ]] || continue ;;
      '"'* | 'set '*) ;;
      *) continue ;;
    esac
    bind "$line"
  done <"$BEACHHEAD_HOME/dotfiles/inputrc"
}
beachhead_bind 2>/dev/null || :
unset -f beachhead_bind
