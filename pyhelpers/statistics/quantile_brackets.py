"""From a sketch to exact quantiles: intervals that must hold them, for one more reading."""

from collections.abc import Callable
from dataclasses import replace

from pyhelpers.statistics.column_summary import Plan, Summary
from pyhelpers.statistics.exact_quantiles import Bracket

Edges = dict[tuple[str, str], list[tuple[float, float, list[float]]]]
Groups = dict[str, list[Summary]]


def edges_of(groups: Groups) -> Edges:
    """Return, for each group and column that has a sketch, intervals that hold its quantiles."""
    edges: Edges = {}
    for label, summaries in groups.items():
        for summary in summaries:
            sketch = summary.quantiles.sketch
            if sketch is None or not sketch.count or summary.kind != "number":
                continue
            reach = (2 * sketch.error + 2 * (1 << len(sketch.levels)) + 2) / sketch.count
            found = []
            for q in summary.plan.fractions:
                low, high = sketch.quantiles([max(q - reach, 0.0), min(q + reach, 1.0)])
                low = low if q - reach > 0 else float("-inf")
                high = high if q + reach < 1 else float("inf")
                found.append((low, high, [q]))
            edges[label, summary.name] = found
    return edges


def bracketing(edges: Edges, plan: Plan) -> Callable[[str, str], Summary]:
    """Return what makes summaries that keep the numbers between the edges, and no others."""
    plain = replace(plan, shape=False, distinct=False)

    def make(label: str, name: str) -> Summary:
        summary = Summary(name, plain)
        wanted = edges.get((label, name), [])
        summary.quantiles.brackets = [Bracket(*edge) for edge in wanted]
        summary.quantiles.whole, summary.quantiles.soft = False, 1 << 62
        return summary

    return make


def settle(groups: Groups, second: Groups, edges: Edges) -> None:
    """Give the summaries the brackets of the second reading, which decide their quantiles."""
    for label, summaries in groups.items():
        exact = {summary.name: summary for summary in second.get(label, [])}
        for summary in summaries:
            if (label, summary.name) in edges:
                summary.quantiles.brackets = exact[summary.name].quantiles.brackets
