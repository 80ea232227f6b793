#!/usr/bin/env bash
# Writes, reads, measures or removes one object of a bucket: executed by pyhelpers/cloud, never sourced.
#
# Usage: bash cloud-object.sh put|get|size|remove URL [FILE]
# size prints the bytes, nothing where there is no object. Ends with the exit code of the cloud's CLI,
# and its message on standard error.
set -euo pipefail
self=cloud-env
source "${BASH_SOURCE[0]%/*}/kit.sh"
source "$kit_lib/source-cloud.sh"

action=$1 url=$2 file=${3-}
cloud_object "$action" "$url" "$file"
if [[ $action != size ]]; then
  "${command[@]}" >/dev/null </dev/null
  exit
fi
code=0
said=$("${command[@]}" 2>&1 </dev/null) || code=$?
if ((! code)); then
  put "${said##*$'\n'}"
elif [[ ! $said =~ \(404\)|'Not Found'|'not found: 404'|NoSuchKey|BlobNotFound|'does not exist'|'matched no objects' || $said =~ ([Bb]ucket|[Cc]ontainer).*'not exist' ]]; then
  printf '%s\n' "$said" >&2
  exit "$code"
fi
