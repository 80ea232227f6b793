"""The options and arguments of every command of bin/, with the type of each value."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from pyhelpers.__main__ import module_of
from pyhelpers.cli.app import command_of

ROOT = Path(__file__).resolve().parents[2]

# What Tab completes where a value is expected: a file; an input file, whose columns a column option
# completes; a folder; a model (folder or .zip); one column, or several with commas; one of the
# choices, or several with commas. Anything else, such as a number or an address, completes nothing.
KINDS = {
    "AMOUNT": "input",
    "CATEGORIES": "columns",
    "COLUMN": "column",
    "COLUMNS": "columns",
    "DATA": "input",
    "DIR": "folder",
    "FEATURES": "columns",
    "FILE": "input",
    "FOLDER": "folder",
    "MODEL": "model",
    "OTHER": "file",
    "OUT": "file",
    "OUTPUT": "file",
    "PATH": "file",
    "PLACE": "file",
    "SOURCE": "input",
    "TOKEN_FILE": "file",
}
# Options whose value has a general name or none: their own name says more.
COLUMN_OPTIONS = {"--by", "--column", "--score", "--target", "--text", "--x", "--y", "-x", "-y"}
FILE_OPTIONS = {"--ssh-key"}
# "a, b or c", "One of a, b, c", "Some of a, b"
WORD = r"[a-z][a-z0-9_-]*"
LISTED = re.compile(rf"^({WORD}(?:, {WORD})*) or ({WORD})\b")
AMONG = re.compile(rf"\b(?:one|some|any) of ({WORD}(?:, ?{WORD})+)", re.IGNORECASE)


class Value(NamedTuple):
    """The value of an option or argument: its kind, and the words it may be."""

    kind: str = "nothing"
    words: tuple[str, ...] = ()


class Option(NamedTuple):
    """One option: its names, its value where it takes one, its help."""

    names: tuple[str, ...]
    value: Value | None
    text: str


class Command(NamedTuple):
    """One command line to complete, such as `csv-stats describe`."""

    line: str
    text: str
    options: tuple[Option, ...]
    arguments: tuple[Value, ...] = ()
    repeats: bool = False
    subcommands: dict[str, str] = {}


COMMON = (
    Option(("-h", "--help"), None, "print this help"),
    Option(("--version",), None, "print the version"),
)


def with_common(options: list[Option]) -> tuple[Option, ...]:
    """Return the options with those that every command has."""
    named = {name for option in options for name in option.names}
    return (*options, *(option for option in COMMON if named.isdisjoint(option.names)))


def value_of(name: str, text: str, names: tuple[str, ...] = ()) -> Value:
    """Return what a value completes, from its name (FILE, N, a|b|c), help and option."""
    inside = name.strip("<>[]")
    if "|" in inside and inside.islower():
        return Value("choice", tuple(inside.split("|")))
    if not COLUMN_OPTIONS.isdisjoint(names):
        return Value("column")
    if not FILE_OPTIONS.isdisjoint(names):
        return Value("file")
    if inside in ("", "FORMAT", "SHAPE") and (listed := LISTED.match(text)):
        return Value("choice", (*listed[1].split(", "), listed[2]))
    if among := AMONG.search(text):
        many = "choices" if "comma" in text or ", " not in among[1] else "choice"
        return Value(many, tuple(re.split(", ?", among[1])))
    kinds = (KINDS.get(word.upper(), "nothing") for word in inside.split("|"))
    kind = next((kind for kind in kinds if kind != "nothing"), "nothing")
    if kind == "input" and "--data" not in names and names:
        kind = "file"
    return Value(kind)


def value_of_parameter(parameter: Any) -> Value:
    """Return what a Click parameter completes, from its type; a text's from its name."""
    if hasattr(parameter.type, "choices"):
        return Value("choice", tuple(str(word) for word in parameter.type.choices))
    if parameter.type.name != "text" and parameter.type.name != "str":
        return Value("folder" if parameter.type.name == "directory" else "nothing")
    option = parameter.param_type_name == "option"
    text = parameter.help or ""
    if option and parameter.name == "output" and text.startswith("Folder"):
        return Value("model")
    if not option and parameter.name == "name" and "path" in text:
        return Value("folder")
    names = tuple(parameter.opts) if option else ()
    named = value_of(parameter.metavar or "", text, names)
    if named.kind != "nothing":
        return named
    own = max(names, key=len).lstrip("-") if option else parameter.name
    return value_of(own.replace("-", "_"), text, names)


def typer_command(line: str, click_command: Any) -> Command:
    """Return a Typer command's completions from its parameters."""
    options, arguments, repeats = [], [], False
    for parameter in click_command.params:
        if getattr(parameter, "hidden", False):
            continue
        if parameter.param_type_name == "argument":
            arguments.append(value_of_parameter(parameter))
            repeats = parameter.nargs == -1
            continue
        flag = getattr(parameter, "is_flag", False)
        names = (*parameter.opts, *parameter.secondary_opts)
        options.append(
            Option(names, None if flag else value_of_parameter(parameter), parameter.help or "")
        )
    text = click_command.get_short_help_str(200)
    return Command(line, text, with_common(options), tuple(arguments), repeats)


