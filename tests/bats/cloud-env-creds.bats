#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # what is quoted must stay so; each test has its PATH; login_url is from start_container_login
load test_helper
load cloud-env-peers

teardown_file() { stop_peers; }

# Usage: clean [NAME=VALUE...] COMMAND...
clean() {
  env -i HOME="$HOME" PATH="$PATH" TERM=dumb LANG=C.UTF-8 AWS_DEFAULT_REGION=us-east-1 "$@"
}

@test "cloud-env creds says that CloudShell's own login wins, until when, and who it is" {
  need_peer moto_server
  need_peer aws
  PATH=$PEERS:$ROOT/.venv/bin:$PATH
  start_moto
  start_container_login
  run -0 --separate-stderr clean AWS_CONTAINER_CREDENTIALS_FULL_URI="$login_url" \
    AWS_CONTAINER_AUTHORIZATION_TOKEN=door-token AWS_ENDPOINT_URL="$AWS_ENDPOINT_URL" \
    cloud-env creds --cloud aws --who --format csv
  [[ ${lines[1]} == "aws,container-role,wins,2099-01-02T03:04:05Z,$login_url,arn:aws:sts::123456789012:"* ]]
  [[ $output$stderr != *door-token* && $output$stderr != *container-secret* ]]
  # The real aws says the same of the same surroundings.
  run -0 clean AWS_CONTAINER_CREDENTIALS_FULL_URI="$login_url" aws configure list
  [[ $output == *container-role* ]]
}

@test "cloud-env creds says that an exported key shadows CloudShell's login, as the real aws finds" {
  need_peer aws
  PATH=$PEERS:$ROOT/.venv/bin:$PATH
  start_container_login
  mkdir "$HOME/.aws"
  printf '[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = file-secret\n' \
    >"$HOME/.aws/credentials"
  local variables=(AWS_CONTAINER_CREDENTIALS_FULL_URI="$login_url" AWS_ACCESS_KEY_ID=ASIAENV
    AWS_SECRET_ACCESS_KEY=env-secret AWS_SESSION_TOKEN=env-token)
  run -0 clean "${variables[@]}" aws configure list
  [[ $output == *" env "* ]]
  run -0 clean "${variables[@]}" AWS_CREDENTIAL_EXPIRATION=2001-01-01T00:00:00Z \
    cloud-env creds --format csv
  [[ ${lines[1]} == 'aws,env,wins,2001-01-01T00:00:00Z (past),AWS_ACCESS_KEY_ID,' ]]
  [[ ${lines[2]} == "aws,shared-credentials-file,shadowed,until revoked,$HOME/.aws/credentials:2," ]]
  [[ ${lines[3]} == 'aws,container-role,shadowed,2099-01-02T03:04:05Z,'* ]]
  [[ $output != *secret* && $output != *token* ]]
}

@test "cloud-env creds puts no secret into a command line, and no token on a foreign host's line" {
  need strace
  start_container_login
  run -0 clean AWS_CONTAINER_CREDENTIALS_FULL_URI="$login_url" \
    AWS_CONTAINER_AUTHORIZATION_TOKEN=door-token \
    strace -f -v -s 4000 -e trace=execve -o "$BATS_TEST_TMPDIR/calls" cloud-env creds --cloud aws
  # The environment is part of the call; the text before it is the command line.
  grep -q 'execve(.*curl' "$BATS_TEST_TMPDIR/calls"
  run ! grep -E '^[^]]*door-token' "$BATS_TEST_TMPDIR/calls"
  run -0 clean AWS_CONTAINER_CREDENTIALS_FULL_URI="http://evil.example/creds" \
    AWS_CONTAINER_AUTHORIZATION_TOKEN=door-token \
    strace -f -e trace=execve -o "$BATS_TEST_TMPDIR/calls" cloud-env creds --cloud aws
  run ! grep -q curl "$BATS_TEST_TMPDIR/calls"
}

@test "cloud-env creds knows az's login and its end" {
  mkdir "$HOME/.azure"
  cd "$HOME"
  printf '{"AccessToken": {"a-b.c": {"secret": "s3cret", "expires_on": "4070919845"}, %s}}' \
    '"a[$(touch pwned)];x": {"secret": "s3cret", "expires_on": "1000"}' >"$HOME/.azure/msal_token_cache.json"
  run -0 clean MSI_ENDPOINT=http://localhost:50342/oauth2/token cloud-env creds --cloud azure --format csv
  [[ ${lines[1]} == azure,managed-identity,wins,renewed,MSI_ENDPOINT, ]]
  [[ ${lines[2]} == "azure,az,shadowed,2099-01-01T03:04:05Z,$HOME/.azure," && $output != *s3cret* ]]
  [[ ! -e pwned ]]
}

