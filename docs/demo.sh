#!/usr/bin/env bash
# Run the kit's main job on the 25,000 heights and weights that it ships: what `make demo` does.
#
# Usage: docs/demo.sh
#
# Writes only build/demo. Prints each command before its output and stops, with its exit code, at
# the first that fails.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
export PATH=$PWD/bin:$PATH data=tests/data/height-weight-25k.csv
model=build/demo/weight-model
log=build/demo/serve.log
prompt='$ ' plain=
server=
if [[ -t 1 && -z ${NO_COLOR-} && ${TERM:-dumb} != dumb ]]; then
  prompt=$'\e[1;32m$\e[0m \e[1m' plain=$'\e[0m'
fi

# Usage: show COMMAND      prints a command line, as typed
show() { printf '\n%s%s%s\n' "$prompt" "$1" "$plain"; }

# Usage: step COMMAND      prints a command line and runs it, as typed
step() {
  show "$1"
  bash -o errexit -o pipefail -c "$1"
}

stop_server() {
  [[ -n $server ]] || return 0
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}

# Starts the service on a free port and sets url once it answers.
start_server() {
  local tries
  show "ml-model serve $model --port 0 &"
  : >"$log" # read below before the service has opened it
  ml-model serve "$model" --port 0 2>"$log" &
  server=$!
  for ((tries = 0; tries < 300; tries++)); do
    url=$(sed -n 's|.*\(http://127\.0\.0\.1:[0-9]*\).*|\1|p' "$log" | head -n 1)
    [[ -z $url ]] || break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  cat "$log"
  [[ -n $url ]] || wait "$server"
}

main() {
  local url=
  trap stop_server EXIT
  mkdir -p build/demo
  step 'hello.sh'
  show "data=$data   # 25,000 people: their heights and weights"
  step "sample-large-csv -n 1000 --seed 1 \$data | csv-stats describe -c Height-Inches --format table"
  step "csv-stats plot \$data --x Height-Inches --y Weight-Pounds --draw"
  step "ml-model train \$data --target Weight-Pounds --features Height-Inches -o $model --format table"
  start_server
  step "predict --url $url Height-Inches=70 --format table"
  step "sample-large-csv -n 5 --seed 1 \$data | predict --url $url - --format table"
  show 'kill %1'
  stop_server
  step 'solve-tsp tests/data/bay-area-routes.csv --format table | tail -n 3'
  step 'make-change 1.34 --format table'
  printf '\nThe service is stopped; the model stays in %s.\n' "$model"
  printf 'Next: ./install.sh puts these commands on your PATH, ./install.sh --uninstall takes them off.\n'
}

main "$@"
