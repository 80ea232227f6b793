"""Check whether .venv is whole: run by install.sh with the venv's own interpreter.

health.py quick ROOT SETS [BASE]  the stamp fits (prints the version) or not (prints why, exit 1)
health.py own   ROOT SETS         the interpreter is that of ROOT/.venv, so that packages go there
health.py same  ROOT SETS         the interpreter is still the stamped one
health.py full  ROOT SETS         every installed file is there and every package imports
health.py stamp ROOT SETS         write the stamp, print the version

Only what quick needs is imported at the top: it runs each time `make` does.
"""

import os
import sys

HERE = ".venv/.beachhead/stamp"
NAMES = ".venv/.beachhead/names"
MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"
VERSION = f"{MINOR}.{sys.version_info.micro}"
SITE = os.path.join(sys.prefix, "lib", f"python{MINOR}", "site-packages")
# Where the name to import is not the distribution's, and what first use will load besides.
IMPORTS = {
    "scikit-learn": [
        "sklearn.pipeline",
        "sklearn.preprocessing",
        "sklearn.compose",
        "sklearn.linear_model",
        "sklearn.ensemble",
        "sklearn.model_selection",
    ],
    "rich": ["rich.console", "rich.table", "rich.progress"],
    "typer": ["typer.main", "typer.testing", "typer.rich_utils"],
    "skops": ["skops.io"],
}


def distributions() -> list[str]:
    """Return name-version of each installed distribution."""
    try:
        names = os.listdir(SITE)
    except OSError:
        return []
    return sorted(n[:-10] for n in names if n.endswith(".dist-info"))


def digest(path: str) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    import hashlib

    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def expected(root: str, sets: str) -> dict[str, str]:
    """Return what a stamp written now would say, but for the packages."""
    names = ["", *(f"-{name}" for name in sorted(sets.split()))]
    return {
        "format": "3",
        "root": root.replace("\n", "\\n"),
        "python": VERSION,
        "base": os.path.realpath(sys.executable),
        "sets": " ".join(sorted(sets.split())),
        "lock": " ".join(digest(os.path.join(root, f"requirements{n}.txt")) for n in names),
    }


def is_own(root: str) -> bool:
    """Return whether packages would go into the checkout's .venv and not into another Python."""
    own = os.path.realpath(os.path.join(root, ".venv"))
    return sys.prefix != sys.base_prefix and os.path.realpath(sys.prefix) == own


def is_plain(name: str) -> bool:
    """Return whether a file name can be in a list of lines and tabs."""
    return "\n" not in name and "\t" not in name


def installed_names() -> dict[str, list[str]]:
    """Return the contents of each folder of the packages and of bin, without bytecode."""
    found = {}
    for top in (SITE, os.path.join(sys.prefix, "bin")):
        for folder, below, files in os.walk(top):
            below[:] = [name for name in below if name != "__pycache__" and is_plain(name)]
            names = [n for n in files if not n.endswith(".pyc") and is_plain(n)]
            found[os.path.relpath(folder, sys.prefix)] = sorted(below + names)
    return found


def missing_name(root: str) -> str:
    """Return a path that was in .venv when the stamp was written and is gone, or nothing.

    Only folders that have changed since are listed, so that this costs a few milliseconds.
    """
    path = os.path.join(root, NAMES)
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            lines = file.read().rstrip("\n").split("\n")
        written = os.stat(path).st_mtime_ns
        for line in lines:
            folder, _, names = line.partition("\t")
            full = f"{sys.prefix}/{folder}"
            try:
                if os.stat(full).st_mtime_ns > written:
                    for name in set(names.split("\t")).difference(os.listdir(full), [""]):
                        return f"{folder}/{name}"
            except OSError:
                return folder
    except OSError:
        return "the list of installed files"
    return ""


def read_stamp(root: str) -> dict[str, str]:
    """Return the stamp's fields by name."""
    with open(os.path.join(root, HERE), encoding="utf-8", errors="surrogateescape") as file:
        return dict(line.rstrip("\n").partition(" ")[::2] for line in file)


def other_minor(stamp: dict[str, str]) -> bool:
    """Return whether the venv was made for another Python than the one that runs in it now."""
    return stamp.get("python", "").rpartition(".")[0] != MINOR


