"""Stage a deployment: a self-contained folder with a model, its server and its requirements."""

import ast
import gzip
import hashlib
import io
import os
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from pyhelpers import KitError
from pyhelpers.address import redacted
from pyhelpers.deploy.pins import check_versions, closure, requirements
from pyhelpers.files import write_whole_folder
from pyhelpers.model.checks import result_warnings
from pyhelpers.model.load import load_stored
from pyhelpers.model.store import COEFFICIENTS, PIPELINE, TREES, Stored, packed, read_model

ROOT = Path(__file__).resolve().parents[2]
APP = "pyhelpers.serving.deployed_app"
PLATFORMS = ("azure", "aws", "sagemaker", "gcp")
SERVER_NEEDS = ("httptools",)
TREES_NEED = ("numpy",)  # for many rows at once
PIPELINE_NEEDS = ("scikit-learn", "skops")  # plain coefficients and plain trees need neither
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
STAMP = (1980, 1, 1, 0, 0, 0)  # the earliest date of a zip: equal content gives equal bytes
MARK = ".beachhead-deploy"  # marks a folder that deploy-model may replace

VERSION = "VERSION"  # the file that tells the application the digests of the folder and the model
PROCFILE = "web: python app.py\n"
SERVE = """#!/bin/sh
# SageMaker runs "serve", with the model in /opt/ml/model and port 8080.
export BEACHHEAD_MODEL="${BEACHHEAD_MODEL:-/opt/ml/model}" PORT="${SAGEMAKER_BIND_TO_PORT:-8080}"
exec python "$(dirname "$0")/app.py"
"""
DOCKERFILE = f"""FROM python:{PYTHON}-slim
WORKDIR /opt/program
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
ENV PATH=/opt/program:$PATH PYTHONUNBUFFERED=1
EXPOSE 8080
"""


def imports_of(source: str) -> set[str]:
    """Return the modules of pyhelpers that a source text imports, also inside functions.

    Examples
    --------
    >>> sorted(imports_of("from pyhelpers.serving import body_parsers"))
    ['pyhelpers.serving', 'pyhelpers.serving.body_parsers']
    """
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.split(".")[0] == "pyhelpers"}


def module_file(name: str) -> Path | None:
    """Return a module's source file; None for any other name."""
    parent = name.rpartition(".")[0]
    if parent and (module_file(parent) or Path()).name != "__init__.py":
        return None
    spec = find_spec(name)
    return Path(spec.origin) if spec and spec.origin else None


def modules_for(name: str) -> dict[str, Path]:
    """Return the modules of pyhelpers that a module needs, with itself and their packages."""
    found: dict[str, Path] = {}
    waiting = [name]
    while waiting:
        module = waiting.pop()
        file = None if module in found else module_file(module)
        if file is None:
            continue
        found[module] = file
        parts = module.split(".")
        waiting += [".".join(parts[:length]) for length in range(1, len(parts))]
        waiting += imports_of(file.read_text(encoding="utf-8"))
    return found


def application() -> dict[str, bytes]:
    """Return app.py and the modules of pyhelpers that it needs, by path in the folder."""
    modules = modules_for(APP)
    files = {"app.py": modules.pop(APP).read_bytes()}
    for file in modules.values():
        files[file.relative_to(ROOT).as_posix()] = file.read_bytes()
    return files


def checked_model(path: str) -> Stored:
    """Read a model's files and check that they can be loaded."""
    stored = read_model(path)
    load_stored(stored)
    return stored


def warnings_of(path: str) -> list[str]:
    """Return the warnings for a model that is not better than its dummy."""
    card = read_model(path).card
    measure = card["cross_validation"]["measure"]
    return result_warnings(measure, card["metrics"], card["dummy"])


def model_files(stored: Stored) -> dict[str, bytes]:
    """Return a model's files by name, without secrets in the address of its data."""
    card = dict(stored.card)
    data = card.get("data")
    if isinstance(data, dict):
        card["data"] = data | {"source": redacted(str(data.get("source")))}
    content = dict(stored.content)
    if TREES in content:
        content.pop(PIPELINE, None)  # the service does not read it
    return packed(card, content)


def platform_files(platform: str) -> dict[str, bytes]:
    """Return the files that a platform needs besides the application."""
    if platform == "sagemaker":
        return {"Dockerfile": DOCKERFILE.encode(), "serve": SERVE.encode()}
    common = {".python-version": f"{PYTHON}\n".encode()}
    return common | ({} if platform == "azure" else {"Procfile": PROCFILE.encode()})


def _needs(stored: Stored) -> tuple[str, ...]:
    """Return the packages that a model's predictions need."""
    if COEFFICIENTS in stored.content:
        return ()
    return TREES_NEED if TREES in stored.content else PIPELINE_NEEDS


def folder_files(platform: str, stored: Stored) -> dict[str, bytes]:
    """Return all files of the folder for a platform, by path.

    SageMaker's folder has no model: SageMaker copies that from S3 to /opt/ml/model.
    """
    pins = closure((*SERVER_NEEDS, *_needs(stored)))
    if PIPELINE_NEEDS[0] in pins:
        check_versions(stored.card["versions"], pins, stored.path)
    lock = ROOT / "requirements.txt"
    text = requirements(pins, lock.read_text(encoding="utf-8") if lock.exists() else "")
    files = application() | platform_files(platform) | {"requirements.txt": text.encode()}
    if platform != "sagemaker":
        files |= {f"model/{name}": content for name, content in model_files(stored).items()}
    return dict(sorted(files.items()))


def digest(files: Mapping[str, bytes]) -> str:
    """Return an identifier of the content: 12 hexadecimal digits of its SHA-256."""
    total = hashlib.sha256()
    for name, content in files.items():
        total.update(f"{name}\0{len(content)}\0".encode() + content)
    return total.hexdigest()[:12]


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip archive; equal files give equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, STAMP)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def tar_bytes(files: Mapping[str, bytes]) -> bytes:
    """Return files as a .tar.gz archive for SageMaker; equal files give equal bytes."""
    out = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w") as archive,
    ):
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def write_folder(folder: str, files: Mapping[str, bytes]) -> None:
    """Write a folder, complete or not at all; a folder staged before is replaced.

    Raises
    ------
    KitError
        For a path that exists and was not staged.
    """
    target = os.path.realpath(folder)
    if os.path.lexists(target) and not os.path.isfile(os.path.join(target, MARK)):
        raise KitError(f"{folder}: exists and was not staged; choose another with --folder")
    with write_whole_folder(target) as draft:
        for name, content in ({MARK: b""} | dict(files)).items():
            path = Path(draft, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o755 if name == "serve" else 0o644)
        os.chmod(draft, 0o755)


def stage(platform: str, path: str, folder: str) -> str:
    """Write the folder for a platform and the archive to upload; return its digest.

    The archive is `bundle.zip` for Azure and Elastic Beanstalk, `model.tar.gz` for SageMaker.
    """
    stored = checked_model(path)
    files, model = folder_files(platform, stored), model_files(stored)
    label = digest(files | ({} if platform != "sagemaker" else model))
    files[VERSION] = f"{label} {digest(model)}\n".encode()
    if platform in ("azure", "aws"):
        files["bundle.zip"] = zip_bytes(files)
    if platform == "sagemaker":
        files["model.tar.gz"] = tar_bytes(model)
        files[".dockerignore"] = b"model.tar.gz\n"
    write_folder(folder, files)
    return label