def typer_commands(name: str, summary: str) -> list[Command]:
    """Return a Python command of bin/ and its subcommands."""
    top = command_of(module_of(name))
    if not hasattr(top, "list_commands"):
        return [typer_command(name, top)._replace(text=summary)]
    below = [
        typer_command(f"{name} {word}", top.get_command(None, word))
        for word in top.list_commands(None)
    ]
    words = {command.line.split()[1]: command.text for command in below}
    return [Command(name, summary, COMMON, subcommands=words), *below]


def help_of(line: str) -> str:
    """Return what a script says to --help."""
    name, *words = line.split()
    done = subprocess.run(
        [ROOT / "bin" / name, *words, "--help"],
        capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, timeout=60,
    )  # fmt: skip
    if done.returncode != 0:
        sys.exit(f"generate: {line} --help ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def read_option_line(line: str, below: str) -> list[Option]:
    """Return the options of one line of a help: `-n, --rows N   text`, `--json, --format a|b`."""
    head, _, text = line.strip().partition("  ")
    text = text.strip() or (below.strip() if below.startswith(" " * 10) else "")
    text = re.sub(r";? *\(?default\b.*|[;,(]+$", "", text).strip()
    found: list[Option] = []
    for part in re.split(r",(?: |$)", head):
        match = re.fullmatch(r"(-{1,2}[\w-]+(?:/-{1,2}[\w-]+)*)(?: (\S+))?", part)
        if not match:
            continue
        names = tuple(match[1].split("/"))
        if found and len(found[-1].names[0]) == 2 and names[0].startswith("--"):
            names = (*found.pop().names, *names)  # a short name, then the long one
        value = value_of(match[2], text, names) if match[2] else None
        found.append(Option(names, value, text))
    return found


def read_options(page: str) -> list[Option]:
    """Return the options of a script's help; those of predict where it refers to them."""
    lines = page.splitlines()
    found = [
        option
        for line, below in zip(lines, [*lines[1:], ""], strict=True)
        if re.match(r" {1,8}-", line)
        for option in read_option_line(line, below)
    ]
    if "see predict --help" in page:
        shared = read_options(help_of("predict"))
        own = {name for option in found for name in option.names if option.text}
        found += [option for option in shared if own.isdisjoint(option.names)]
    merged: dict[str, Option] = {}
    for option in found:
        if not (known := merged.get(option.names[-1])) or option.text > known.text:
            merged[option.names[-1]] = option
    return list(merged.values())


def read_arguments(page: str, line: str) -> tuple[list[Value], bool]:
    """Return what the arguments of a script's first usage line are, and whether they repeat."""
    usage = re.search(rf"\b{re.escape(line)}\b(.*)", page.partition("Usage:")[2])
    rest = re.sub(r"\[(-|option|OPTION)[^]]*\]+(\.\.\.)?", "", usage[1] if usage else "")
    rest = re.sub(r"--?[a-z][\w-]* [A-Z]+", "", rest)
    words = re.findall(r"(?<=\[)[a-z]+(?:\|[a-z]+)+|[A-Z]\S*", rest)
    return [value_of(re.sub(r"[^\w|].*", "", word), "") for word in words], "..." in rest


def script_command(line: str, text: str, page: str, usage: str) -> Command:
    """Return the completions that a script's help describes."""
    arguments, repeats = read_arguments(page, usage)
    return Command(line, text, with_common(read_options(page)), tuple(arguments), repeats)


def script_commands(name: str, summary: str) -> list[Command]:
    """Return a script of bin/ and its subcommands, which its help lists or its usage names."""
    page = help_of(name)
    listed = re.search(r"^Commands:\n((?:  .*\n)+)", page, re.MULTILINE)
    if listed:
        words = dict(re.findall(r"^  ([a-z][a-z0-9-]+)  +(\S.*)$", listed[1], re.MULTILINE))
        below = [
            script_command(f"{name} {word}", text, help_of(f"{name} {word}"), f"{name} {word}")
            for word, text in words.items()
        ]
    else:
        usage = re.search(rf"^Usage: {re.escape(name)} ((?:[a-z]+\|)+[a-z]+)", page, re.MULTILINE)
        words = dict.fromkeys(usage[1].split("|"), "") if usage else {}
        below = [
            script_command(f"{name} {word}", summary, page, usage[0].removeprefix("Usage: "))
            for word in words
            if usage
        ]
    return [script_command(name, summary, page, name)._replace(subcommands=words), *below]


def read_commands() -> list[Command]:
    """Return every command of bin/ and its subcommands."""
    commands: list[Command] = []
    for path in sorted((ROOT / "bin").iterdir()):
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        read = typer_commands if '\npy "$@"\n' in text else script_commands
        commands += read(path.name, text.splitlines()[1].lstrip("# ").strip())
    return commands
