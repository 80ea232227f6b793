"""The notebook, run from end to end."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient
from pytest import MonkeyPatch

from project_package.settings import ROOT


def test_the_notebook_runs_from_end_to_end(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    # Nothing of IPython's and matplotlib's own is read from, or left in, your home.
    for name in ("IPYTHONDIR", "MPLCONFIGDIR"):
        monkeypatch.setenv(name, str(tmp_path))
    notebook = nbformat.read(ROOT / "notebook.ipynb", as_version=4)
    titles = [cell.source.split("\n")[0] for cell in notebook.cells if cell.cell_type == "markdown"]
    assert titles[1:] == ["## Ingest", "## EDA", "## Modeling", "## Conclusion"]
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": ROOT}}).execute()
