#!/usr/bin/env bats
# install.sh: which files the person's login shell reads, and a call by another shell or from a pipe.
# shellcheck disable=SC2016 # single quotes hold what another shell expands

load install_helper

setup_file() { sandbox_setup_file; }
setup() { sandbox_setup; }

# Usage: with_shell SHELL [OPTION]...      install.sh for a person with that login shell
with_shell() { sandbox SHELL="$1" PATH="$SANDBOX_PATH:/usr/bin:/bin" "$CHECKOUT/install.sh" "${@:2}"; }

@test "zsh's block is in the folder that a .zshenv sets for zsh alone" {
  need zsh
  mkdir -p "$SANDBOX_HOME/.config/zsh"
  printf '# ZDOTDIR=/none\nexport ZDOTDIR=$HOME/.config/zsh; echo noise\n' >"$SANDBOX_HOME/.zshenv"
  run with_shell /usr/bin/zsh
  [[ $output == *'added a block of two lines to ~/.config/zsh/.zshrc'* && $output != *'note:'* ]]
  [ ! -e "$SANDBOX_HOME/.zshrc" ]
  run sandbox PATH=/usr/bin:/bin zsh -l -i -c 'whence -p show-tide'
  [[ $output == *"$CHECKOUT/bin/show-tide" ]]
  run with_shell /usr/bin/zsh --check
  [ "$output" = 'all is well' ]
  with_shell /usr/bin/zsh --uninstall
  [ ! -e "$SANDBOX_HOME/.config/zsh/.zshrc" ]
}

@test "a person with fish is shown the line that puts the commands on fish's PATH" {
  line="note: your login shell is fish, which reads neither ~/.bashrc nor ~/.zshrc; run in it: fish_add_path --append '$CHECKOUT/bin'"
  run with_shell /usr/bin/fish
  [[ $output == *"install.sh: $line"* ]]
  run with_shell /usr/bin/fish --check
  [[ $status -eq 0 && $output == *"$line"* ]]
  need fish
  sandbox PATH=/usr/bin:/bin fish -c "${line##*run in it: }"
  run sandbox PATH=/usr/bin:/bin fish -c 'type -p show-tide'
  [ "$output" = "$CHECKOUT/bin/show-tide" ]
  run with_shell /usr/bin/fish --check
  [[ $output != *note* && $output == *'all is well'* ]]
}

@test "a person with another shell is shown what to put on its PATH; zsh needs no ~/.bash_profile" {
  run with_shell /bin/tcsh
  [[ $output == *"note: your login shell is tcsh, "*"; add to its PATH: '$CHECKOUT/bin'"* ]]
  run with_shell /bin/zsh --check
  [ "$output" = 'all is well' ]
}

@test "install.sh from a pipe says that it needs its checkout, and changes nothing" {
  before=$(tree_of "$BATS_TEST_TMPDIR")
  run sandbox bash -c 'bash <"$1"' - "$CHECKOUT/install.sh"
  [[ $status -eq 2 && $output == 'install.sh: this script needs its checkout; clone it, then run ./install.sh there' ]]
  [ "$before" = "$(tree_of "$BATS_TEST_TMPDIR")" ]
}
