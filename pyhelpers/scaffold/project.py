"""The project's files: templates by kind and cloud, our own contract, the model."""

import keyword
import re
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pyhelpers import KitError
from pyhelpers.scaffold import ci_steps
from pyhelpers.scaffold.model_facts import About
from pyhelpers.scaffold.model_facts import files as model_files
from pyhelpers.scaffold.model_facts import words as model_words
from pyhelpers.scaffold.templates_render import render, render_file

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "templates"
CLOUDS = ("azure", "aws", "gcp")
NAME = re.compile(r"[a-z](?:[a-z0-9]|[-_](?=[a-z0-9])){0,29}")
# Names of folders and of packages that a project of ours has already.
TAKEN = frozenset(
    ("build", "data", "httptools", "matplotlib", "model", "mypy", "nbclient", "nbformat", "numpy")
    + ("pandas", "pytest", "ruff", "scipy", "sklearn", "tests")
)
# Our modules that a project gets, so that it serves as we do without this checkout.
SERVER = {
    "http_messages.py": "serving/http_messages.py",
    "http_protocol.py": "serving/http_protocol.py",
    "server.py": "serving/server.py",
    "sockets.py": "serving/sockets.py",
}
CONTRACT = {
    "arrays.py": "model/arrays.py",
    "bearer_token.py": "serving/bearer_token.py",
    "body_parsers.py": "serving/body_parsers.py",
    "html_form.py": "serving/html_form.py",
    "linear_export.py": "model/linear_export.py",
    "linear_model.py": "model/linear_model.py",
    "prometheus.py": "serving/prometheus.py",
    "schema.py": "model/schema.py",
    "service.py": "serving/service.py",
}
OURS = {
    "from pyhelpers import KitError\nfrom pyhelpers.csvio.table import MISSING\n": (
        "from project_package.contract import MISSING, KitError\n"
    ),
    "from pyhelpers import": "from project_package.contract import",
    "from pyhelpers.model": "from project_package.contract",
    "from pyhelpers.serving": "from project_package.contract",
}
IMPORTS = re.compile(r"(?:^from project_package\.[^(\n]+(?:\([^)]*\))?\n)+", re.MULTILINE)
ONE_IMPORT = re.compile(r"^from [^(\n]+(?:\([^)]*\))?\n", re.MULTILINE)
TRAIN = """train: ## Train the model on data/data.csv
	$(py) -m project_package train

predict: ## Ask the model here, or the service at URL
	@$(if $(URL),./predict.sh $(URL),$(py) -m project_package predict model/sample.json)

"""

Kind = Literal["model", "hello"]


@dataclass(frozen=True)
class Plan:
    """What a person asked for.

    Attributes
    ----------
    name : str
        The project's name, which is its folder's.
    about : About or None
        None for the hello-world service.
    """

    name: str
    clouds: tuple[str, ...]
    about: About | None

    @property
    def package(self) -> str:
        """Return the name that Python imports it by."""
        return self.name.replace("-", "_")

    @property
    def kind(self) -> Kind:
        """Return which template it follows."""
        return "hello" if self.about is None else "model"


def check_name(name: str) -> str:
    """Return a project's name; a KitError (2) for one that Python or a cloud would refuse.

    Examples
    --------
    >>> check_name("wave-heights")
    'wave-heights'
    """
    if not NAME.fullmatch(name):
        how = "small letters, digits and single hyphens, a letter first, 30 at most"
        raise KitError(f"{name!r} cannot name a project; use {how}", 2)
    package = name.replace("-", "_")
    if keyword.iskeyword(package) or package in sys.stdlib_module_names or package in TAKEN:
        raise KitError(f"{name!r} is the name of a Python package already; choose another", 2)
    return name


def check_clouds(listed: str) -> tuple[str, ...]:
    """Return the clouds of a list with commas, in our order; a KitError (2) for another one.

    Examples
    --------
    >>> check_clouds("gcp,azure")
    ('azure', 'gcp')
    """
    chosen = [name.strip() for name in listed.split(",") if name.strip()]
    unknown = [name for name in chosen if name not in CLOUDS]
    if unknown or not chosen:
        what = f"there is no cloud {unknown[0]!r}" if unknown else "--cloud names none"
        raise KitError(f"{what}; they are {', '.join(CLOUDS)}", 2)
    return tuple(cloud for cloud in CLOUDS if cloud in chosen)


def _folder(path: Path) -> Iterator[tuple[str, bytes, bool]]:
    for file in sorted(path.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            runs = bool(file.stat().st_mode & 0o100)
            yield file.relative_to(path).as_posix(), file.read_bytes(), runs


def _words(plan: Plan) -> dict[str, str]:
    title = plan.name.replace("-", " ").replace("_", " ").capitalize()
    words = {
        "project_package": plan.package,
        "project_name": plan.name,
        "project_service": plan.name.replace("_", "-"),
        "project_title": title,
        "project_serve": f"python -m {plan.package} serve --host 0.0.0.0",
        "project_runtime": "python" + ci_steps.PYTHON.replace(".", ""),
        "project_python": ci_steps.PYTHON,
        "project_phony": "train predict " if plan.about else "",
        "# project_targets\n": render(TRAIN, {"project_package": plan.package})
        if plan.about
        else "",
    }
    return words | ci_steps.blocks() | (model_words(plan.about) if plan.about else {})


def _sections(text: str, keep: Collection[str]) -> str:
    """Leave out each part between "# only NAME" and "# end NAME" whose name is not to be kept."""

    def part(found: re.Match[str]) -> str:
        return found[2] if found[1] in keep else ""

    pattern = r"^[ ]*(?:# |<!-- )only ([a-z]+)(?: -->)?\n(.*?)^[ ]*(?:# |<!-- )end \1(?: -->)?\n"
    return re.sub(pattern, part, text, flags=re.MULTILINE | re.DOTALL)


def contract_module(source: str) -> str:
    """Return one of our modules as a project has it: its imports renamed, and in their order."""

    def in_order(found: re.Match[str]) -> str:
        return "".join(sorted(ONE_IMPORT.findall(found[0])))

    return IMPORTS.sub(in_order, render(source, OURS))


def _contract(plan: Plan) -> dict[str, bytes]:
    words = {"project_package": plan.package}
    folder = f"{plan.package}/contract"
    wanted = SERVER | (CONTRACT if plan.about else {})
    return {
        f"{folder}/{name}": render(
            contract_module((HERE.parent / path).read_text(encoding="utf-8")), words
        ).encode()
        for name, path in wanted.items()
    }


@dataclass(frozen=True)
class File:
    """A file of the project; `runs` makes it executable."""

    content: bytes
    runs: bool = False


def project_files(plan: Plan) -> dict[str, File]:
    """Return every file of a project, by its path: the same plan gives the same bytes."""
    words, found = _words(plan), {}
    keep = {*plan.clouds, plan.kind}
    for part in ("common", plan.kind, "clouds/all", *(f"clouds/{name}" for name in plan.clouds)):
        for path, content, runs in _folder(TEMPLATES / part):
            if path == "data/data.csv":
                continue
            kept = _sections(content.decode(), keep).encode()
            name = path.replace("project_package", plan.package)
            found[name] = File(render_file(path, kept, words), runs)
    made = _contract(plan) | (model_files(plan.about) if plan.about else {})
    found |= {path: File(content) for path, content in made.items()}
    return dict(sorted(found.items()))
