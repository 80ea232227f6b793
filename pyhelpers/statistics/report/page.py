"""The report as one HTML page: no network, light and dark, narrow and printed."""

from collections.abc import Iterable, Mapping
from html import escape
from importlib.resources import files
from typing import Any

from pyhelpers import __version__
from pyhelpers.statistics.catalogue import row_of
from pyhelpers.statistics.cluster_labels import centre_rows
from pyhelpers.statistics.correlate import matrix_rows
from pyhelpers.statistics.dictionary import dictionary_of
from pyhelpers.statistics.fit import coefficient_rows
from pyhelpers.statistics.numeric_columns import random_subset
from pyhelpers.statistics.plots import line_of
from pyhelpers.statistics.report import sentences, svg
from pyhelpers.statistics.report.findings import TEXTS, Findings
from pyhelpers.statistics.time_series import period_label, points_of, seconds
from pyhelpers.text import figure

HEATMAP = 12
TOP_VALUES = 8
ROWS = 500  # of a table on the page: 2 MB is the most it may weigh
DOTS = 1_500
DATE_TICKS = 4
SHOWN = ("count", "missing", "mean", "std", "min", "25%", "50%", "75%", "max")
CLASS_COLUMNS = 8


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return "<td></td>"
    if isinstance(value, float):
        return f'<td class="n">{figure(value)}</td>'
    if isinstance(value, int):
        return f'<td class="n">{value:,}</td>'
    return f"<td>{escape(str(value))}</td>"


def table(rows: Iterable[Mapping[str, Any]], caption: str) -> str:
    """Return rows as a table that scrolls by itself where the page is narrow."""
    rows = list(rows)
    if not rows:
        return ""
    more = f" (the first {ROWS} of {len(rows):,})" if len(rows) > ROWS else ""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in rows[0])
    body = "".join(f"<tr>{''.join(map(_cell, row.values()))}</tr>" for row in rows[:ROWS])
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption, quote=True)}">'
        f"<table><caption>{escape(caption + more)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _figure(drawing: str, caption: str) -> str:
    return f"<figure>{drawing}<figcaption>{escape(caption)}</figcaption></figure>"


def _section(title: str, said: list[str], body: str = "") -> str:
    name = title.lower()
    text = "".join(f"<li>{escape(sentence)}</li>" for sentence in said)
    return f'<section id="{name}"><h2>{title}</h2><ul>{text}</ul>{body}</section>'


def _ingest(findings: Findings) -> str:
    rows = [
        {"column": entry.column, "role": entry.role, "type": entry.type, "missing": entry.missing}
        | {"distinct": entry.distinct, "range": entry.range}
        | {"examples": ", ".join(entry.examples), "look at": "; ".join(entry.flags)}
        for entry in dictionary_of(findings.summaries)
    ]
    return table(rows, "Data dictionary")


def _eda(findings: Findings) -> str:
    numbers = [row_of(summary) for summary in findings.of("number")]
    rows = [{key: row[key] for key in ("column", *SHOWN)} for row in numbers]
    drawn = []
    for name, histogram in findings.histograms.items():
        if bins := histogram.binned():
            peak = max(bins, key=lambda part: part[2])
            said = (
                f"Histogram of {name}: {histogram.size:,} values, most from {figure(peak[0])} to "
            )
            said += figure(peak[1])
            drawn.append(_figure(svg.histogram(bins, name, said), name))
    for summary in findings.of("text")[:TEXTS]:
        best = summary.value_counts.top(TOP_VALUES)
        said = f"Most frequent values of {summary.name}: "
        said += ", ".join(f"{word} {times:,}" for word, times in best)
        drawn.append(_figure(svg.bars(best, said), summary.name))
    body = table(rows, "Numbers") + _dates(findings) + f'<div class="grid">{"".join(drawn)}</div>'
    if findings.matrix is not None:
        names, matrix = findings.correlated, findings.matrix
        pair = sentences.strongest_pair(findings)
        said = "Correlations of the numeric columns"
        said += f"; strongest {pair[1]} with {pair[0]}, {pair[2]:.2f}" if pair else ""
        if len(names) <= HEATMAP:
            body += _figure(svg.heatmap(names, matrix.tolist(), said), said)
        else:
            body += table(matrix_rows(names, matrix), said)
    return body


