# Text from outside without control characters and secrets: sourced by kit.sh, never executed.
# shellcheck shell=bash

# A character of UTF-8 beyond ASCII, byte by byte (RFC 3629, section 4).
kit_tail=$'[\x80-\xbf]'
kit_utf8=$'^([\xc2-\xdf]|\xe0[\xa0-\xbf]|\xed[\x80-\x9f]|[\xe1-\xec\xee\xef]'$kit_tail
kit_utf8+=$'|\xf0[\x90-\xbf]'$kit_tail$'|\xf4[\x80-\x8f]'$kit_tail
kit_utf8+=$'|[\xf1-\xf3]'$kit_tail$kit_tail')'$kit_tail

# Usage: harmless TEXT [KEEP]
# Prints TEXT with a question mark for each character that could control a terminal or deceive its
# reader, in any locale: control characters (C0 and C1), Unicode's format characters, such as those
# that change the direction of writing, bytes that are not UTF-8. Characters of KEEP stay.
# Example: harmless "$name" $'\n\t'
harmless() (
  LC_ALL=C # in a subshell: it touches nobody else
  rest=$1 made=''
  while :; do
    char=${rest%%[!\ -~]*}
    made+=$char rest=${rest:${#char}}
    [[ -n $rest ]] || break
    char=${rest:0:1} four=${rest:0:4}
    if [[ $char == [[:cntrl:]] ]]; then
      [[ ${2-} == *"$char"* ]] && made+=$char || made+='?'
    elif [[ $four =~ $kit_utf8 ]] && char=${BASH_REMATCH[0]} && ! deceives "$char"; then
      made+=$char
    else
      made+='?'
    fi
    rest=${rest:${#char}}
  done
  printf '%s' "$made"
)

# Usage: deceives CHARACTER
# Succeeds if a character in UTF-8 is C1, one of Unicode's format characters (category Cf), or a
# line or paragraph separator. Expects the locale C, which harmless sets.
deceives() {
  case $1 in
    $'\xc2'[$'\x80'-$'\x9f'] | $'\xc2\xad' | $'\xd8'[$'\x80'-$'\x85'] | $'\xd8\x9c') ;;
    $'\xdb\x9d' | $'\xdc\x8f' | $'\xe0\xa2'[$'\x90'$'\x91'] | $'\xe0\xa3\xa2' | $'\xe1\xa0\x8e') ;;
    $'\xe2\x80'[$'\x8b'-$'\x8f'] | $'\xe2\x80'[$'\xa8'-$'\xae'] | $'\xe2\x81'[$'\xa0'-$'\xaf']) ;;
    $'\xef\xbb\xbf' | $'\xef\xbf'[$'\xb9'-$'\xbb'] | $'\xf0\x91\x82\xbd' | $'\xf0\x91\x83\x8d') ;;
    $'\xf0\x93\x90'[$'\xb0'-$'\xbf'] | $'\xf0\x9b\xb2'[$'\xa0'-$'\xa3']) ;;
    $'\xf0\x9d\x85'[$'\xb3'-$'\xba'] | $'\xf3\xa0'[$'\x80'$'\x81']?) ;;
    *) return 1 ;;
  esac
}

# Usage: redact TEXT
# Sets redacted to TEXT with the secrets of its addresses masked: user and password before an @,
# and the values of parameters that may be a signature, a token or a key.
redact() {
  local rest=$1 address head pair
  redacted=''
  while [[ $rest =~ [A-Za-z][A-Za-z0-9+.-]*://[^[:space:]\"\'\<\>]+ ]]; do
    address=${BASH_REMATCH[0]}
    redacted+=${rest%%"$address"*}
    rest=${rest#*"$address"}
    head=${address%%[?#]*}
    address=${address:${#head}}
    [[ ! $head =~ ^([^/]*://).*@ ]] || head="${BASH_REMATCH[1]}***@${head##*@}"
    redacted+=$head
    while [[ $address =~ ^([?#\&\;]+)([^?#\&\;]*) ]]; do
      pair=${BASH_REMATCH[2]}
      redacted+=${BASH_REMATCH[1]}
      address=${address:${#BASH_REMATCH[0]}}
      ! may_be_secret "$pair" || pair="${pair%%[!A-Za-z0-9_.-]*}=***"
      redacted+=$pair
    done
  done
  redacted+=$rest
}

# Usage: may_be_secret NAME=VALUE
# Succeeds if a parameter has the name of a secret, or a value that looks random.
may_be_secret() {
  local names='sig|token|secret|passw|pwd|pass|credential|auth|key|code|session|jwt|assertion'
  names+='|policy|ticket|otp|sas|access|cookie|nonce|bearer|hmac|^(k|pw|pin|pat|psk|mfa|sid)$'
  local name=${1%%=*}
  [[ $1 == *=?* && (${name,,} =~ $names || $name == *%*) ]] ||
    [[ $1 =~ (^|=)[A-Za-z0-9_.~+/%-]{24,}=*$ && $1 =~ [0-9] ]]
}
