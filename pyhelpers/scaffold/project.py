"""A project: its files from templates, modules of the kit and a model; written as a folder."""

import keyword
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyhelpers import KitError
from pyhelpers.files import write_whole_folder
from pyhelpers.scaffold.project_model import ProjectModel, model_files, model_words
from pyhelpers.scaffold.render import PYTHON, ci_steps, keep_sections, render, render_file

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "templates"
CLOUDS = ("azure", "aws", "gcp")
NAME = re.compile(r"[a-z](?:[a-z0-9]|[-_](?=[a-z0-9])){0,29}")
# Names of folders and packages that a generated project already has.
TAKEN = frozenset(
    ("build", "data", "httptools", "matplotlib", "model", "mypy", "nbclient", "nbformat", "numpy")
    + ("pandas", "pytest", "ruff", "scipy", "sklearn", "tests")
)
# Modules of the kit that a project gets a copy of, so that it serves without the kit.
SERVER_MODULES = {
    "http_protocol.py": "serving/http_protocol.py",
    "server.py": "serving/server.py",
    "sockets.py": "serving/sockets.py",
}
MODEL_MODULES = {
    "access.py": "serving/access.py",
    "body_parsers.py": "serving/body_parsers.py",
    "drift.py": "model/drift.py",
    "html_form.py": "serving/html_form.py",
    "intervals.py": "model/intervals.py",
    "kserve_v2.py": "serving/kserve_v2.py",
    "linear_model.py": "model/linear_model.py",
    "derived_features.py": "model/derived_features.py",
    "predictions.py": "serving/predictions.py",
    "prometheus.py": "serving/prometheus.py",
    "schema.py": "model/schema.py",
    "service.py": "serving/service.py",
    "values.py": "model/values.py",
}
TREE_MODULES = {
    "decision_trees.py": "model/decision_trees.py",
    "decision_trees_numpy.py": "model/decision_trees_numpy.py",
    "ensemble.py": "model/ensemble.py",
    "kernel_machine.py": "model/kernel_machine.py",
    "machine.py": "machine.py",
    "plain_ensemble.py": "model/plain_ensemble.py",
    "preprocessing.py": "model/preprocessing.py",
    "tree_export.py": "model/tree_export.py",
    "tree_files.py": "model/tree_files.py",
}
# Imports in the copied modules -> imports in the project.
IMPORT_NAMES = {
    "from pyhelpers import KitError\nfrom pyhelpers.csvio.table import MISSING\n": (
        "from project_package.contract import MISSING, KitError\n"
    ),
    "from pyhelpers import": "from project_package.contract import",
    "from pyhelpers.machine": "from project_package.contract.machine",
    "from pyhelpers.model": "from project_package.contract",
    "from pyhelpers.serving": "from project_package.contract",
}
IMPORTS = re.compile(r"(?:^from project_package\.[^(\n]+(?:\([^)]*\))?\n)+", re.MULTILINE)
ONE_IMPORT = re.compile(r"^from [^(\n]+(?:\([^)]*\))?\n", re.MULTILINE)
TRAIN = """train: ## Train the model on data/data.csv
	$(py) -m project_package train

predict: ## Predict the sample request, here or with the service at URL
	@$(if $(URL),./predict.sh $(URL),$(py) -m project_package predict model/sample.json)

"""


@dataclass(frozen=True)
class ProjectOptions:
    """Name, clouds and model of a project.

    Attributes
    ----------
    name : str
        Name of the project and of its folder.
    model : ProjectModel or None
        None for the hello-world service.
    """

    name: str
    clouds: tuple[str, ...]
    model: ProjectModel | None

    @property
    def package(self) -> str:
        """Return the name of its Python package."""
        return self.name.replace("-", "_")

    @property
    def templates(self) -> tuple[str, ...]:
        """Return its templates; a file of a later one replaces that of an earlier one."""
        kinds = ("hello",) if self.model is None else ("model", self.model.form)
        return (*kinds, "clouds/all", *(f"clouds/{name}" for name in self.clouds))


def check_name(name: str) -> str:
    """Return a project's name; a KitError (2) for one that Python or a cloud refuses.

    Examples
    --------
    >>> check_name("wave-heights")
    'wave-heights'
    """
    if not NAME.fullmatch(name):
        how = "lower-case letters, digits and single hyphens, a letter first, at most 30"
        raise KitError(f"{name!r} is not a valid project name; use {how}", 2)
    package = name.replace("-", "_")
    if keyword.iskeyword(package) or package in sys.stdlib_module_names or package in TAKEN:
        raise KitError(f"{name!r} is the name of a Python package; choose another name", 2)
    return name


def check_clouds(listed: str) -> tuple[str, ...]:
    """Return the clouds of a comma-separated list, sorted as CLOUDS; a KitError (2) for others.

    Examples
    --------
    >>> check_clouds("gcp,azure")
    ('azure', 'gcp')
    """
    chosen = [name.strip() for name in listed.split(",") if name.strip()]
    unknown = [name for name in chosen if name not in CLOUDS]
    if unknown or not chosen:
        what = f"unknown cloud {unknown[0]!r}" if unknown else "--cloud is empty"
        raise KitError(f"{what}; choose from {', '.join(CLOUDS)}", 2)
    return tuple(cloud for cloud in CLOUDS if cloud in chosen)