@test "cloud-env creds knows Google's order: the named file, gcloud's, the shell's own" {
  mkdir -p "$HOME/.config/gcloud"
  printf '{"type": "authorized_user", "refresh_token": "s3cret"}' \
    >"$HOME/.config/gcloud/application_default_credentials.json"
  printf '{"type": "service_account", "private_key": "s3cret"}' >"$HOME/key.json"
  run -0 clean CLOUD_SHELL=true GOOGLE_APPLICATION_CREDENTIALS="$HOME/key.json" \
    cloud-env creds --cloud gcp --format csv
  [[ ${lines[1]} == "gcp,GOOGLE_APPLICATION_CREDENTIALS (service_account),wins,until revoked,$HOME/key.json," ]]
  [[ ${lines[2]} == 'gcp,application-default (authorized_user),shadowed,renewed by its refresh token,'* ]]
  [[ ${lines[3]} == gcp,metadata-server,shadowed,* && $output != *s3cret* ]]
}

@test "cloud-env creds distinguishes a codespace's own token from a personal one" {
  run -0 clean GITHUB_TOKEN=ghu_x GH_TOKEN=ghp_x cloud-env creds --cloud github --json
  [[ $output == *'"state": "wins", "until": "until revoked", "where": "GH_TOKEN"'* ]]
  [[ $output == *'"state": "shadowed", "until": "with this session", "where": "GITHUB_TOKEN"'* ]]
  [[ $output != *gh[pu]_x* ]]
}

@test "cloud-env creds says that incomplete AWS credentials fail, as botocore ends there" {
  mkdir "$HOME/.aws"
  printf '[default]\naws_access_key_id=A\n[lab]\naws_access_key_id=A\naws_secret_access_key=B\n' \
    >"$HOME/.aws/credentials"
  run -0 clean AWS_ACCESS_KEY_ID=A AWS_PROFILE=lab cloud-env creds --cloud aws --format csv
  [[ ${lines[1]} == 'aws,error PartialCredentialsError,wins,never: AWS_SECRET_ACCESS_KEY is missing',* ]]
  [[ ${lines[2]} == aws,shared-credentials-file,shadowed,* ]]
  run -0 clean cloud-env creds --cloud aws --format csv
  [[ ${lines[1]} == 'aws,error PartialCredentialsError,wins,never: aws_secret_access_key is missing',* ]]
  run -0 clean AWS_PROFILE=none cloud-env creds --cloud aws --format csv
  [[ ${lines[1]} == 'aws,error ProfileNotFound,wins,never: neither file has this profile',none, && ${#lines[@]} == 2 ]]
}

@test "cloud-env creds reads AWS's config file as botocore does" {
  mkdir "$HOME/.aws"
  printf '[profile default]\naws_access_key_id=A\naws_secret_access_key=B\n%s\n%s\n%s\n' \
    '[profile "my lab"]' aws_access_key_id=A aws_secret_access_key=B >"$HOME/.aws/config"
  for profile in default 'my lab'; do
    run -0 clean AWS_PROFILE="$profile" cloud-env creds --cloud aws --format csv
    [[ ${lines[1]} == aws,config-file,wins,* && ${#lines[@]} == 2 ]]
  done
  mv "$HOME/.aws" "$HOME/aws"
  run -0 clean AWS_CONFIG_FILE='~/aws/config' cloud-env creds --cloud aws --format csv
  [[ ${lines[1]} == aws,config-file,wins,* ]]
}

@test "cloud-env creds asks the part of Azure's chain that AZURE_TOKEN_CREDENTIALS leaves" {
  local of='AZURE_CLIENT_ID=a AZURE_TENANT_ID=b AZURE_CLIENT_SECRET=c MSI_ENDPOINT=http://localhost:1'
  mkdir "$HOME/.azure"
  printf '{"AccessToken":{"a":{"expires_on":"4070919845"}}}' >"$HOME/.azure/msal_token_cache.json"
  local -A wins=([dev]=az [AzureCliCredential]=az [prod]=environment [ManagedIdentityCredential]=managed-identity)
  for only in "${!wins[@]}"; do
    # shellcheck disable=SC2086 # words
    run -0 clean $of AZURE_TOKEN_CREDENTIALS=$only cloud-env creds --cloud azure --format csv
    [[ ${lines[1]} == "azure,${wins[$only]},wins,"* && $output != *az,shadowed* ]]
  done
}

@test "cloud-env creds exits 1 where the cloud that was named has none" {
  run -1 --separate-stderr clean cloud-env creds --cloud aws --json
  [[ $output == '[]' && $stderr == "cloud-env: no credentials of aws are set up here;"* ]]
  run -0 clean cloud-env creds --json
  run -2 clean cloud-env creds --cloud mars
}
