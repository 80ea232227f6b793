"""A new project: from new-ml-project to a served prediction."""

import shutil
from shlex import quote

from bench.context import PYTHON, Bench, Section, relative
from bench.side_by_side import Column, Job, Side, Values, measure
from tests.loopback import free_port

SAYS = """
`new-ml-project` alone, beside importing the scikit-learn that it trains with; then the project's
own `make install`, `lint`, `test`, `train` and a first prediction from its service, step by step,
its packages fetched anew. No rival: a template trains and serves nothing.
"""
STEPS = {
    "new s": "cd {parent} && new-ml-project {name}",
    "install s": "cd {folder} && PIP_NO_CACHE_DIR=1 make install",
    "lint s": "cd {folder} && make lint",
    "test s": "cd {folder} && make test",
    "train s": "cd {folder} && make train",
    "predict s": """
cd {folder}
make serve PORT={port} & service=$!
until curl -sf http://127.0.0.1:{port}/healthz; do sleep 0.05; done
make predict URL=http://127.0.0.1:{port}
status=$?
kill $service
wait $service
exit $status""",
}


def write(bench: Bench) -> Job:
    """Write a project."""
    folder = f"{relative(bench.folder)}/ripples"
    return Job("a project that is written, trained and committed", [
        bench.ours("new-ml-project", f"rm -rf {folder} && exec bin/new-ml-project {folder}"),
        bench.plain("import sklearn.pipeline", f"exec {PYTHON} -c 'import sklearn.pipeline'"),
    ])  # fmt: skip


def steps(bench: Bench) -> Values:
    """Take all steps in a new folder; return the seconds of each and of all."""
    folder = bench.folder / "waves"
    shutil.rmtree(folder, ignore_errors=True)
    places = {
        "{parent}": quote(str(bench.folder)), "{name}": folder.name,
        "{folder}": quote(str(folder)), "{port}": str(free_port()),
    }  # fmt: skip
    taken: Values = {}
    for name, shell in STEPS.items():
        for place, value in places.items():
            shell = shell.replace(place, value)
        taken[name] = measure(shell, bench.env)["wall s"]
    return taken | {"all s": sum(taken.values())}


def green(bench: Bench) -> Job:
    """Go from nothing to a served prediction."""
    columns = tuple(Column(name, 1) for name in (*STEPS, "all s"))
    side = Side("a new project", lambda: steps(bench), ours=True)
    title = "seconds from the command to a served prediction"
    return Job(title, [side], columns, most_rounds=1, warm=False)


SECTION = Section("scaffold", SAYS, {"write": write, "green": green})