def _folder(path: Path) -> Iterator[tuple[str, bytes, bool]]:
    for file in sorted(path.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            executable = bool(file.stat().st_mode & 0o100)
            yield file.relative_to(path).as_posix(), file.read_bytes(), executable


def _words(options: ProjectOptions) -> dict[str, str]:
    title = options.name.replace("-", " ").replace("_", " ").capitalize()
    words = {
        "project_package": options.package,
        "project_name": options.name,
        "project_service": options.name.replace("_", "-"),
        "project_title": title,
        "project_serve": f"python -m {options.package} serve --host 0.0.0.0",
        "project_runtime": "python" + PYTHON.replace(".", ""),
        "project_python": PYTHON,
        "project_phony": "train predict " if options.model else "",
        "# project_targets\n": render(TRAIN, {"project_package": options.package})
        if options.model
        else "",
    }
    return words | ci_steps() | (model_words(options.model) if options.model else {})


def contract_module(source: str) -> str:
    """Return a module of the kit for a project: its imports renamed, sorted, one a module."""

    def in_order(found: re.Match[str]) -> str:
        lines: dict[str, str] = {}
        for line in sorted(ONE_IMPORT.findall(found[0])):
            module, _, names = line.partition(" import ")
            lines[module] = f"{lines[module][:-1]}, {names}" if module in lines else line
        return "".join(lines.values())

    return IMPORTS.sub(in_order, render(source, IMPORT_NAMES))


def _contract(options: ProjectOptions) -> dict[str, bytes]:
    words = {"project_package": options.package}
    folder = f"{options.package}/contract"
    wanted = SERVER_MODULES | (MODEL_MODULES if options.model else {})
    if "trees" in options.templates:
        wanted |= TREE_MODULES
    return {
        f"{folder}/{name}": render_file(
            name, contract_module((HERE.parent / path).read_text(encoding="utf-8")).encode(), words
        )
        for name, path in wanted.items()
    }


@dataclass(frozen=True)
class File:
    """A file of the project."""

    content: bytes
    executable: bool = False


def project_files(options: ProjectOptions) -> dict[str, File]:
    """Return every file of a project, by its path; equal options give equal bytes."""
    words, found = _words(options), {}
    keep = {*options.clouds, *options.templates}
    for part in ("common", *options.templates):
        for path, content, executable in _folder(TEMPLATES / part):
            if path == "data/data.csv":
                continue
            kept = keep_sections(content.decode(), keep).encode()
            name = path.replace("project_package", options.package)
            found[name] = File(render_file(path, kept, words), executable)
    made = _contract(options) | (model_files(options.model) if options.model else {})
    found |= {path: File(content) for path, content in made.items()}
    return dict(sorted(found.items()))


# Author of the first commit where git has no user.name and user.email.
FALLBACK_AUTHOR = ("Beachhead", "beachhead@localhost")


def check_folder(path: Path) -> None:
    """Refuse a folder that is not empty, and a path where none can be created.

    Raises
    ------
    KitError
        Also for a parent folder that is missing or not writable.
    """
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise KitError(f"{path}: exists and is not a folder; choose another name")
    if path.is_dir() and any(path.iterdir()):
        raise KitError(f"{path}: is not empty; choose another name or empty it")
    parent = path.absolute().parent
    if not parent.is_dir():
        raise KitError(f"{path}: the folder {parent} does not exist; create it first")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise KitError(f"{parent}: is not writable; choose another folder")


def _write_files(folder: Path, files: Mapping[str, File]) -> None:
    for path, file in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)
        if file.executable:
            target.chmod(target.stat().st_mode | (target.stat().st_mode & 0o444) >> 2)


def _git(folder: Path, *words: str) -> str:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    named = {key: value for key, value in os.environ.items() if key.startswith(("GIT_AUTHOR_",))}
    quiet = {"GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(
            ["git", "-c", "core.hooksPath=/dev/null", *words],
            cwd=folder,
            env=kept | named | quiet,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        raise KitError("git is not installed; install it, or use --no-git", 127) from None
    if done.returncode:
        said = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
        raise KitError(f"git {words[0]} failed ({said}); or use --no-git")
    return done.stdout


def _has_identity(folder: Path) -> bool:
    try:
        return bool(_git(folder, "config", "user.name") and _git(folder, "config", "user.email"))
    except KitError:
        return False


def first_commit(folder: Path, name: str) -> bool:
    """Make a folder a git repository with one commit; return whether git knew its author."""
    _git(folder, "init", "--quiet", "--initial-branch=main")
    theirs = _has_identity(folder)
    author, email = FALLBACK_AUTHOR
    who = () if theirs else ("-c", f"user.name={author}", "-c", f"user.email={email}")
    _git(folder, "-c", "core.autocrlf=false", "add", "--all", "--force")
    plain = (*who, "-c", "commit.gpgsign=false", "commit", "--quiet", "--no-verify")
    _git(folder, *plain, "--message", f"{name}: initial commit")
    return theirs


def write_project(path: Path, files: Mapping[str, File], git: bool) -> bool:
    """Write a project's folder, complete or not at all: under another name, then renamed.

    Returns
    -------
    bool
        Whether the first commit, if there is one, has the user's own name.
    """
    check_folder(path)
    with write_whole_folder(str(path), replace=False) as place:
        draft = Path(place)
        _write_files(draft, files)
        return first_commit(draft, path.name) if git else True
