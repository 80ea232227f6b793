"""Start-up: what a command costs before it does anything."""

from bench.context import PYTHON, Bench, Section
from bench.side_by_side import Goal, Job

SAYS = """
`--help` of a worker, which is Bash, beside `bash`; of the doors to Python beside importing Typer.
"""
DOORS = ("csv-stats", "make-change", "ml-model", "show-descent", "solve-tsp")


def worker(bench: Bench) -> Job:
    """Compare a Bash command's help with bash itself."""
    hello = bench.ours("hello.sh --help", "exec bin/hello.sh --help")
    return Job("a command in Bash", [hello, bench.plain("bash -c :", "exec bash -c :")])


def door(bench: Bench) -> Job:
    """Compare the helpers' help with the import that they cannot do without."""
    goal = Goal("ratio", most=2)
    sides = [bench.ours(f"{name} --help", f"exec bin/{name} --help", goal) for name in DOORS]
    typer = bench.plain("import typer", f"exec {PYTHON} -c 'import typer'")
    return Job("commands in Python", [*sides, typer])


SECTION = Section("startup", SAYS, {"worker": worker, "door": door}, quick=("worker", "door"))
