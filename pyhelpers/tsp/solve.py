"""Solve a problem: choose the method by size, then bound or prove the route."""

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from pyhelpers import KitError
from pyhelpers.tsp import compiled_search
from pyhelpers.tsp.branch_and_cut import prove
from pyhelpers.tsp.candidate_edges import FEW
from pyhelpers.tsp.construction import first_order, simulate
from pyhelpers.tsp.distances import MatrixDistances
from pyhelpers.tsp.exact import MOST_NODES, check_ways, explain_no_tour, held_karp
from pyhelpers.tsp.kept_tour import Report
from pyhelpers.tsp.lower_bounds import lower_bound
from pyhelpers.tsp.problem import Problem
from pyhelpers.tsp.search import COMPILED_FIRST, CUT_SECONDS, SearchOptions, search
from pyhelpers.tsp.solution import Solution
from pyhelpers.tsp.symmetric import SymmetricForm, cycle_matrix, route_of, symmetric_form

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

EXACT_NODES = 17  # 16 cities and the node that closes an open route: 0.2 s
EXACT_AT_MOST = {"auto": EXACT_NODES, "exact": MOST_NODES}
LEAST_NODES = 9  # below, every method but greedy is exact
ANY_NODES = 1_000  # up to which branch and cut looks for any tour over the edges given
PROVE_NODES, PROVE_SECONDS = 150, 10.0  # limits of a proof by default; or --time


def solve(
    problem: Problem, options: SearchOptions, report: Report = lambda seconds, length: None
) -> Solution:
    """Find a short route; Ctrl-C ends the search and returns the best so far.

    Parameters
    ----------
    report : function of (seconds, length)
        Called with each better route while the search goes on.

    Raises
    ------
    KitError
        When there is no tour or none was found; when a method cannot solve the problem.
    """
    try:
        check_ways(problem)
        start = time.monotonic()
        _import_what_computes(problem, options)
        taken = options.kept.seconds if options.kept is not None else 0.0
        begin = options.begin + time.monotonic() - start - taken
        return _solve(problem, replace(options, begin=begin), report)
    except KeyboardInterrupt:
        return _at_once(problem)


def _solve(problem: Problem, options: SearchOptions, report: Report) -> Solution:
    begin, nodes = time.monotonic(), problem.size + (not problem.closed)
    most = EXACT_AT_MOST.get(options.method, 0)
    if options.seconds is not None:
        most = min(most, EXACT_NODES)  # of a second; branch and cut looks at the clock
    if options.method == "greedy":
        solution = _greedy(problem, options)
    elif nodes < LEAST_NODES or nodes <= most:
        solution = _exact(problem)
    else:
        return _search(problem, options, report)
    solution.seconds = time.monotonic() - begin
    if solution.proved or not options.bound or solution.interrupted:
        return solution
    return _assess(problem, options, solution, None)


def _at_once(problem: Problem) -> Solution:
    """Return a route for who stops the search before it has any."""
    tour = first_order(problem)
    length = problem.length(tour)
    if not math.isfinite(length):
        raise KeyboardInterrupt  # there is no route yet
    return Solution(tour, length, "first order", interrupted=True)


def _import_what_computes(problem: Problem, options: SearchOptions) -> None:
    """Import what the search and the bound need: that is start-up, which no limit counts."""
    if options.bound or problem.size > FEW:
        import scipy.sparse.csgraph
        import scipy.spatial
    if options.prove or options.cutting(problem.size):
        import scipy.optimize  # noqa: F401
    if problem.size >= COMPILED_FIRST:
        compiled_search.ready(0.0)


def _search(problem: Problem, options: SearchOptions, report: Report) -> Solution:
    begin, form = time.monotonic(), symmetric_form(problem)
    until = options.search_until(form.size, _proving(form, options) or _has_missing_edges(problem))
    nodes, method, interrupted = search(form, options, report, until)
    if not math.isfinite(form.length(nodes)) and not interrupted:
        nodes, method = _any_tour(form, nodes, options), f"{method} and cuts"
    if not math.isfinite(form.length(nodes)):
        raise explain_no_tour(problem, proved=False)
    tour = oriented(problem, form.route(nodes))
    length = problem.length(tour)
    seconds = time.monotonic() - begin
    solution = Solution(tour, length, method, seconds, interrupted=interrupted)
    if interrupted or not (options.bound or _proving(form, options)):
        return solution
    return _assess(problem, options, solution, form)