def _dates(findings: Findings) -> str:
    """Return first and last of each column of dates, and what comes in each period."""
    rows = [row_of(summary) for summary in findings.of("date")]
    kept = {"column": "column", "min": "first", "max": "last", "distinct": "distinct"}
    kept |= {"missing": "missing", "unparsed": "not dates"}
    body = table([{new: row[old] for old, new in kept.items()} for row in rows], "Dates")
    drawn = []
    for name, (series, found) in findings.series.items():
        if len(series.periods()) < 2:
            continue
        charts = [("count", "records", 0)]
        charts += [("mean", f"mean {number}", i) for i, number in enumerate(findings.series_of)]
        for how, label, position in charts:
            points = points_of(found.values(how, position), [""])[""]
            if len(points) < 2:
                continue
            at = [(seconds(start), float(value)) for start, value in points]
            steps = range(0, len(points), max(len(points) // DATE_TICKS, 1))
            named = {at[i][0]: period_label(points[i][0], series.span) for i in steps}
            first, last = (period_label(points[i][0], series.span) for i in (0, -1))
            said = f"{label[0].upper()}{label[1:]} by {series.span} of {name}, {first} to {last}"
            floor = 0.0 if how == "count" else None
            drawn.append(_figure(svg.line(at, (name, label), said, named, floor), said))
    return body + (f'<div class="grid">{"".join(drawn)}</div>' if drawn else "")


def _modeling(findings: Findings) -> str:
    if findings.fitted and findings.single:
        rows = table(coefficient_rows(findings.fitted.fit, 0.95), "Coefficients")
        single = findings.single
        x, y = single.fit.names[1], single.target
        dots = [(float(a), float(b), 0) for a, b in single.sample.rows[single.sample.subset(DOTS)]]
        said = f"{y} over {x}, with the regression line and its 95 % band: "
        said += f"slope {figure(float(single.fit.coefficients[1]))}, R2 {single.fit.r2:.3f}"
        line = line_of(single, 0.95).tolist()
        residuals = _residuals(findings)
        return (
            rows
            + f'<div class="grid">{_figure(svg.scatter(dots, (x, y), said, line), said)}'
            + (f"{residuals}</div>")
        )
    if findings.clusters is not None and findings.clustered is not None:
        return _clusters(findings)
    return _classes(findings)


def _residuals(findings: Findings) -> str:
    assert findings.fitted is not None
    sample = findings.fitted.sample
    points = sample.rows[sample.subset(DOTS)]
    predicted = findings.fitted.fit.predict(points[:, :-1])
    away = (points[:, -1] - predicted).tolist()
    dots = [(float(x), y, 0) for x, y in zip(predicted, away, strict=True)]
    said = f"Residuals over fitted {findings.fitted.target}: no pattern means a straight line fits"
    return _figure(svg.scatter(dots, ("fitted", "residual"), said), said)


def _clusters(findings: Findings) -> str:
    found, rows = findings.clusters, findings.clustered
    assert found is not None and rows is not None
    labels = [str(i) for i in range(len(found.centres))]
    body = table(centre_rows(found, labels), "Centres, in the data's own units")
    chosen = random_subset(len(rows), DOTS)
    drawn = []
    for i in range(1, min(len(found.names), 4)):
        said = f"Clusters in {found.names[0]} and {found.names[i]}"
        values = zip(rows[chosen, 0], rows[chosen, i], found.labels[chosen], strict=True)
        dots = [(float(x), float(y), int(c)) for x, y, c in values]
        drawn.append(_figure(svg.scatter(dots, (found.names[0], found.names[i]), said), said))
    return body + f'<div class="grid">{"".join(drawn)}</div>'


def _classes(findings: Findings) -> str:
    rows = []
    for label, summaries in findings.classes.items():
        means = {s.name: s.moments.mean for s in summaries[:CLASS_COLUMNS]}
        rows.append({str(findings.target): label, "records": summaries[0].count} | means)
    return table(rows, f"Means by {findings.target}")


def render(findings: Findings) -> str:
    """Return the whole page."""
    style = (files("pyhelpers.statistics.report") / "style.css").read_text()
    title = escape(f"Report on {findings.source}")
    body = (
        _section("Ingest", sentences.ingest(findings), _ingest(findings))
        + _section("EDA", sentences.eda(findings), _eda(findings))
        + _section("Modeling", sentences.modeling(findings), _modeling(findings))
        + _section("Conclusion", sentences.conclusion(findings))
    )
    links = "".join(
        f'<a href="#{name.lower()}">{name}</a>'
        for name in ("Ingest", "EDA", "Modeling", "Conclusion")
    )
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><style>{style}</style></head>'
        f"<body><header><h1>{title}</h1><nav>{links}</nav></header><main>{body}</main>"
        f"<footer>Made by csv-stats {__version__}.</footer></body></html>\n"
    )
