"""Medians, ratios and goals of a job's rounds, and its Markdown table."""

import statistics
from dataclasses import dataclass

from bench.side_by_side import Column, Goal, Job, Side


@dataclass(frozen=True)
class Spread:
    """What the rounds of one side gave in one column."""

    low: float
    middle: float
    high: float


def spread(values: list[float]) -> Spread:
    """Return least, median and largest.

    Examples
    --------
    >>> spread([3.0, 1.0, 2.0, 10.0])
    Spread(low=1.0, middle=2.5, high=10.0)
    """
    return Spread(min(values), statistics.median(values), max(values))


def compared_with(job: Job) -> Side:
    """Return the side that the others are compared with."""
    first = job.columns[0].name
    rivals = [side for side in job.sides if side.rounds and not side.ours]
    if not job.to_quickest or not rivals:
        return job.sides[-1]
    return min(rivals, key=lambda side: spread([values[first] for values in side.rounds]).middle)


def headings(job: Job) -> dict[str, Column]:
    """Return the name of each column of the table, in order, and what it is made of."""
    plain = {column.name: column for column in job.columns}
    against = {name: c for c in job.columns for name in (c.ratio, c.over) if name}
    return plain | against


def column_of(name: str, side: Side, base: Side, column: Column) -> list[float]:
    """Return one column's values in each round, [] where it has none.

    Ratios and differences are taken round by round, so that a machine whose speed drifts does
    not matter.
    """
    mine = [values[column.name] for values in side.rounds if column.name in values]
    if name == column.name:
        return mine
    theirs = [values[column.name] for values in base.rounds if column.name in values]
    if not mine or len(mine) != len(theirs):
        return []
    if name == column.over:
        return [a - b for a, b in zip(mine, theirs, strict=True)]
    return [a / b for a, b in zip(mine, theirs, strict=True)]


def spreads(job: Job) -> dict[str, dict[str, Spread]]:
    """Return side -> column of the table -> what its rounds gave."""
    base = compared_with(job)
    found: dict[str, dict[str, Spread]] = {}
    for side in job.sides:
        columns = headings(job).items()
        values = {name: column_of(name, side, base, column) for name, column in columns}
        found[side.name] = {name: spread(each) for name, each in values.items() if each}
    return found


def shown(name: str, column: Column, side: Side, values: dict[str, Spread]) -> str:
    """Return a cell: the median, for a ratio with its range over the rounds."""
    if name not in values:
        return ""
    value = values[name]
    if name == column.ratio:
        middle, low, high = (f"{each:.2f}" for each in (value.middle, value.low, value.high))
        return middle if low == high else f"{middle} ({low}-{high})"
    number = value.high if column.most else value.middle
    return f"{number:,.{column.digits}f}"


def verdict(goal: Goal, column: Column, values: dict[str, Spread]) -> str:
    """Return a goal and whether it was reached; "" where there is no figure.

    Examples
    --------
    >>> ratio = Column("wall s", ratio="ratio")
    >>> verdict(Goal("ratio", most=0.3), ratio, {"ratio": Spread(0.29, 0.31, 0.35)})
    'at most 0.3: **missed**'
    """
    if goal.column not in values:
        return ""
    value = values[goal.column].high if column.most else values[goal.column].middle
    bound, word = (goal.most, "at most") if goal.least is None else (goal.least, "at least")
    assert bound is not None
    reached = value <= bound if goal.least is None else value >= bound
    return f"{word} {bound:,g}: " + ("met" if reached else "**missed**")


def verdicts(side: Side, columns: dict[str, Column], values: dict[str, Spread]) -> str:
    """Return what came of a side's goals, columns that came to the same together."""
    said: dict[str, list[str]] = {}
    for goal in side.goals:
        said.setdefault(verdict(goal, columns[goal.column], values), []).append(goal.column)
    return "; ".join(f"{', '.join(names)} {text}" for text, names in said.items() if text)


def markdown(job: Job, goals: bool = True) -> str:
    """Return the table; goals only where they are meant for data of this size."""
    columns, found = headings(job), spreads(job)
    judged = goals and any(side.goals for side in job.sides)
    names = ["side", *columns, *(["goal"] if judged else [])]
    rules = ["---", *("---:" for _ in columns), *(["---"] if judged else [])]
    lines = [names, rules]
    for side in job.sides:
        cells = [shown(name, column, side, found[side.name]) for name, column in columns.items()]
        if side.missing:
            cells[0] = "not installed"
        said = [verdicts(side, columns, found[side.name])] if judged else []
        lines.append([side.name, *cells, *said])
    rows = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([*rows, *(["", job.says(job)] if job.says else [])])
