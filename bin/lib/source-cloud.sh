# Read and write objects of a cloud's storage through the cloud's own CLI; sourced, never executed.
# shellcheck shell=bash

# Usage: is_cloud SOURCE
is_cloud() {
  [[ $1 == s3://* || $1 == gs://* || $1 == az://* ]]
}

# Usage: split_url URL
# Sets bucket and key, and cli to the cloud's CLI, with the words that log in; ends with 2 for an
# address without a key, and with 127 when the CLI is missing.
split_url() {
  # The bucket of an S3 access point, arn:...:accesspoint/NAME, has a slash in it.
  [[ ${1#*://} =~ ^(arn:[^/]*/[^/]+|[^/]+)/(.+)$ ]] || usage_error "$1 is not BUCKET/KEY"
  bucket=${BASH_REMATCH[1]} key=${BASH_REMATCH[2]} login=()
  case $1 in
    s3://*) need aws "install the AWS CLI: https://aws.amazon.com/cli/" ;;
    gs://*)
      [[ $key != *['][*?']* ]] || usage_error "$1 may be several objects to gcloud; name each"
      need gcloud "install the Google Cloud CLI: https://cloud.google.com/sdk"
      ;;
    az://*)
      need az "install the Azure CLI: https://aka.ms/azure-cli"
      [[ -n ${AZURE_STORAGE_CONNECTION_STRING-}${AZURE_STORAGE_KEY-}${AZURE_STORAGE_SAS_TOKEN-} ||
        -n ${AZURE_STORAGE_AUTH_MODE-} ]] || login=(--auth-mode login)
      ;;
  esac
}

# Usage: cloud_command URL
# Sets command to the command that writes the object to standard output, with the shell's own
# identity, and length to the command that prints the object's size, where the CLI does not check
# it; ends with 127 when the CLI is missing.
# az://CONTAINER/BLOB is in the account of AZURE_STORAGE_ACCOUNT or
# AZURE_STORAGE_CONNECTION_STRING, or in that of `az config set storage.account`.
# Example: cloud_command s3://bucket/key; "${command[@]}"
cloud_command() {
  local bucket key login
  length=()
  split_url "$1"
  case $1 in
    s3://*)
      command=(aws s3 cp --only-show-errors "$1" -)
      # When it restarts a small object it writes the beginning twice, with exit code 0.
      length=(aws s3api head-object --bucket="$bucket" --key="$key"
        --query ContentLength --output text)
      ;;
    gs://*) command=(gcloud storage cat "$1") ;;
    az://*)
      command=(az storage blob download --only-show-errors --no-progress --output none
        --container-name="$bucket" --name="$key" "${login[@]}")
      ;;
  esac
}

# Usage: cloud_object put|get|size|remove URL [FILE]
# Sets command to the command that writes FILE to an object or reads it into FILE, prints the
# object's size, or removes it.
# Example: cloud_object put s3://bucket/key home.pack; "${command[@]}"
cloud_object() {
  local bucket key login blob
  split_url "$2"
  blob=(--only-show-errors --container-name="$bucket" --name="$key" "${login[@]}")
  case $1:$2 in
    put:s3://*) command=(aws s3 cp --only-show-errors "$3" "$2") ;;
    get:s3://*) command=(aws s3 cp --only-show-errors "$2" "$3") ;;
    size:s3://*) command=(aws s3api head-object --bucket="$bucket" --key="$key"
      --query ContentLength --output text) ;;
    remove:s3://*) command=(aws s3 rm --only-show-errors "$2") ;;
    put:gs://*) command=(gcloud storage cp --quiet --no-user-output-enabled "$3" "$2") ;;
    get:gs://*) command=(gcloud storage cp --quiet --no-user-output-enabled "$2" "$3") ;;
    size:gs://*) command=(gcloud storage objects describe "$2" '--format=value(size)') ;;
    remove:gs://*) command=(gcloud storage rm --quiet --no-user-output-enabled "$2") ;;
    put:az://*) command=(az storage blob upload --no-progress --output none --overwrite true
      --file="$3" "${blob[@]}") ;;
    get:az://*) command=(az storage blob download --no-progress --output none --file="$3"
      "${blob[@]}") ;;
    size:az://*) command=(az storage blob show --query properties.contentLength --output tsv
      "${blob[@]}") ;;
    remove:az://*) command=(az storage blob delete --output none "${blob[@]}") ;;
  esac
}

# Usage: cloud_version URL
# Sets command to the command that prints by what a changed object is known, and the object's size.
cloud_version() {
  local bucket key login
  split_url "$1"
  case $1 in
    s3://*) command=(aws s3api head-object --bucket="$bucket" --key="$key"
      --query '[ETag,ContentLength]' --output text) ;;
    gs://*) command=(gcloud storage objects describe "$1" '--format=value(generation,size)') ;;
    az://*) command=(az storage blob show --only-show-errors --output tsv
      --query '[[properties.etag,to_string(properties.contentLength)]]'
      --container-name="$bucket" --name="$key" "${login[@]}") ;;
  esac
}