def _any_tour(form: SymmetricForm, nodes: "Array", options: SearchOptions) -> "Array":
    """Return a tour without missing edges where the search found none; else `nodes`."""
    if form.size > ANY_NODES:
        return nodes
    proof = prove(form, nodes, options.proof_until(PROVE_SECONDS) - time.monotonic())
    if proof.proved and not math.isfinite(form.length(proof.tour)):
        raise explain_no_tour(form.problem, proved=True)
    return proof.tour


def _assess(
    problem: Problem, options: SearchOptions, solution: Solution, form: SymmetricForm | None
) -> Solution:
    """Add a bound or a proof to a route; Ctrl-C ends that and keeps what is known."""
    try:
        if problem.size + (not problem.closed) <= EXACT_NODES:
            exact = _exact(problem)
            _take_bound(solution, exact.length, "Held-Karp")
        else:
            _bound(problem, options, solution, form or symmetric_form(problem))
    except KeyboardInterrupt:
        solution.interrupted = True
    return solution


def _bound(
    problem: Problem, options: SearchOptions, solution: Solution, form: SymmetricForm
) -> None:
    nodes, proving = form.tour(solution.tour), _proving(form, options)
    until = None if options.seed is not None else options.bound_until(form.size, proving)
    bound, name = lower_bound(problem, form, nodes, until)
    if bound > 0 or solution.length <= 0:  # else there was no time for one
        _take_bound(solution, bound, name)
    if solution.proved:
        return
    if proving or options.cutting(form.size):
        wanted = options.prove or options.method == "exact"
        seconds = math.inf if wanted else PROVE_SECONDS if proving else CUT_SECONDS * 2 / 3
        until = options.proof_until(seconds)
        proof = prove(form, nodes, until - time.monotonic())
        tour = oriented(problem, form.route(proof.tour))
        if problem.length(tour) < solution.length:
            solution.tour, solution.length = tour, problem.length(tour)
        if proof.bound > 0:  # else there was no time for one
            _take_bound(solution, proof.bound, "subtour cuts")
        if proof.proved:
            solution.method += " and cuts"
            solution.proved, solution.lower_bound = True, solution.length


def _proving(form: SymmetricForm, options: SearchOptions) -> bool:
    """Return whether a proof follows: where it is wanted, and by default of small problems."""
    if options.prove is not None or options.method == "exact":
        return options.prove is not False
    return options.seed is None and options.bound and form.size <= PROVE_NODES


def _has_missing_edges(problem: Problem) -> bool:
    import numpy as np

    distances = problem.distances
    return isinstance(distances, MatrixDistances) and bool(np.isinf(distances.matrix).any())


def _take_bound(solution: Solution, bound: float, name: str) -> None:
    """Keep the higher of two bounds; one that reaches the length is a proof."""
    if solution.lower_bound is None or bound > solution.lower_bound:
        solution.lower_bound, solution.bound = bound, name
    if solution.length <= solution.lower_bound:
        solution.proved, solution.lower_bound = True, solution.length


def oriented(problem: Problem, tour: "Array") -> "Array":
    """Return a route in the same direction on every run, where both are equally long.

    A closed tour goes from its start to the neighbour that is first in the input; a path starts
    with the end that is.
    """
    import numpy as np

    if problem.size < 3 and problem.closed or not problem.distances.symmetric:
        return tour
    if problem.closed:
        return np.append(tour[:1], tour[:0:-1]) if tour[1] > tour[-1] else tour
    fixed = problem.start is not None or problem.end is not None
    return tour if fixed or tour[0] < tour[-1] else tour[::-1]


def _exact(problem: Problem) -> Solution:
    found = held_karp(cycle_matrix(problem))
    if found is None:
        raise explain_no_tour(problem, proved=True)
    tour = oriented(problem, route_of(problem, found[0]))
    length = problem.length(tour)
    return Solution(tour, length, "Held-Karp", 0.0, length, "Held-Karp", proved=True)


def _greedy(problem: Problem, options: SearchOptions) -> Solution:
    """Return the best of the greedy routes; a KitError when each ran into a dead end."""
    until = math.inf if options.seconds is None else options.begin + options.seconds
    simulation = simulate(problem, options.simulations, options.seed or 0, until)
    if simulation.tour is None:
        raise KitError("every greedy route ran into a dead end; try --method auto")
    length = problem.length(simulation.tour)
    found = Solution(simulation.tour, length, "nearest neighbour", simulation=simulation)
    found.interrupted = simulation.interrupted
    return found
