"""What is kept of the benchmarks: RESULTS.md of full runs, ratios.json of quick ones."""

import datetime
import json
import os
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

from bench.side_by_side import ROOT, Column, Job
from bench.table import Spread, headings, spreads

WORSE_BY = 0.25  # of the last median, beside being outside its rounds
HEAD = """# Results

Each table: the sides ran in turn, A B A B ..., in one run on one machine; shown are medians, of
ratios also the range over the rounds, of memory the largest process's peak of all rounds (with
bare Python's 9 MB as its least). A ratio is to the side that has 1.00. Read ratios, not seconds.
A goal is the kit's own, set before it was built; one that is missed says so. Written by
`make bench`; the last line of a table says how to repeat it.
"""


def machine() -> str:
    """Say in one line on what was measured."""
    return ", ".join(filter(None, [processor(), f"{os.cpu_count()} cores", memory(), system()]))


def processor() -> str:
    """Return the processor's name, where Linux names it, else its architecture."""
    try:
        found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.machine()


def memory() -> str:
    """Return the machine's memory in GiB; "" where it is unknown."""
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    except (OSError, ValueError):
        return ""


def system() -> str:
    """Return kernel and Python."""
    kernel = f"{platform.system()} {platform.release().split('-')[0]}"
    return f"{kernel}, Python {platform.python_version()}"


def commit() -> str:
    """Return the checkout's commit, with + where files differ from it; "" outside git.

    What the benchmarks write themselves does not count.
    """

    def git(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)

    name = git("rev-parse", "--short", "HEAD").stdout.strip()
    own = [f":!bench/{file}" for file in ("RESULTS.md", "ratios.json")]
    return name + "+" * bool(name and git("diff", "--quiet", "HEAD", "--", *own).returncode)


def footer(job: Job, repeat: str) -> str:
    """Return the line below a table: when, on what, which versions, and how to repeat it."""
    rounds = max((len(side.rounds) for side in job.sides), default=0)
    versions = sorted({side.version for side in job.sides if side.version and not side.missing})
    today = datetime.date.today().isoformat()
    when = f"{today}, commit {commit()}, {rounds} rounds, load {job.load:.1f} before"
    said = [f"{when}; {machine()}.", *([f"Beside {', '.join(versions)}."] if versions else [])]
    return " ".join([*said, f"Repeat: `{repeat}`"])


def block_of(key: str, title: str, body: str) -> str:
    """Return one job's part of RESULTS.md."""
    return f"### `{key}`: {title}\n\n{body}\n"


def parse(text: str) -> dict[str, dict[str, str]]:
    """Return section -> job -> its part, of a RESULTS.md.

    Examples
    --------
    >>> parse("# Results\\n\\n## one\\n\\nSaid.\\n\\n### `a`: A\\n\\n| x |\\n\\n### `b`: B\\n")
    {'one': {'a': '### `a`: A\\n\\n| x |\\n', 'b': '### `b`: B\\n'}}
    """
    found: dict[str, dict[str, str]] = {}
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        name = part.split("\n", 1)[0].strip()
        pieces = re.split(r"^(?=### `)", part, flags=re.MULTILINE)[1:]
        found[name] = {piece[5 : piece.index("`", 5)]: piece.strip() + "\n" for piece in pieces}
    return found


def compose(parts: dict[str, dict[str, str]], sections: dict[str, tuple[str, list[str]]]) -> str:
    """Return RESULTS.md: sections and jobs in the bench's order, those gone left out.

    Parameters
    ----------
    parts : dict
        As `parse` returns it.
    sections : dict
        Section -> (what it says of itself, its jobs).
    """
    lines = [HEAD]
    for name, (says, jobs) in sections.items():
        there = [parts.get(name, {})[job] for job in jobs if job in parts.get(name, {})]
        if there:
            lines += [f"## {name}\n", says.strip() + "\n", *there]
    return "\n".join(lines)


def watched(job: Job) -> dict[str, Column]:
    """Return the columns that show whether the kit became slower, on any machine."""
    columns = headings(job).items()
    return {name: column for name, column in columns if name == column.ratio or column.kept}


def ratios(job: Job) -> dict[str, dict[str, list[float]]]:
    """Return what is kept of the kit's sides: side -> column -> [least, median, largest]."""
    found, columns = spreads(job), watched(job)
    kept: dict[str, dict[str, list[float]]] = {}
    for side in job.sides:
        if side.ours and side is not job.sides[-1]:
            values = {name: found[side.name][name] for name in columns if name in found[side.name]}
            kept[side.name] = {
                name: [round(each, 4) for each in (value.low, value.middle, value.high)]
                for name, value in values.items()
            }
    return kept


def worse_by(now: Spread, then: Spread, gain: bool) -> float:
    """Return by what share a median got worse; 0 where it is no more than noise.

    Noise is up to a quarter, and rounds of which one is within the range of last time's.

    Examples
    --------
    >>> then = Spread(0.9, 1.0, 1.1)
    >>> worse_by(Spread(1.4, 1.5, 1.6), then, gain=False)
    0.5
    >>> worse_by(Spread(1.0, 1.5, 1.6), then, gain=False)
    0.0
    """
    if gain:
        now, then = (Spread(-each.high, -each.middle, -each.low) for each in (now, then))
    more = now.middle - then.middle
    allowed = WORSE_BY * abs(then.middle)
    if more <= allowed or now.low <= then.high:
        return 0.0
    return more / abs(then.middle) if then.middle else float("inf")


def got_worse(job: Job, last: dict[str, dict[str, list[float]]]) -> list[str]:
    """Return a line for each of the job's ratios that is worse than the last one."""
    lines, columns = [], watched(job)
    for side, values in spreads(job).items():
        for name, then in last.get(side, {}).items():
            if name not in values or name not in columns:
                continue
            share = worse_by(values[name], Spread(*then), columns[name].gain)
            if share:
                now = values[name].middle
                lines.append(f"{side}, {name}: {then[1]:.2f}, now {now:.2f} ({share:+.0%})")
    return lines


def load(path: Path) -> Any:
    """Return ratios.json: section -> {"machine", "date", "jobs"}; {} where there is none."""
    return json.loads(path.read_text()) if path.exists() else {}


def keep_ratios(path: Path, section: str, key: str, job: Job) -> None:
    """Keep a quick job's ratios; all else in the file stays."""
    kept = load(path)
    before = kept.get(section, {}).get("jobs", {})
    today = datetime.date.today().isoformat()
    kept[section] = {"machine": machine(), "date": today, "jobs": before | {key: ratios(job)}}
    text = json.dumps(kept, indent=1, sort_keys=True)
    # A line for each ratio: a change is seen in one.
    text = re.sub(r"\[[^\[\]]+\]", lambda found: " ".join(found[0].split()), text)
    path.write_text(text + "\n")
