"""Plain sentences for a decision-maker, made only from what was measured."""

from pyhelpers.statistics.moments import shape_note, tail_warning
from pyhelpers.statistics.report.findings import Findings

MANY_MISSING = 0.05
STRONG = 0.5
NOTED = 6
STEPS = ((0.75, "most"), (0.4, "a good part"), (0.1, "a part"), (0.0, "next to nothing"))


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else "0%"


def ingest(findings: Findings) -> list[str]:
    """Say what was read, and what is wrong with it."""
    columns = findings.summaries
    kinds = {"number": "numbers", "text": "text", "date": "dates", "boolean": "truth values"}
    held = [(len(findings.of(kind)), name) for kind, name in (kinds | {"empty": "nothing"}).items()]
    listed = ", ".join(f"{count} of {name}" for count, name in held if count)
    said = [f"{findings.records:,} records of {len(columns)} columns were read: {listed}."]
    if findings.sampled_from:
        said.append(findings.sampled_from)
    if findings.skipped:
        said.append(f"{findings.skipped:,} bad records were left out.")
    cells = findings.records * len(columns)
    missing = sum(summary.missing for summary in columns)
    if not missing:
        said.append("No value is missing.")
    else:
        said.append(f"{missing:,} values are missing, {_share(missing, cells)} of all.")
    for summary in [s for s in columns if s.missing > MANY_MISSING * findings.records][:NOTED]:
        share = _share(summary.missing, findings.records)
        said.append(f"{summary.name} is missing in {share} of the records.")
    for summary in [s for s in columns if s.unparsed][:NOTED]:
        some = f"{summary.unparsed:,} values that are no {summary.kind}"
        said.append(f"{summary.name} holds {some}, such as {summary.first_unparsed!r}.")
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
    """Say how the columns are distributed and which go together."""
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
    for summary in [s for s in findings.of("text") if s.value_counts.exact][:NOTED]:
        value, times = summary.value_counts.top()[0]
        share = _share(times, summary.count)
        said.append(f"{summary.name} has {summary.distinct:,} values; {value!r} is {share}.")
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
    """Say what was modelled, and how well it does on records it has not seen."""
    said = []
    if fitted := findings.fitted:
        features = len(fitted.fit.names) - 1
        said.append(
            f"{fitted.target} was fitted by least squares on {features} "
            f"column{'s' if features > 1 else ''} over {fitted.fit.count:,} complete records; "
            f"it explains {fitted.fit.r2:.1%} of the variance (R2)."
        )
        if fitted.held_out_rmse == fitted.held_out_rmse:
            said.append(
                f"On {fitted.held_out:,} records held out at random it is off by "
                f"{fitted.held_out_rmse:.4g} (root mean square), R2 {fitted.held_out_r2:.3f}."
            )
        if features > 1:
            said.append(
                "Coefficients are per unit of their column; the standardised ones may be compared."
            )
    elif clusters := findings.clusters:
        k = len(clusters.centres)
        said.append(
            f"Scaled k-means finds {k} clusters in {', '.join(clusters.names)} "
            f"(mean silhouette {clusters.silhouette:.2f}: {_separation(clusters.silhouette)})."
        )
    elif findings.classes:
        said.append(f"{findings.target} is no number; the records are compared by its values.")
    else:
        said.append("There was nothing to model: no numeric column is left that could explain.")
    if findings.left_out:
        said.append(f"Left out of the model: {'; '.join(findings.left_out)}.")
    return said


def _separation(silhouette: float) -> str:
    # Kaufman and Rousseeuw, "Finding Groups in Data", 1990, table 4.
    steps = ((0.7, "clearly apart"), (0.5, "apart"), (0.25, "weakly apart"))
    return next((word for least, word in steps if silhouette > least), "hardly apart")


def conclusion(findings: Findings) -> list[str]:
    """Say what follows, and what should be looked at before it is relied on."""
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
                f"(95 % interval {slope - half:.4g} to {slope + half:.4g})."
            )
        said.append("This is what goes together, not what causes what.")
    elif clusters := findings.clusters:
        said.append(f"The records fall into {len(clusters.centres)} groups; see their centres.")
        if clusters.silhouette <= 0.5:
            said.append("The groups overlap: take them as a summary, not as kinds.")
    elif gap := class_gap(findings):
        said.append(
            f"The values of {findings.target} differ most in {gap[0]}: their means lie up to "
            f"{gap[1]:.1f} standard deviations apart."
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
        said.append("The data show no gap and no fat tail that would stand against using them.")
    return said
