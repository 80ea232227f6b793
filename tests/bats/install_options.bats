#!/usr/bin/env bats
# shellcheck disable=SC2016 # the inner shell expands what is in single quotes
# shellcheck disable=SC2030,SC2031 # each test is a subshell of its own, as it should be
# install.sh: --repair, --with, --ephemeral, the manifest, vim and tmux, the room on the disk.

load install_helper

setup_file() { sandbox_setup_file; }

setup() { sandbox_setup; }

@test "--repair heals a venv whose interpreter was removed" {
  install --no-dotfiles
  rm "$CHECKOUT/.venv/bin/"python*
  run install --no-dotfiles --repair
  [ "$status" -eq 0 ]
  works
}

@test "--repair heals a venv under which Python's minor version was raised" {
  install --no-dotfiles
  sed -i 's/^python 3\.[0-9]*/python 3.2/' "$CHECKOUT/.venv/.beachhead/stamp"
  mv "$CHECKOUT/.venv/lib/"python3.* "$CHECKOUT/.venv/lib/python3.2"
  run install --no-dotfiles --repair
  [ "$status" -eq 0 ]
  [[ $output == *'now, it was 3.2'* ]]
  [ ! -e "$CHECKOUT/.venv/lib/python3.2" ]
  works
}

@test "--repair heals a half built venv without pip or packages" {
  "$BASE_PYTHON" -m venv --without-pip "$CHECKOUT/.venv"
  mkdir "$CHECKOUT/.venv/.beachhead"
  run install --no-dotfiles --repair
  [ "$status" -eq 0 ]
  works
}

@test "--repair heals packages half installed, which the quick look does not see" {
  install --no-dotfiles --dev
  site=$(echo "$CHECKOUT"/.venv/lib/python3.*/site-packages)
  for harm in ': >"$1/tinytide.py"' 'printf "raise OSError\n" >"$1/tinytide.py"; sed -i /^tinytide.py/d "$1"/*/RECORD'; do
    bash -c "$harm" - "$site"
    run install --no-dotfiles
    [[ $output == *'nothing to do'* ]]
    run install --no-dotfiles --check
    [ "$status" -eq 1 ]
    [[ $output == *tinytide*'run ./install.sh --repair'* ]]
    run install --no-dotfiles --repair
    [ "$status" -eq 0 ]
    works
    sandbox "$CHECKOUT/.venv/bin/python" -c 'import tinydev'
  done
}

@test "--repair of a whole install changes nothing" {
  install
  before=$(tree_of "$SANDBOX_HOME"; tree_of "$CHECKOUT")
  run install --repair
  [ "$status" -eq 0 ]
  [[ $output == *'nothing to do'* ]]
  [ "$before" = "$(tree_of "$SANDBOX_HOME"; tree_of "$CHECKOUT")" ]
}

@test "--repair writes an edited block anew and keeps the edit as a comment" {
  install
  sed -i '2s/^/MINE=1; /' "$SANDBOX_HOME/.zshrc"
  run install --check
  [ "$status" -eq 1 ]
  [[ $output == *'.zshrc: our block was edited'* ]]
  install --repair
  grep -q '^# was in the beachhead block: MINE=1; if' "$SANDBOX_HOME/.zshrc"
  run install --check
  [ "$status" -eq 0 ]
}

@test "the manifest holds path, mode and hashes from before and after" {
  printf 'mine\n' >"$SANDBOX_HOME/.bashrc"
  chmod 600 "$SANDBOX_HOME/.bashrc"
  before=$(sha256sum <"$SANDBOX_HOME/.bashrc")
  install
  after=$(sha256sum <"$SANDBOX_HOME/.bashrc")
  line=$(printf "'%s'\t600\t%s\t%s" "$SANDBOX_HOME/.bashrc" "${before%% *}" "${after%% *}")
  grep -qxF "$line" "$SANDBOX_HOME/.local/state/beachhead/manifest"
  grep -qF "'$SANDBOX_HOME/.zshrc'"$'\t-\t-\t' "$SANDBOX_HOME/.local/state/beachhead/manifest"
}

@test "--check and --uninstall distinguish others' changes from damage to our block" {
  printf 'mine\n' >"$SANDBOX_HOME/.bashrc"
  install
  printf 'export LATER=1\n' >>"$SANDBOX_HOME/.bashrc"
  run install --check
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = "note: ~/.bashrc was changed by others since; our block in it is whole" ]
  run install --uninstall
  [[ $output == *'~/.bashrc: what others changed since is kept'* ]]
  [[ $output == *'~/.zshrc'* ]]
  [ "$(cat "$SANDBOX_HOME/.bashrc")" = $'mine\nexport LATER=1' ]
}

@test "--uninstall needs no manifest and no whole .venv" {
  printf 'mine' >"$SANDBOX_HOME/.bashrc"
  before=$(tree_of "$SANDBOX_HOME")
  install
  rm -rf "$SANDBOX_HOME/.local" "$CHECKOUT/.venv"
  run install --uninstall
  [ "$status" -eq 0 ]
  [ "$before" = "$(tree_of "$SANDBOX_HOME")" ]
  run install --uninstall
  [ "$status" -eq 0 ]
  [ "$before" = "$(tree_of "$SANDBOX_HOME")" ]
}

