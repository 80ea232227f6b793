"""Entry point of cloud-env, `python3 pyhelpers/cloud ...`: any Python from 3.7 on, no packages.

`rows FORMAT NAME...` and `record FORMAT NAME...` print the values on standard input in a format;
`settings` prints variable, value, source; `credentials CLOUD SHELL` prints cloud, provider, state,
end, place; `secrets SHELL HOME` prints level, finding, fix. A NUL ends each value, in and out. The
last value is "end": cloud-env knows by it that a Python has printed everything. `pack` and `unpack`
take NAME=VALUE words and print rows as text.
"""

import os
import sys

sys.path[0] = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def main(command: str, *words: str) -> "list[str]":
    """Return the values that a command prints."""
    if command in ("rows", "record"):
        from pyhelpers.cloud import tables

        form, *names = words
        data = sys.stdin.buffer.read().decode(errors="surrogateescape").split("\0")[:-1]
        rows = [data[at : at + len(names)] for at in range(0, len(data), len(names))]
        if command == "record":
            return [tables.record_as(form, names, rows[0])]
        return [tables.rows_as(form, names, rows)]
    if command == "settings":
        from pyhelpers.cloud.settings import all_settings

        return [value for row in all_settings() for value in row]
    if command == "secrets":
        from pyhelpers.cloud.secret_search import search

        return [value for row in search(*words) for value in row]
    import time

    from pyhelpers.cloud import credentials

    cloud, shell = words
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    chosen = (cloud,) if cloud else credentials.CLOUDS
    return [value for row in credentials.rows(chosen, shell, now) for value in row]


if __name__ == "__main__":
    if sys.argv[1] in ("pack", "unpack"):
        from pyhelpers.cloud.home_commands import main as run_home

        sys.exit(run_home(sys.argv[1], sys.argv[2:]))
    answer = [value.replace("\0", "") + "\0" for value in [*main(*sys.argv[1:]), "end"]]
    sys.stdout.buffer.write("".join(answer).encode(errors="surrogateescape"))