# Usage: cloud_part URL OFFSET VERSION SIZE
# Sets command to the command that writes the object of that version and SIZE to standard output,
# from the byte OFFSET on.
cloud_part() {
  local bucket key login
  split_url "$1"
  case $1 in
    s3://*)
      command=(s3_part --bucket="$bucket" --key="$key" --if-match "$3")
      (($2 == 0)) || command+=(--range "bytes=$2-")
      ;;
    gs://*) command=(gcloud storage cat --range="$2-" "$1#$3") ;;
    az://*)
      command=(az storage blob download --only-show-errors --no-progress --output none
        --container-name="$bucket" --name="$key" --if-match "$3" "${login[@]}")
      # Without an end az passes over the start, too.
      (($2 == 0)) || command+=(--start-range "$2" --end-range $(($4 - 1)))
      ;;
  esac
}

# Usage: s3_part OPTION...
# Writes a part of an object to standard output, without what aws says about it.
# shellcheck disable=SC2317,SC2329 # called through command
s3_part() {
  aws s3api get-object "$@" /dev/fd/4 4>&1 >/dev/null
}

# Usage: cloud_cat
# Writes to a pipe a mebibyte of blanks, the output of command, and a trailer of 4,023 bytes: its
# standard error, the object's size, and its exit code in three digits. With the trailer a reader
# detects an incomplete object. The blanks fill the pipe: a CLI starts when its object is read, not
# a hundred of them at once.
cloud_cat() {
  printf '%*s' $((1 << 20)) ''
  cloud_send
}

# Usage: cloud_cat_from URL OFFSET
# Writes as cloud_cat does, but from the byte OFFSET on, and before it, in 200 bytes, OFFSET and the
# object's version and size: these blank where they cannot be had.
cloud_cat_from() {
  local version
  printf '%*s' $((1 << 20)) ''
  cloud_version "$1"
  version=$("${command[@]}" 2>/dev/null </dev/null) || version=''
  version=${version//[$'\t\r\n']/ }
  printf '%-200s' "$2 $version"
  cloud_command "$1" # without a version this says why
  if [[ $version == *\ * ]]; then
    cloud_part "$1" "$2" "${version% *}" "${version##* }"
    length=(printf '%s\n' "${version##* }")
  fi
  cloud_send
}

# Usage: cloud_send
# Writes the output of command, and the trailer.
cloud_send() {
  local said='' status=0 bytes='' measured=''
  ((${#length[@]} == 0)) || exec {measured}< <("${length[@]}" 2>/dev/null </dev/null || printf '?\n')
  { said=$("${command[@]}" 2>&1 >&3 3>&- </dev/null) || status=$?; } 3>&1
  [[ -z $measured ]] || read -r bytes <&"$measured"
  local LC_ALL=C # the object's name may not be ASCII: count bytes
  ((${#said} <= 4000)) || said=${said: -4000}
  printf '%-4000s%20s%03d' "$said" "$bytes" "$status"
}