def difference(root: str, sets: str, base: str = "") -> str:
    """Return why the stamp does not fit, or nothing."""
    if not is_own(root):
        return "its Python is not its own: pyvenv.cfg is missing or of another folder"
    stamp = read_stamp(root)
    has = stamp.get("sets", "").split()
    now = expected(root, " ".join(n for n in has if os.path.exists(f"{root}/requirements-{n}.txt")))
    if base and os.path.realpath(base) != now["base"]:
        return f"it was made with {now['base']}"
    if other_minor(stamp):
        return f"its Python is {VERSION} now, it was {stamp.get('python')}"
    if stamp.get("root") != now["root"]:
        return f"it was made at {stamp.get('root')}"
    missing = sorted(set(sets.split()) - set(has))
    if missing:
        return f"the packages of {', '.join(missing)} are not in it"
    if stamp.get("format") != now["format"]:
        return "it was made by another version of install.sh"
    if any(stamp.get(key) != now[key] for key in ("sets", "lock")):
        return "the list of packages has changed"
    gone = set(stamp.get("packages", "").split()) - set(distributions())
    if gone:
        return f"{', '.join(sorted(gone))} is not as installed"
    missing = missing_name(root)
    return f"{missing} is missing" if missing else ""


def same(root: str) -> bool:
    """Return whether folder and interpreter are the stamped ones."""
    stamp = read_stamp(root)
    named = root.replace("\n", "\\n")
    return is_own(root) and stamp.get("root") == named and not other_minor(stamp)


def write_stamp(root: str, sets: str) -> None:
    """Write the names of all installed files, then the stamp."""
    fields = expected(root, sets)
    fields["packages"] = " ".join(distributions())
    names = installed_names().items()
    write_lines(os.path.join(root, NAMES), ["\t".join([f, *n]) for f, n in names])
    write_lines(os.path.join(root, HERE), [f"{name} {value}" for name, value in fields.items()])


def write_lines(path: str, lines: list[str]) -> None:
    """Write lines to a file, whole or not at all."""
    with open(path + ".tmp", "w", encoding="utf-8", errors="surrogateescape") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".tmp", path)


def missing_files() -> list[str]:
    """Name each distribution with a recorded file that is gone or not in its recorded size."""
    import csv

    wrong = []
    for name in distributions():
        record = os.path.join(SITE, name + ".dist-info", "RECORD")
        try:
            with open(record, newline="", encoding="utf-8") as file:
                rows = list(csv.reader(file))
        except OSError:
            wrong.append(f"{name}: half installed (no RECORD)")
            continue
        for path, _, size in rows:
            if path.endswith(".pyc"):
                continue
            try:
                found = os.stat(os.path.join(SITE, path)).st_size
            except OSError:
                found = -1
            if found < 0 or (size and found != int(size)):
                wrong.append(f"{name}: {path} is missing or changed")
                break
    return wrong


def import_names(root: str) -> list[str]:
    """Return the modules to import: what pyproject.toml asks for, the extra sets aside.

    Those are only looked at file by file: importing them all would cost a minute.
    """
    import re
    import tomllib

    with open(os.path.join(root, "pyproject.toml"), "rb") as file:
        wanted = tomllib.load(file)["project"]["dependencies"]
    names: list[str] = []
    for line in wanted:
        if "python_version < '3.14'" in line and sys.version_info >= (3, 14):
            continue
        name = re.split(r"[\s<>=!~;\[]", line, maxsplit=1)[0]
        names += IMPORTS.get(name, [name.replace("-", "_")])
    return names


def broken_imports(root: str) -> list[str]:
    """Import everything; name what fails."""
    from importlib import import_module

    wrong = []
    for name in import_names(root):
        try:
            import_module(name)
        except Exception as error:  # a broken package may raise anything
            wrong.append(f"{name} does not import: {str(error).partition(chr(10))[0]}")
    return wrong


def main() -> int:
    """Do what the first argument says."""
    mode, root, sets, *rest = sys.argv[1:]
    if mode == "quick":
        reason = difference(root, sets, *rest)
        sys.stdout.write(reason or VERSION)
        return 1 if reason else 0
    if mode == "own":
        return 0 if is_own(root) else 1
    if mode == "same":
        return 0 if same(root) else 1
    if mode == "stamp":
        write_stamp(root, sets)
        sys.stdout.write(VERSION)
        return 0
    foreign = [] if is_own(root) else ["its Python is not its own"]
    wrong = foreign or missing_files() or broken_imports(root)
    for line in wrong:
        sys.stdout.write(f"Error: .venv: {line}; run ./install.sh --repair\n")
    return 1 if wrong else 0


sys.exit(main())
