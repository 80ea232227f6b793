"""Sentences of a report, for a decision-maker: only what was measured."""

from pyhelpers.statistics.moments import shape_note, tail_warning
from pyhelpers.statistics.numeric_columns import not_counted
from pyhelpers.statistics.report.findings import CORRELATED, DATES, HISTOGRAMS, TEXTS, Findings
from pyhelpers.text import counted, figure

MANY_MISSING = 0.05
STRONG = 0.5
NOTED = 6
STEPS = ((0.75, "most"), (0.4, "a good part"), (0.1, "a part"), (0.0, "next to nothing"))


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else "0%"


def ingest(findings: Findings) -> list[str]:
    """Return sentences on the data that were read, and their faults."""
    columns = findings.summaries
    kinds = {"number": "numbers", "text": "text", "date": "dates", "boolean": "booleans"}
    held = [(len(findings.of(kind)), name) for kind, name in (kinds | {"empty": "nothing"}).items()]
    listed = ", ".join(f"{count} of {name}" for count, name in held if count)
    records = counted(findings.records, "record")
    said = [f"{records} of {counted(len(columns), 'column')} were read: {listed}."]
    if findings.sampled_from:
        said.append(findings.sampled_from)
    if findings.skipped:
        bad = counted(findings.skipped, "bad record was", "bad records were")
        said.append(f"{bad} left out.")
    cells = findings.records * len(columns)
    missing = sum(summary.missing for summary in columns)
    if not missing:
        said.append("No value is missing.")
    else:
        values = counted(missing, "value is", "values are")
        said.append(f"{values} missing, {_share(missing, cells)} of all.")
    for summary in [s for s in columns if s.missing > MANY_MISSING * findings.records][:NOTED]:
        share = _share(summary.missing, findings.records)
        said.append(f"{summary.name} is missing in {share} of the records.")
    for summary in [s for s in columns if s.unparsed][:NOTED]:
        example = summary.first_unparsed
        said.append(not_counted(summary.name, summary.kind, summary.unparsed, example) + ".")
    return said


def dates(findings: Findings) -> list[str]:
    """Return sentences on the first and last date of each column."""
    said = []
    for summary in findings.of("date")[:NOTED]:
        first, last = summary.value_counts.first, summary.value_counts.last
        if first and last:
            said.append(f"{summary.name} runs from {first[1]} to {last[1]}.")
    return said


def shown(findings: Findings) -> list[str]:
    """Return sentences on the columns that are not drawn: those after the first few."""
    said = []
    for kind, most, verb in (
        ("number", HISTOGRAMS, "drawn"), ("number", CORRELATED, "correlated"),
        ("text", TEXTS, "drawn"), ("date", DATES, "drawn"),
    ):  # fmt: skip
        if (count := len(findings.of(kind))) > most:
            said.append(f"Of {count:,} columns of {kind}s the first {most} are {verb}.")
    return said


def strongest_pair(findings: Findings) -> tuple[str, str, float] | None:
    """Return the two columns of the strongest correlation."""
    if findings.matrix is None:
        return None
    pairs = [
        (findings.correlated[i], findings.correlated[j], float(findings.matrix[i, j]))
        for i in range(len(findings.correlated))
        for j in range(i)
        if findings.matrix[i, j] == findings.matrix[i, j]
    ]
    return max(pairs, key=lambda pair: abs(pair[2]), default=None)


def eda(findings: Findings) -> list[str]:
    """Return sentences on the distributions of the columns, and on their correlations."""
    said = []
    notes: dict[str, list[str]] = {}
    for summary in findings.of("number"):
        if note := shape_note(summary.moments):
            notes.setdefault(note, []).append(summary.name)
    for note, names in notes.items():
        more = f" and {len(names) - NOTED} more" if len(names) > NOTED else ""
        said.append(f"Shape, {note}: {', '.join(names[:NOTED])}{more}.")
    warnings = [tail_warning(s.name, s.moments) for s in findings.of("number")]
    said += [f"{warning}." for warning in warnings if warning][:NOTED]
    if pair := strongest_pair(findings):
        direction = "rise together" if pair[2] > 0 else "move against each other"
        strength = "strongly" if abs(pair[2]) >= STRONG else "weakly"
        said.append(f"{pair[1]} and {pair[0]} {direction} most, {strength} (r = {pair[2]:.2f}).")
    said += dates(findings) + shown(findings)
    for summary in [s for s in findings.of("text") if s.value_counts.exact][:NOTED]:
        value, times = summary.value_counts.top()[0]
        share = _share(times, summary.count)
        values = counted(summary.distinct, "different value")
        said.append(f"{summary.name} has {values}; {share} are {value!r}.")
    return said


