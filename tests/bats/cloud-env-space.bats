#!/usr/bin/env bats
load test_helper

# Usage: clean [NAME=VALUE...] COMMAND...
clean() {
  env -i HOME="$HOME" PATH="$PATH" TERM=dumb LANG=C.UTF-8 "$@"
}

# Usage: fill FILE MB
fill() {
  mkdir -p "${1%/*}"
  head -c "$2"000000 /dev/zero >"$1"
}

@test "cloud-env space lists the largest parts of the home, as du measures them" {
  fill "$HOME/a model/weights.bin" 7
  fill "$HOME/.cache/pip/wheel" 5
  fill "$HOME/small" 2
  fill "$HOME"/$'odd\nname' 3
  run -0 --separate-stderr clean cloud-env space --format csv -n 3
  [[ ${lines[0]} == mb,path,what && -z $stderr ]]
  [[ ${lines[1]} == "$(du -xm "$HOME/a model/weights.bin" | cut -f1),$HOME/a model/weights.bin," ]]
  [[ ${lines[2]} == "5,$HOME/.cache/pip,cache: downloads of pip" ]]
  [[ ${lines[3]} == "3,\"$HOME/odd" && ${lines[4]} == 'name",' && ${#lines[@]} == 5 ]]
}

@test "cloud-env space --clean prints a plan and changes nothing without --yes" {
  fill "$HOME/.npm/_cacache/x" 2
  fill "$HOME/.cache/uv/x" 4
  run -0 --separate-stderr clean cloud-env space --clean --format csv
  [[ ${lines[1]} == "4,$HOME/.cache/uv,downloads of uv,would be removed" ]]
  [[ ${lines[2]} == "2,$HOME/.npm/_cacache,downloads of npm,would be removed" ]]
  [[ ${#lines[@]} == 3 && $stderr == "cloud-env: nothing was removed; add --yes to do it" ]]
  [[ -f $HOME/.npm/_cacache/x && -f $HOME/.cache/uv/x ]]
}

@test "cloud-env space --clean --yes removes the caches and nothing else" {
  fill "$HOME/.cache/pip/x" 1
  fill "$HOME/go/pkg/mod/example.com@v1/x" 1
  chmod -R a-w "$HOME/go/pkg/mod"
  fill "$HOME/.cache/huggingface/model" 1
  fill "$HOME/.npm/keep" 1
  run -0 --separate-stderr clean cloud-env space --clean --yes --format csv
  [[ $output == *"$HOME/.cache/pip,downloads of pip,removed"* && -z $stderr ]]
  [[ ! -e $HOME/.cache/pip && ! -e $HOME/go/pkg/mod ]]
  [[ -f $HOME/.cache/huggingface/model && -f $HOME/.npm/keep && -d $HOME/go/pkg ]]
  run -0 --separate-stderr clean cloud-env space --clean --format csv
  [[ ${#lines[@]} == 2 && ${lines[1]} == *huggingface*kept* && -z $stderr ]]
  rm -r "$HOME/.cache/huggingface"
  run -0 --separate-stderr clean cloud-env space --clean --yes --json
  [[ $output == '[]' && -z $stderr ]]
}

@test "cloud-env space --clean follows no link and leaves what lies outside the home" {
  local elsewhere=$BATS_TEST_TMPDIR/elsewhere
  fill "$elsewhere/pip/x" 1
  fill "$elsewhere/cache/uv/x" 1
  fill "$HOME/.cache/pip/x" 1
  ln -s "$elsewhere/pip" "$HOME/.cache/pip/link"
  ln -s "$elsewhere/pip" "$HOME/.cache/yarn"
  fill "$HOME/mine/x" 1
  ln -s "$HOME/mine" "$HOME/.cache/uv"
  run -0 clean PIP_CACHE_DIR="$elsewhere/pip" XDG_CACHE_HOME="$elsewhere/cache" \
    cloud-env space --clean --yes --format csv
  [[ ${#lines[@]} == 1 ]]
  run -0 clean cloud-env space --clean --yes --format csv
  [[ ${#lines[@]} == 2 && -f $elsewhere/pip/x && -L $HOME/.cache/yarn && -f $HOME/mine/x && ! -e $HOME/.cache/pip ]]
  mv "$elsewhere/cache" "$elsewhere/real"
  rm -r "$HOME/.cache"
  ln -s "$elsewhere/real" "$HOME/.cache"
  run -0 clean cloud-env space --clean --yes --format csv
  [[ ${#lines[@]} == 1 && -f $elsewhere/real/uv/x ]]
}

@test "cloud-env space --clean keeps and names what no tool fills again by itself" {
  local folder
  local kept=(.local/share/Trash/files .cache/ms-playwright/chromium-1 .cache/Cypress/13 .cache/helm
    .cache/huggingface/hub .cache/torch/hub .ollama/models/blobs .m2/repository/org .azure/logs
    .config/gcloud/logs)
  local unnamed=(.cache/google-chrome/Default .mozilla/firefox/a.default .cache/mozilla
    .config/google-chrome .aws/cli/cache .cache/jedi)
  for folder in "${kept[@]}" "${unnamed[@]}"; do fill "$HOME/$folder/x" 1; done
  fill "$HOME/.cache/pip/x" 1
  run -0 --separate-stderr clean cloud-env space --clean --yes --format csv
  for folder in "${kept[@]}" "${unnamed[@]}"; do [[ -f $HOME/$folder/x ]]; done
  [[ ! -e $HOME/.cache/pip ]]
  [[ $(grep -c ',kept: ' <<<"$output") == "${#kept[@]}" ]]
  [[ $output == *'.local/share/Trash,the trash,kept: yours to empty'* ]]
  [[ $output != *google-chrome* && $output != *mozilla* && $output != *aws* ]]
}

@test "cloud-env space --clean does not take a folder of yours for a cache that a variable names" {
  fill "$HOME/thesis/x" 1
  fill "$HOME/pip/x" 1
  fill "$HOME/.cache/uv/x" 1
  run -0 clean PIP_CACHE_DIR="$HOME/thesis" UV_CACHE_DIR="$HOME/thesis" UV_LINK_MODE=copy \
    cloud-env space --clean --yes --format csv
  [[ -f $HOME/thesis/x && ${#lines[@]} == 1 ]]
  run -0 clean XDG_CACHE_HOME="$HOME/" UV_LINK_MODE=symlink cloud-env space --clean --yes --format csv
  [[ -f $HOME/pip/x && -f $HOME/.cache/uv/x && ${#lines[@]} == 1 ]]
  mkdir "$HOME/moved"
  touch "$HOME/moved/CACHEDIR.TAG"
  run -0 clean UV_CACHE_DIR="$HOME/moved" cloud-env space --clean --yes --format csv
  [[ ! -e $HOME/moved ]]
}

@test "cloud-env space refuses what it cannot mean" {
  run -2 --separate-stderr cloud-env space --yes
  [[ $stderr == "cloud-env: --yes goes with --clean; see cloud-env space --help" ]]
  run -2 cloud-env space -n many
  run -1 clean HOME=/ cloud-env space
  run -1 clean HOME=/no/such/folder cloud-env space --clean
}
