"""The notebook, run from end to end."""

import nbformat
from nbclient import NotebookClient

from project_package.settings import ROOT


def test_the_notebook_runs_from_end_to_end() -> None:
    notebook = nbformat.read(ROOT / "notebook.ipynb", as_version=4)
    titles = [cell.source.split("\n")[0] for cell in notebook.cells if cell.cell_type == "markdown"]
    assert titles[1:] == ["## Ingest", "## EDA", "## Modeling", "## Conclusion"]
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": ROOT}}).execute()
