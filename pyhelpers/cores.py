"""The number of cores, counted so that a machine that does not tell it is no news."""

import os
import warnings
from contextlib import redirect_stderr
from io import StringIO


def count_cores() -> None:
    """Have joblib count the physical cores, in silence, before scikit-learn asks it.

    Where lscpu knows none (containers without /sys, some emulators) joblib prints a traceback and a
    warning, and takes the logical cores; asked again, it does so in silence.
    """
    if os.environ.get("OMP_NUM_THREADS"):
        return  # scikit-learn asks nobody
    from joblib import cpu_count

    with redirect_stderr(StringIO()), warnings.catch_warnings(action="ignore"):
        cpu_count(only_physical_cores=True)
