"""Packages of npm, of PyPI and of mise, and a registry of npm's, for the tests of tools."""

import base64
import gzip
import hashlib
import io
import json
import subprocess
import tarfile
import zipfile
from pathlib import Path

from tests.loopback import Answer, Request


def npm_package(name: str, version: str) -> bytes:
    """Return an npm package whose program prints its version: the same bytes at any time."""
    files = {
        "package.json": json.dumps({"name": name, "version": version, "bin": {"tide": "tide.js"}}),
        "tide.js": f"#!/usr/bin/env node\nconsole.log('tide {version}')\n",
    }
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for path, text in files.items():
            info = tarfile.TarInfo(f"package/{path}")
            info.size, info.mode = len(text), 0o755
            tar.addfile(info, io.BytesIO(text.encode()))
    return gzip.compress(out.getvalue(), mtime=0)


def registry(request: Request) -> Answer:
    """Answer as an npm registry with one package, tide-tool."""
    name, _, file = request.path.strip("/").partition("/-/")
    if name != "tide-tool":
        return Answer({"error": "Not found"}, 404)
    if file:
        return Answer(npm_package(name, file.split("-")[-1][:-4]), 200, "application/octet-stream")
    host, versions = request.headers["host"], {}
    for version in ("1.0.0", "2.0.0"):
        digest = base64.b64encode(hashlib.sha512(npm_package(name, version)).digest()).decode()
        dist = {
            "tarball": f"http://{host}/tide-tool/-/tide-tool-{version}.tgz",
            "integrity": f"sha512-{digest}",
        }
        versions[version] = {
            "name": name,
            "version": version,
            "dist": dist,
            "bin": {"tide": "tide.js"},
        }
    return Answer({"name": name, "dist-tags": {"latest": "2.0.0"}, "versions": versions})


def ebb_wheel(folder: Path) -> Path:
    """Write a wheel, ebb-tool, whose program prints its version; return its path."""
    wheel = folder / "ebb_tool-1.0-py3-none-any.whl"
    folder.mkdir()
    files = {
        "ebb.py": "def main():\n    print('ebb 1.0')\n",
        "ebb_tool-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: ebb-tool\nVersion: 1.0\n",
        "ebb_tool-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n"
        "Tag: py3-none-any\n",
        "ebb_tool-1.0.dist-info/entry_points.txt": "[console_scripts]\nebb = ebb:main\n",
    }
    record = "".join(f"{name},,\n" for name in [*files, "ebb_tool-1.0.dist-info/RECORD"])
    with zipfile.ZipFile(wheel, "w") as out:
        for name, text in {**files, "ebb_tool-1.0.dist-info/RECORD": record}.items():
            out.writestr(name, text)
    return wheel


def mise_plugin(folder: Path) -> None:
    """Write a plugin of mise, tide, in a git repository: its program prints its version."""
    (folder / "bin").mkdir(parents=True)
    scripts = {
        "list-all": "echo 1.0.0 2.0.0\n",
        "install": 'mkdir "$ASDF_INSTALL_PATH/bin"; cd "$ASDF_INSTALL_PATH/bin"\n'
        'printf "#!/bin/sh\\necho tide $ASDF_INSTALL_VERSION\\n" >tide; chmod +x tide\n',
    }
    for name, text in scripts.items():
        (folder / "bin" / name).write_text(f"#!/bin/sh\n{text}")
        (folder / "bin" / name).chmod(0o755)
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    for words in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "A plugin"]):
        subprocess.run(["git", "-C", str(folder), *words], check=True)
