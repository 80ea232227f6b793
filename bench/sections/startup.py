"""Start-up: what a command costs before it does anything."""

from bench.context import PYTHON, Bench, Section
from bench.side_by_side import Goal, Job

SAYS = """
`--help` of a command in Bash beside `bash`, of commands in Python beside importing Typer.
"""
WRAPPERS = ("csv-stats", "make-change", "ml-model", "show-descent", "solve-tsp")


def bash(bench: Bench) -> Job:
    """Compare a Bash command's help with bash itself."""
    hello = bench.ours("hello.sh --help", "exec bin/hello.sh --help")
    return Job("a command in Bash", [hello, bench.plain("bash -c :", "exec bash -c :")])


def python(bench: Bench) -> Job:
    """Compare the commands' help with the import that it needs."""
    goal = Goal("ratio", most=1.7)
    sides = [bench.ours(f"{name} --help", f"exec bin/{name} --help", goal) for name in WRAPPERS]
    typer = bench.plain("import typer", f"exec {PYTHON} -c 'import typer'")
    return Job("commands in Python", [*sides, typer])


SECTION = Section("startup", SAYS, {"bash": bash, "python": python}, quick=("bash", "python"))
