"""Command of the benchmarks: options, sections, jobs, and the record."""

import argparse
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from bench import record, rivals
from bench.context import Bench, Section
from bench.side_by_side import ROOT, Job, SideFailed, run_in_turn
from bench.table import markdown

NAMES = (
    "startup", "sample", "stats", "tsp", "trip", "change", "model", "serve", "predict",
    "predict-batch", "automl", "scale", "survive", "cloud-env", "shell-startup",
    "install", "scaffold",
)  # fmt: skip
GIVEN = {"tsplib": "tsp: TSPLIB's", "solomon": "trip: Solomon's"}  # which the kit has not
RESULTS, RATIOS = ROOT / "bench/RESULTS.md", ROOT / "bench/ratios.json"
DESCRIPTION = """Time the kit's commands beside their rivals, the sides in turn, and print tables.

Examples:
  bench/run --quick                     what got slower? small data, under two minutes
  bench/sample --job file --runs 3      one table of one section
  bench/run --with-rivals --record      everything, into bench/RESULTS.md
"""
CLOSING = """bench/NAME is bench/run NAME. Data and scratch rivals are kept in build/bench;
nothing is written outside the checkout, and no goal is judged on small data."""


def section(name: str) -> Section:
    """Return a section by its name."""
    found = import_module(f"bench.sections.{name.replace('-', '_')}").SECTION
    assert isinstance(found, Section)
    return found


def parser() -> argparse.ArgumentParser:
    """Return the benchmarks' one option parser."""
    made = argparse.ArgumentParser(
        "bench/run", description=DESCRIPTION, epilog=CLOSING,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    made.add_argument("sections", nargs="*", metavar="SECTION", help="; ".join(NAMES))
    made.add_argument("-j", "--job", nargs="+", default=[], help="only these jobs; see --list")
    made.add_argument("--list", action="store_true", help="list sections and their jobs")
    made.add_argument("--quick", action="store_true", help="small data, beside the last ratios")
    made.add_argument("--strict", action="store_true", help="--quick: exit 1 if a ratio got worse")
    made.add_argument("--record", action="store_true",
                      help="keep it: in RESULTS.md, of --quick in ratios.json")  # fmt: skip
    made.add_argument("--large", action="store_true", help="also jobs of ten gigabytes or minutes")
    made.add_argument("--with-rivals", action="store_true",
                      help="install those of pip and apt in build/bench first")  # fmt: skip
    made.add_argument("--runs", type=int, help="rounds that count (5; --quick: 3)")
    made.add_argument("--data", type=Path, default=rivals.BUILT, help="folder (build/bench)")
    for name, of in GIVEN.items():
        made.add_argument(f"--{name}", type=Path, metavar="DIR", help=f"{of} files and optima.csv")
    return made


def _needs(key: str) -> str:
    """Return the name of the files that a job needs and the kit has not; "" for none."""
    return next((name for name in GIVEN if key.startswith(name)), "")


def wanted(given: argparse.Namespace) -> list[tuple[Section, list[str]]]:
    """Return the sections asked for, each with the keys of its jobs."""
    found = []
    for name in given.sections or NAMES:
        if name not in NAMES:
            parser().error(f"no section {name}; there are {', '.join(NAMES)}")
        one = section(name)
        usual = one.quick if given.quick else [k for k in one.jobs if k not in one.large]
        keys = [*usual, *(one.large if given.large else [])]
        keys = [key for key in given.job if key in one.jobs] if given.job else keys
        found.append((one, [key for key in keys if not _needs(key) or getattr(given, _needs(key))]))
    known = {key for one, _ in found for key in one.jobs}
    if lost := [key for key in given.job if key not in known]:
        parser().error(f"no job {lost[0]}; there are {', '.join(sorted(known))}")
    return [(one, keys) for one, keys in found if keys]


def run_section(one: Section, keys: list[str], given: argparse.Namespace) -> Iterator[Any]:
    """Run jobs and print their tables; yield each with its key."""
    folder = given.data.resolve() / ("quick" if given.quick else "full") / one.name
    folder.mkdir(parents=True, exist_ok=True)
    folders = {name: getattr(given, name) and getattr(given, name).resolve() for name in GIVEN}
    bench = Bench(folder, given.quick, **folders)
    print(f"\n## {one.name}\n\n{one.says.strip()}", flush=True)
    for key in keys:
        start = time.monotonic()
        with bench.closing:
            job = one.jobs[key](bench)
            if given.quick:
                job.sides = [side for side in job.sides if not side.optional]
            run_in_turn(job, given.runs or (3 if given.quick else 5))
        print(f"\n### `{key}`: {job.title}\n\n{markdown(job, not given.quick)}", flush=True)
        print(f"{one.name} {key}: {time.monotonic() - start:.0f} s", file=sys.stderr)
        yield key, job


def write_result(one: Section, key: str, job: Job) -> None:
    """Put a job's table into RESULTS.md; all else in it stays."""
    parts = record.parse(RESULTS.read_text() if RESULTS.exists() else "")
    repeat = f"bench/{one.name} --job {key}" + (f" --{_needs(key)} DIR" if _needs(key) else "")
    body = f"{markdown(job)}\n\n{record.footer(job, repeat)}"
    parts.setdefault(one.name, {})[key] = record.block_of(key, job.title, body)
    all_of_them = [section(name) for name in NAMES]
    RESULTS.write_text(record.compose(parts, {s.name: (s.says, list(s.jobs)) for s in all_of_them}))


def run_all(chosen: list[tuple[Section, list[str]]], given: argparse.Namespace) -> int:
    """Run sections, keep what is to be kept, compare what is quick; return the exit code."""
    last = record.load(RATIOS) if given.quick else {}
    worse: list[str] = []
    compared = 0
    for one, keys in chosen:
        before = last.get(one.name, {}).get("jobs", {})
        for key, job in run_section(one, keys, given):
            lines = record.got_worse(job, before.get(key, {}))
            worse += [f"{one.name} {key}: {line}" for line in lines]
            compared += sum(len(columns) for columns in before.get(key, {}).values())
            if given.record and given.quick:
                record.keep_ratios(RATIOS, one.name, key, job)
            elif given.record:
                write_result(one, key, job)
    if given.quick:
        head = f"{len(worse)} of {compared} ratios got worse since they were recorded."
        print("\n" + "\n".join([head, *worse]))
    return 1 if worse and given.strict else 0


def main(words: list[str] | None = None) -> int:
    """Do what is asked for; return the exit code."""
    given = parser().parse_args(words)
    chosen = wanted(given)
    if given.list:
        print("\n".join(f"{one.name}: {' '.join(one.jobs)}" for one, _ in chosen))
        return 0
    if given.with_rivals:
        rivals.install([name for one, _ in chosen for name in one.needs])
    print(f"{record.machine()}, commit {record.commit()}")
    try:
        return run_all(chosen, given)
    except SideFailed as failed:
        print(f"bench/run: {failed}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(141)