def class_gap(findings: Findings) -> tuple[str, float] | None:
    """Return the column whose means differ most between the classes, in standard deviations."""
    spread = {s.name: s.moments.std for s in findings.summaries if s.kind == "number"}
    means: dict[str, list[float]] = {}
    for group in findings.classes.values():
        for summary in group:
            if summary.kind == "number":
                means.setdefault(summary.name, []).append(summary.moments.mean)
    gaps = [(name, (max(m) - min(m)) / spread[name]) for name, m in means.items() if spread[name]]
    return max(gaps, key=lambda gap: gap[1], default=None)


def modeling(findings: Findings) -> list[str]:
    """Return sentences on the model, and on its error on held-out records."""
    said = []
    if fitted := findings.fitted:
        features = len(fitted.fit.names) - 1
        said.append(
            f"{fitted.target} was fitted by least squares on {counted(features, 'column')} "
            f"over {counted(fitted.fit.count, 'complete record')}; "
            f"it explains {fitted.fit.r2:.1%} of the variance (R2)."
        )
        if fitted.held_out_rmse == fitted.held_out_rmse:
            said.append(
                f"On {counted(fitted.held_out, 'record')} held out at random the root mean square "
                f"error is {figure(fitted.held_out_rmse)}, R2 {fitted.held_out_r2:.3f}."
            )
        if features > 1:
            said.append(
                "Coefficients depend on the units of their columns; compare the standardised ones."
            )
    elif clusters := findings.clusters:
        k = len(clusters.centres)
        said.append(
            f"K-means on scaled columns finds {k} clusters in {', '.join(clusters.names)} "
            f"(mean silhouette {clusters.silhouette:.2f}: {_separation(clusters.silhouette)})."
        )
    elif findings.classes:
        said.append(f"{findings.target} is not a number; the records are compared by its values.")
    else:
        said.append("There was nothing to model: no usable numeric column is left.")
    if findings.left_out:
        said.append(f"Left out of the model: {'; '.join(findings.left_out)}.")
    return said


def _separation(silhouette: float) -> str:
    # Kaufman and Rousseeuw, "Finding Groups in Data", 1990, table 4.
    steps = ((0.7, "clearly separated"), (0.5, "separated"), (0.25, "weakly separated"))
    return next((word for least, word in steps if silhouette > least), "hardly separated")


def conclusion(findings: Findings) -> list[str]:
    """Return sentences on what follows, and what to check before relying on it."""
    said = []
    if fitted := findings.fitted:
        r2 = fitted.held_out_r2 if fitted.held_out_r2 == fitted.held_out_r2 else fitted.fit.r2
        amount = next((word for least, word in STEPS if r2 >= least), STEPS[-1][1])
        said.append(f"What was measured explains {amount} of {fitted.target}.")
        single = findings.single
        if single is not None:
            name, slope = single.fit.names[1], float(single.fit.coefficients[1])
            half = 1.96 * float(single.fit.errors[1])
            said.append(
                f"One more in {name} goes with {slope:+.4g} in {fitted.target} "
                f"(95 % interval {figure(slope - half)} to {figure(slope + half)})."
            )
        said.append("This is correlation, not cause.")
    elif clusters := findings.clusters:
        said.append(f"The records fall into {len(clusters.centres)} groups; see their centres.")
        if clusters.silhouette <= 0.5:
            said.append("The groups overlap: take them as a summary, not as separate kinds.")
    elif gap := class_gap(findings):
        said.append(
            f"The values of {findings.target} differ most in {gap[0]}: their means differ by up to "
            f"{gap[1]:.1f} standard deviations."
        )
    said += _cautions(findings)
    return said


def _cautions(findings: Findings) -> list[str]:
    said = []
    gaps = [s.name for s in findings.summaries if s.missing > MANY_MISSING * findings.records]
    if gaps:
        said.append(f"Find out why values are missing first: {', '.join(gaps[:NOTED])}.")
    fat = [s.name for s in findings.of("number") if tail_warning(s.name, s.moments)]
    if fat:
        said.append(f"Judge {', '.join(fat[:NOTED])} by quantiles: their tails are fat.")
    if not said:
        said.append("No column has many missing values or fat tails.")
    return said
