#!/usr/bin/env bats
# The conventions of every command, checked on each file of bin/.
# shellcheck disable=SC2329 # each_command calls check by the name that it is given
load test_helper

# Fails the test, naming the command.
blame() {
  printf '%s: %s\n%s\n' "$name" "$1" "${output-}${stderr-}"
  return 1
}

# Runs the function named $1 for every command, with its path in $file and its name in $name.
each_command() {
  local file name count=0
  for file in "$BIN"/*; do
    [[ -f $file ]] || continue
    name=${file##*/}
    "$1"
    count=$((count + 1))
  done
  ((count > 1))
}

@test "every command is executable and has a one-sentence summary on its second line" {
  check() {
    [[ -x $file ]] || blame "is not executable"
    [[ $(sed -n 1p "$file") == '#!/usr/bin/env bash' ]] || blame "first line is no shebang"
    [[ $(sed -n 2p "$file") =~ ^#\ [A-Z].*[.]$ ]] || blame "no summary on line 2"
  }
  each_command check
}

@test "every command is a script that parses its words or a wrapper of a few lines" {
  check() {
    case $(tail -n 1 "$file") in
      'main "$@"')
        grep -Eq 'common_option|parse_words' "$file" || blame "a script parses through kit.sh"
        ;;
      'predict_main "$@"') ;; # which parses for the four predict commands
      'py "$@"') (($(wc -l <"$file") <= 6)) || blame "a wrapper has no parser of its own" ;;
      *) blame "a command ends with main, predict_main or py" ;;
    esac
  }
  each_command check
}

@test "every command prints help with usage and an example on stdout and exits 0" {
  check() {
    local option
    for option in -h --help; do
      run -0 --separate-stderr "$name" "$option"
      [[ -z $stderr ]] || blame "$option writes to stderr"
      [[ $output == *Usage:* && $output == *Example* ]] || blame "$option lacks usage or example"
    done
  }
  each_command check
}

# Fails unless the help in output leads with examples: only summary and usage come before them.
check_examples_lead() {
  awk 'BEGIN { RS = "" } /^Usage:/ { next } ++n == 2 { led = /^Examples?:/ } END { exit !led }' \
    <<<"$output" || blame "examples do not lead"
  [[ $output != *shellcheck* ]] || blame "help holds a remark to ShellCheck"
}

@test "help leads with examples, that of every command and of every subcommand" {
  check() {
    local sub
    run -0 "$name" --help
    check_examples_lead
    for sub in $(sed -nE '/^(Commands:|Jobs)/,/^$/s/^  ([a-z][a-z-]*) .*/\1/p' <<<"$output"); do
      name="${file##*/} $sub"
      run -0 "${file##*/}" "$sub" --help
      check_examples_lead
    done
  }
  each_command check
}

@test "every command prints its name and the version" {
  local version
  version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' "$ROOT/pyhelpers/__init__.py")
  check() {
    run -0 --separate-stderr "$name" --version
    [[ $output == "$name $version" ]] || blame "--version"
  }
  each_command check
}

@test "every command refuses an unknown option with 2 and one line on stderr" {
  check() {
    run -2 --separate-stderr "$name" --no-such-option
    [[ -z $output ]] || blame "prints to stdout"
    ((${#stderr_lines[@]} == 1)) || blame "more than one line"
    [[ $stderr == "$name: "*"; see $name --help" ]] || blame "form of the message"
  }
  each_command check
}

@test "every command ends as cat does when its reader is gone" {
  check() {
    local status=0
    mkfifo "$BATS_TEST_TMPDIR/$name"
    : <"$BATS_TEST_TMPDIR/$name" &
    exec 9>"$BATS_TEST_TMPDIR/$name"
    wait $!
    "$name" --help >&9 2>"$BATS_TEST_TMPDIR/err" 9>&- || status=$?
    exec 9>&-
    [[ $status == 141 && ! -s $BATS_TEST_TMPDIR/err ]] || blame "exit code $status"
  }
  each_command check
}

@test "every command says in one line that its output cannot be written" {
  [[ -c /dev/full ]] || skip "there is no /dev/full here"
  check() {
    local status=0
    "$name" --help >/dev/full 2>"$BATS_TEST_TMPDIR/err" || status=$?
    [[ $status == 1 && $(wc -l <"$BATS_TEST_TMPDIR/err") == 1 ]] || blame "exit code $status"
    [[ $(<"$BATS_TEST_TMPDIR/err") == "$name: "* ]] || blame "$(<"$BATS_TEST_TMPDIR/err")"
  }
  each_command check
}

@test "every command works through a symbolic link, from any folder" {
  mkdir "$BATS_TEST_TMPDIR/some where"
  cd "$BATS_TEST_TMPDIR/some where"
  check() {
    ln -s "$file" "$BATS_TEST_TMPDIR/some where/$name"
    run -0 "./$name" --version
    [[ $output == "$name "* ]] || blame "through a link"
  }
  each_command check
}

@test "neither an exported CDPATH nor exported functions change a command run by a relative path" {
  mkdir -p "$BATS_TEST_TMPDIR/elsewhere/bin/lib"
  cd "$BIN/.."
  check() {
    run -0 env "CDPATH=$BATS_TEST_TMPDIR/elsewhere" "BASH_FUNC_cd%%=() { builtin cd \"\$@\" && ls; }" \
      'BASH_FUNC_printf%%=() { echo shadowed; }' 'BASH_FUNC_pwd%%=() { echo shadowed; }' \
      'BASH_FUNC_read%%=() { return 1; }' "bin/$name" --version
    [[ $output == "$name "[0-9]* ]] || blame "does not print its version"
  }
  each_command check
}

@test "a Python file in the folder where a command is run cannot get into its way" {
  cd "$BATS_TEST_TMPDIR"
  printf 'raise SystemExit("wrong module")\n' | tee csv.py json.py typer.py pyhelpers.py >/dev/null
  check() { run -0 "$name" --help; }
  each_command check
}

@test "help of a script starts no program" {
  need strace
  check() {
    grep -q '^main "\$@"$' "$file" || return 0
    run -0 strace -f -e trace=execve -o "$BATS_TEST_TMPDIR/trace" bash "$file" --help
    (($(grep -c 'execve(.*= 0' "$BATS_TEST_TMPDIR/trace") == 1)) || blame "starts a program"
  }
  each_command check
}