@test "vim and tmux get our files where there were none, and give them back" {
  install
  if have_vim; then
    run sandbox PATH=/usr/bin:/bin vim -i NONE -u "$SANDBOX_HOME/.vimrc" -es -c 'set shiftwidth?' \
      -c 'q!' </dev/null
    [[ $output == *shiftwidth=4* ]]
  fi
  if have tmux; then
    run sandbox PATH=/usr/bin:/bin tmux -L "b$$" new-session -d 'sleep 5' \; \
      show -g history-limit \; kill-server
    [[ $output == *20000* ]]
  fi
  install --uninstall
  [ -z "$(ls -A "$SANDBOX_HOME")" ]
  say_what_was_missing
}

@test "a ~/.vimrc or ~/.tmux.conf of your own stays, and the line to add is printed" {
  printf 'set number\n' >"$SANDBOX_HOME/.vimrc"
  mkdir -p "$SANDBOX_HOME/.config/tmux"
  : >"$SANDBOX_HOME/.config/tmux/tmux.conf"
  run install
  [ "$status" -eq 0 ]
  [[ $output == *"~/.vimrc is yours and stays as it is; to use ours too, add: source $CHECKOUT"* ]]
  [ "$(cat "$SANDBOX_HOME/.vimrc")" = 'set number' ]
  [ ! -e "$SANDBOX_HOME/.tmux.conf" ]
  run install
  [[ $output == *'nothing to do'* ]]
}

# Usage: make_mirror      a git repository in place of both pins, reached by insteadOf
make_mirror() {
  local mirror=$BATS_TEST_TMPDIR/mirror name
  git init -q -b master "$mirror"
  mkdir "$mirror/vimrcs"
  printf 'print -r -- "omz from $ZSH"\n' >"$mirror/oh-my-zsh.sh"
  for name in basic filetypes plugins_config extended; do
    printf 'let g:seen = get(g:, "seen", "") . "%s "\n' "$name" >"$mirror/vimrcs/$name.vim"
  done
  printf 'my_configs.vim\n' >"$mirror/.gitignore"
  git -C "$mirror" add -A
  git -C "$mirror" -c user.name=a -c user.email=a@b commit -q -m one
  PIN=$(git -C "$mirror" rev-parse HEAD)
  git -C "$mirror" -c user.name=a -c user.email=a@b commit -q --allow-empty -m 'newer than the pin'
  sed -i "s/[0-9a-f]\{40\}/$PIN/" "$CHECKOUT/install/pins.txt"
  printf '[url "file://%s"]\n\tinsteadOf = https://github.com/ohmyzsh/ohmyzsh.git\n' "$mirror" \
    >"$SANDBOX_HOME/.gitconfig"
  printf '\tinsteadOf = https://github.com/amix/vimrc.git\n' >>"$SANDBOX_HOME/.gitconfig"
  before=$(tree_of "$SANDBOX_HOME")
}

@test "--with clones at the pinned commit, the shells load it, --uninstall takes it out" {
  make_mirror
  run install --with ohmyzsh --with=awesome-vim
  [ "$status" -eq 0 ]
  W=$SANDBOX_HOME/.local/state/beachhead/with
  [ "$(git -C "$W/ohmyzsh" rev-parse HEAD)" = "$PIN" ]
  [ "$(git -C "$W/awesome-vim" rev-parse HEAD)" = "$PIN" ]
  if have zsh; then
    run --separate-stderr sandbox PATH=/usr/bin:/bin zsh -i -c :
    [ "$output" = "omz from $W/ohmyzsh" ]
  fi
  if have_vim; then
    run sandbox PATH=/usr/bin:/bin vim -i NONE -u "$SANDBOX_HOME/.vimrc" -es -c 'put =g:seen' -c '%p' \
      -c 'q!' </dev/null
    [[ $output == *'basic filetypes plugins_config extended'* ]]
  fi
  run install --with ohmyzsh
  [[ $output == *'nothing to do'* ]]
  install --uninstall
  [ "$before" = "$(tree_of "$SANDBOX_HOME")" ]
  say_what_was_missing
}

@test "a clone that moved off its pin is reported by --check; your own files in it are kept" {
  make_mirror
  install --with awesome-vim
  W=$SANDBOX_HOME/.local/state/beachhead/with/awesome-vim
  printf 'set number\n' >"$W/my_configs.vim"
  git -C "$W" -c user.name=a -c user.email=a@b commit -q --allow-empty -m mine
  run install --check
  [ "$status" -eq 1 ]
  [[ $output == *'awesome-vim: not at its pinned commit'* ]]
  run install --uninstall
  [[ $output == *"kept $W"* ]]
  [ "$(cat "$W/my_configs.vim")" = 'set number' ]
}

