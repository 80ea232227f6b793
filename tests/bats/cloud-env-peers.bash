# A local AWS (moto) and a local container endpoint, for tests of cloud-env with the real aws.
# shellcheck shell=bash

# Usage: start_moto
# Starts it (it is on PATH) on a free port and sets the variables with which aws finds it and nothing else.
start_moto() {
  local port
  port=$(free_port)
  moto_server -H 127.0.0.1 -p "$port" >"$BATS_FILE_TMPDIR/moto.log" 2>&1 3>&- &
  printf '%s\n' $! >>"$BATS_FILE_TMPDIR/moto.pid"
  export AWS_ENDPOINT_URL=http://127.0.0.1:$port
  await "$AWS_ENDPOINT_URL/moto-api/"
}

# Usage: start_container_login
# Serves what AWS CloudShell's container endpoint serves: credentials with an end.
start_container_login() {
  local port
  port=$(free_port)
  mkdir -p "$BATS_FILE_TMPDIR/login"
  printf '{"AccessKeyId": "ASIA%s", "SecretAccessKey": "%s", "Token": "%s", "Expiration": "%s"}' \
    WAVESANDSANDS1234 container-secret container-token 2099-01-02T03:04:05Z \
    >"$BATS_FILE_TMPDIR/login/creds"
  "$ROOT/.venv/bin/python" -m http.server --bind 127.0.0.1 --directory "$BATS_FILE_TMPDIR/login" \
    "$port" >"$BATS_FILE_TMPDIR/login.log" 2>&1 3>&- &
  printf '%s\n' $! >>"$BATS_FILE_TMPDIR/login.pid"
  login_url=http://127.0.0.1:$port/creds
  await "$login_url"
}

# Usage: stop_peers
stop_peers() {
  local pid
  for pid in $(cat "$BATS_FILE_TMPDIR"/*.pid 2>/dev/null); do
    kill "$pid" 2>/dev/null || true
  done
}

free_port() {
  PYTHONPATH=$ROOT "$ROOT/.venv/bin/python" -c \
    'from tests.loopback import free_port; print(free_port())'
}

# Usage: await URL
await() {
  local try
  for ((try = 0; try < 300; try++)); do
    ! curl -fsS -o /dev/null "$1" 2>/dev/null || return 0
    sleep 0.1
  done
  cat "$BATS_FILE_TMPDIR"/*.log
  return 1
}
