# shellcheck shell=bash
# Credentials that shadow the shell's own login, are long-lived, in plain text, or readable by others:
# reported by file and line or by variable, never by value. Adds rows with found.
# shellcheck disable=SC2154 # home and cloud are set by cloud_doctor, shown by tilde

secret_names='AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|AZURE_CLIENT_SECRET'
secret_names+='|ARM_CLIENT_SECRET|AZURE_STORAGE_KEY|AZURE_STORAGE_CONNECTION_STRING|GITHUB_TOKEN'
secret_names+='|GH_TOKEN|GITLAB_TOKEN|OPENAI_API_KEY|ANTHROPIC_API_KEY|HF_TOKEN|NPM_TOKEN'
# Keys that can be known by their look: AWS's long-lived ones, GitHub's personal tokens.
secret_looks='AKIA[0-9A-Z]{16}|ghp_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{40}'
shell_files=(.bashrc .bash_profile .bash_login .profile .bash_aliases .zshrc .zshenv .zprofile
  .envrc .env .customize_environment)
history_files=(.bash_history .zsh_history .local/share/fish/fish_history)

# Usage: check_secrets
check_secrets() {
  local count=${#rows[@]} shown file
  aws_variables
  azure_variables
  gcp_variables
  github_variables
  if [[ -d $home ]]; then
    for file in "${shell_files[@]}"; do
      shell_file_secrets "$home/$file"
    done
    for file in "${history_files[@]}"; do
      lines_with "$home/$file" "$secret_looks" warn 'a key was typed here' \
        'delete the line and renew the key'
    done
    aws_files
    plain_stores
    check_modes
  fi
  ((${#rows[@]} > count)) || found ok secrets 'no long-lived, shadowing or open credentials seen'
}

# Usage: lines_with FILE REGEX LEVEL FINDING FIX
# Adds a row "FILE:LINE: FINDING" for each line that matches, ten at most. The text of the line
# does not leave grep's pipe.
lines_with() {
  local number
  [[ -f $1 && -r $1 ]] || return 0
  tilde "$1"
  while IFS= read -r number; do
    found "$3" secrets "$shown:$number: $4" "$5"
  done < <(grep -anE -m 10 -- "$2" "$1" | cut -d: -f1)
}

# Usage: shell_file_secrets FILE
# A literal value is a finding, even in a comment; one from a program or variable is not.
shell_file_secrets() {
  local name number
  [[ -f $1 && -r $1 ]] || return 0
  tilde "$1"
  while IFS=: read -r number name; do
    found broken secrets "$shown:$number: $name is here in plain text" \
      'take it out, and renew it if anybody else could read it'
  done < <(grep -anoE "(^|[^A-Za-z0-9_])($secret_names)=[\"']?[^]\"'\$\`[:space:]<]" -- "$1" |
    sed -E "s/^([0-9]+):[^A-Z]*([A-Z_]+)=.*/\1:\2/")
}

# Usage: set_in NAME
# Sets where to " (FILE:LINE)" of the shell file that sets the variable, or to nothing.
set_in() {
  local file number shown
  where=''
  for file in "${shell_files[@]}"; do
    [[ -r $home/$file ]] || continue
    number=$(grep -anE "(^|[^A-Za-z0-9_#])$1=" -- "$home/$file" | cut -d: -f1 | tail -n 1) || true
    [[ -n $number ]] || continue
    tilde "$home/$file"
    where=" ($shown:$number)"
  done
}

# botocore asks the variables before anything else.
aws_variables() {
  local where kind=''
  if [[ -z ${AWS_ACCESS_KEY_ID-} ]]; then return; fi
  set_in AWS_ACCESS_KEY_ID
  [[ $AWS_ACCESS_KEY_ID != AKIA* ]] || kind=', a long-lived key'
  if [[ $cloud == aws || -n ${AWS_CONTAINER_CREDENTIALS_FULL_URI-} ]]; then
    found broken secrets "AWS_ACCESS_KEY_ID is set$where$kind: it shadows this shell's own login" \
      'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN'
  elif [[ $AWS_ACCESS_KEY_ID == ASIA* && -z ${AWS_SESSION_TOKEN-} ]]; then
    found broken secrets "AWS_ACCESS_KEY_ID is a temporary key$where without AWS_SESSION_TOKEN" \
      'set the token as well, or unset the key'
  elif [[ -n $kind ]]; then
    found warn secrets "AWS_ACCESS_KEY_ID is set$where$kind" 'use aws sso login or a role'
  fi
}

azure_variables() {
  local where
  [[ -n ${AZURE_CLIENT_SECRET-} ]] || return 0
  set_in AZURE_CLIENT_SECRET
  if [[ $cloud == azure ]]; then
    found broken secrets "AZURE_CLIENT_SECRET is set$where: SDKs use it before this shell's login" \
      'unset AZURE_CLIENT_SECRET'
  else
    found warn secrets "AZURE_CLIENT_SECRET is set$where, a long-lived secret" 'use az login'
  fi
}

gcp_variables() {
  local where shown file=${GOOGLE_APPLICATION_CREDENTIALS-}
  [[ -n $file ]] || return 0
  set_in GOOGLE_APPLICATION_CREDENTIALS
  tilde "$file"
  if [[ ! -r $file ]]; then
    found broken secrets "GOOGLE_APPLICATION_CREDENTIALS$where names $shown, which cannot be read" \
      'unset GOOGLE_APPLICATION_CREDENTIALS'
  elif [[ $cloud == gcp ]]; then
    found broken secrets "GOOGLE_APPLICATION_CREDENTIALS is set$where: it shadows this shell's login" \
      'unset GOOGLE_APPLICATION_CREDENTIALS'
  else
    lines_with "$file" '"private_key"' warn 'a long-lived service account key' \
      'use gcloud auth application-default login'
  fi
}

# Codespaces' own GITHUB_TOKEN begins with ghu_ and ends with the session.
github_variables() {
  local name where
  for name in GITHUB_TOKEN GH_TOKEN; do
    [[ ${!name-} == ghp_* || ${!name-} == github_pat_* ]] || continue
    set_in "$name"
    if [[ $cloud == codespaces ]]; then
      found broken secrets "$name is a personal token$where: it shadows the codespace's own" \
        "unset $name"
    else
      found warn secrets "$name is a personal token$where, which lives long" 'use gh auth login'
    fi
  done
}

# In CloudShell a default profile comes before the shell's login. Cloud9 keeps the file itself.
aws_files() {
  local level=warn what='a long-lived key' file
  [[ $cloud != cloud9 ]] || return 0
  if [[ $cloud == aws ]]; then
    level=broken what="a key that shadows this shell's own login for its profile"
  fi
  for file in "${AWS_SHARED_CREDENTIALS_FILE-$home/.aws/credentials}" \
    "${AWS_CONFIG_FILE-$home/.aws/config}"; do
    lines_with "$file" '^[[:space:]]*aws_access_key_id[[:space:]]*=[[:space:]]*AKIA' "$level" \
      "$what" 'delete the profile; use aws sso login or a role'
  done
}

# Usage: plain_stores
# Where tools keep passwords unencrypted.
plain_stores() {
  local text='a password or token in plain text'
  lines_with "$home/.git-credentials" '://[^/]*:[^/]*@' warn "$text" \
    'use an SSH key: cloud-env bootstrap --ssh-key'
  lines_with "$home/.netrc" '(^|[[:space:]])password[[:space:]]' warn "$text" 'use a token helper'
  # shellcheck disable=SC2016 # npm expands it
  lines_with "$home/.npmrc" '_(authToken|password)=[^$]' warn "$text" \
    'write ${NPM_TOKEN} in its place'
  lines_with "$home/.pypirc" '^[[:space:]]*password' warn "$text" 'use keyring'
  lines_with "$home/.docker/config.json" '"auth"[[:space:]]*:[[:space:]]*"[^"]' warn "$text" \
    'use a credential helper'
  lines_with "$home/.config/gcloud/application_default_credentials.json" '"private_key"' warn \
    'a long-lived service account key' 'use gcloud auth application-default login'
}

# Usage: check_modes
# ssh refuses a key that others can read; the rest is nobody else's to read either.
check_modes() {
  local file first mode shown
  for file in "$home"/.ssh/* "$home"/.aws/credentials "$home"/.netrc "$home"/.git-credentials; do
    [[ -f $file && -r $file ]] || continue
    if [[ $file == "$home"/.ssh/* ]]; then
      first=''
      IFS= read -r first <"$file" || true
      [[ $first == '-----BEGIN '*'PRIVATE KEY-----' ]] || continue
    fi
    mode_of "$file"
    tilde "$file"
    [[ ${mode:4:6} == ------ ]] ||
      found broken secrets "$shown can be read by others (${mode:1:9})" "chmod 600 $shown"
  done 2>/dev/null
  [[ -d $home/.ssh ]] || return 0
  mode_of "$home/.ssh"
  [[ ${mode:5:1}${mode:8:1} != *w* ]] ||
    found broken secrets "$home/.ssh can be written by others" 'chmod 700 ~/.ssh'
}

# Usage: mode_of FILE
# Sets mode as ls writes it: -rw-------. stat's options differ between Linux and macOS.
mode_of() {
  read -r mode _ < <(ls -ldL -- "$1")
}
