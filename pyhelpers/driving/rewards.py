"""Reward functions: the chapter's two, and one read from a file."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from pyhelpers import KitError

Reward = Callable[[dict[str, Any]], float]

NOTHING = 1e-3  # reward of a step that should not be repeated
BANDS = ((0.10, 1.0), (0.25, 0.5), (0.50, 0.1))  # share of the lane's width: reward
MARGIN_M = 0.05


def follow_center_line(params: Mapping[str, Any]) -> float:
    """Reward closeness to the centre line, in three bands.

    Parameters
    ----------
    params : dict
        With track_width and distance_from_center, in metres.

    Examples
    --------
    >>> [follow_center_line({"track_width": 1.0, "distance_from_center": d})
    ...  for d in (0.0, 0.1, 0.2, 0.5, 0.6)]
    [1.0, 1.0, 0.5, 0.1, 0.001]
    """
    for share, reward in BANDS:
        if params["distance_from_center"] <= share * params["track_width"]:
            return reward
    return NOTHING


def stay_inside_borders(params: Mapping[str, Any]) -> float:
    """Reward any place within both borders.

    Parameters
    ----------
    params : dict
        With all_wheels_on_track, track_width and distance_from_center.

    Examples
    --------
    >>> lane = {"all_wheels_on_track": True, "track_width": 1.0}
    >>> [stay_inside_borders(lane | {"distance_from_center": d}) for d in (0.0, 0.44, 0.46)]
    [1.0, 1.0, 0.001]
    """
    room = 0.5 * params["track_width"] - params["distance_from_center"]
    return 1.0 if params["all_wheels_on_track"] and room >= MARGIN_M else NOTHING


def reward_from(file: str) -> Reward:
    """Return the function `reward_function(params)` of a Python file, which is executed.

    Raises
    ------
    KitError
        Where the file cannot be read or executed, or does not define the function; on a call,
        where the function raises or does not return a finite number.
    """
    try:
        with open(file, encoding="utf-8") as source:
            text = source.read()
    except FileNotFoundError:
        raise KitError(f"{file}: no such file; check the path") from None
    except UnicodeDecodeError:
        raise KitError(f"{file}: is not UTF-8 text; name a Python file") from None
    names: dict[str, Any] = {"__name__": "reward", "__file__": file}
    try:
        exec(compile(text, file, "exec"), names)
    except (Exception, SystemExit) as error:
        raise KitError(_blame(file, error)) from None
    function = names.get("reward_function")
    if not callable(function):
        raise KitError(f"{file}: does not define reward_function(params); add it")

    def reward(params: dict[str, Any]) -> float:
        try:
            value = float(function(params))
        except (Exception, SystemExit) as error:
            raise KitError(_blame(file, error)) from None
        if not math.isfinite(value):
            raise KitError(f"{file}: reward_function returned {value}; return a finite number")
        return value

    return reward


def _blame(file: str, error: BaseException) -> str:
    """Return the message of an error in a user's file, with its line."""
    line = getattr(error, "lineno", None)
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    where = f"{file}: line {line}" if line else file
    return f"{where}: {type(error).__name__}: {error}; correct it"
