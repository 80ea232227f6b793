"""The connection to a Dask scheduler that every --cluster uses."""

import sys

import pytest

from pyhelpers import KitError
from pyhelpers.dask_client import connected
from tests.conftest import HEIGHTS, Run


def test_a_missing_package_is_127_and_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    line = "distributed is missing; run ./install.sh --extra cluster"
    with pytest.raises(KitError, match=line) as caught, connected("tcp://127.0.0.1:9"):
        pass
    assert caught.value.exit_code == 127


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "no://such:scheme", "127.0.0.1:x"])
def test_no_scheduler_is_4_and_names_the_address(address: str) -> None:
    with pytest.raises(KitError, match="no Dask scheduler answers") as caught, connected(address):
        pass
    assert str(caught.value).startswith(f"{address}: ") and caught.value.exit_code == 4


def test_csv_stats_and_ml_model_report_a_missing_scheduler_alike(run: Run) -> None:
    done = run("csv-stats", "describe", HEIGHTS, "--cluster", "tcp://127.0.0.1:9")
    assert done.returncode == 4
    assert done.stderr.startswith("csv-stats: tcp://127.0.0.1:9: no Dask scheduler answers (")
    assert done.stderr.endswith("; check the address, tcp://HOST:8786\n")