@test "--with an unknown name, or a repository out of reach, is one line" {
  run install --with bash-it
  [ "$status" -eq 2 ]
  [ "$output" = 'install.sh: --with takes one of: ohmyzsh, awesome-vim; see ./install.sh --help' ]
  make_mirror
  sed -i "s/$PIN/0123456789012345678901234567890123456789/" "$CHECKOUT/install/pins.txt"
  run install --with ohmyzsh
  [ "$status" -eq 1 ]
  [[ ${lines[-1]} == 'install.sh: ohmyzsh could not be cloned from https'* ]]
  [ ! -e "$SANDBOX_HOME/.local/state/beachhead/with/ohmyzsh" ]
}

@test "--ephemeral keeps the heavy part off the home; an emptied disk is filled again" {
  install --no-dotfiles
  mkdir "$BATS_TEST_TMPDIR/scratch"
  run sandbox BEACHHEAD_SCRATCH="$BATS_TEST_TMPDIR/scratch" "$CHECKOUT/install.sh" --ephemeral
  [ "$status" -eq 0 ]
  [ -L "$CHECKOUT/.venv" ]
  [[ $(readlink "$CHECKOUT/.venv") == "$BATS_TEST_TMPDIR/scratch/beachhead-"*/venv-* ]]
  works
  rm -rf "$BATS_TEST_TMPDIR/scratch"
  mkdir "$BATS_TEST_TMPDIR/scratch"
  run install
  [ "$status" -eq 0 ]
  [[ $output == *'the disk that .venv links to was emptied'* ]]
  works
  install --uninstall
  [ ! -e "$CHECKOUT/.venv" ] && [ ! -L "$CHECKOUT/.venv" ]
  [ -z "$(find "$BATS_TEST_TMPDIR/scratch" -type f)" ]
}

@test "--ephemeral works without uv, too" {
  # shellcheck disable=SC2034 # sandbox() uses it
  SANDBOX_PATH=$PYBIN:$TOOLS
  mkdir "$BATS_TEST_TMPDIR/scratch"
  run sandbox BEACHHEAD_SCRATCH="$BATS_TEST_TMPDIR/scratch" "$CHECKOUT/install.sh" --ephemeral
  [[ $status == 0 && $output == *'using pip'* ]]
  [ -L "$CHECKOUT/.venv" ]
  works
}

@test "too little room on the disk is said before anything is fetched, with the cloud's advice" {
  for pair in 'AWS_EXECUTION_ENV=CloudShell AWS CloudShell keeps 1 GB' \
    'ACC_CLOUD=PROD Azure Cloud Shell keeps 5 GB' 'CLOUD_SHELL=true Google Cloud Shell keeps 5'; do
    run sandbox BEACHHEAD_NEED_MB=999999999 "${pair%% *}" "$CHECKOUT/install.sh"
    [ "$status" -eq 1 ]
    [[ ${lines[-1]} == 'install.sh: 999999999 MB are needed and '*"${pair#* }"*'--ephemeral' ]]
    [ ! -e "$SANDBOX_HOME/.bashrc" ]
  done
}

@test "a Python that uv fetches goes into the state folder and is found again" {
  cat >"$PYBIN/uv" <<SH
#!/usr/bin/env bash
[[ \$1 == --version ]] && exit
[[ \$1 == python ]] || exit 1
while ((\$#)); do [[ \$1 == --install-dir ]] && dir=\$2; shift; done
mkdir -p "\$dir/cpython-3.13/bin" && ln -s "$BASE_PYTHON" "\$dir/cpython-3.13/bin/python3"
SH
  chmod +x "$PYBIN/uv"
  rm "$PYBIN/python3"
  run install --no-dotfiles
  [ "$status" -eq 0 ]
  [[ $output == *"($SANDBOX_HOME/.local/state/beachhead/python/cpython-3.13/bin/python3)"* ]]
  works
  rm "$PYBIN/uv"
  run install --no-dotfiles
  [[ $output == *'nothing to do'* ]]
  install --uninstall
  [ -z "$(ls -A "$SANDBOX_HOME")" ]
}

@test "a mirror named in pip's configuration is passed on to uv" {
  printf '#!/usr/bin/env bash\n[[ $1 == --version ]] || printf "%%s\\n" "${UV_DEFAULT_INDEX-}" >>"%s/index"\n[[ $1 == --version ]]\n' \
    "$BATS_TEST_TMPDIR" >"$PYBIN/uv"
  chmod +x "$PYBIN/uv"
  mkdir -p "$SANDBOX_HOME/.config/pip"
  printf '[global]\nindex_url = https://mirror.example/pypi\n' >"$SANDBOX_HOME/.config/pip/pip.conf"
  install --no-dotfiles
  [ "$(tail -n 1 "$BATS_TEST_TMPDIR/index")" = https://mirror.example/pypi ]
}

@test "folders on the way to the state folder stay where they were there before, or are used" {
  mkdir -p "$SANDBOX_HOME/.local"
  before=$(tree_of "$SANDBOX_HOME")
  install
  install --uninstall
  [ "$before" = "$(tree_of "$SANDBOX_HOME")" ]
  install
  : >"$SANDBOX_HOME/.local/state/theirs"
  install --uninstall
  [ -f "$SANDBOX_HOME/.local/state/theirs" ]
  [ ! -e "$SANDBOX_HOME/.local/state/beachhead" ]
}
