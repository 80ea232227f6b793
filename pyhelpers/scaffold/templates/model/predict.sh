#!/usr/bin/env bash
# Request predictions from a running service: predict.sh URL [REQUEST.json]
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
url=${1:?the URL of the service is missing, such as http://127.0.0.1:8080}
curl --fail-with-body --silent --show-error --max-time 60 \
  --header 'Content-Type: application/json' \
  --data-binary @"${2:-$here/model/sample.json}" "${url%/}/predict"
