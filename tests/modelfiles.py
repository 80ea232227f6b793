"""Small tables and models for the tests of model files."""

import io


def table_text() -> io.BytesIO:
    """Return a table of 60 records: x and name explain y and label."""
    lines = "x,name,y,label\n"
    for n in range(60):
        x, name = n % 23, "abc"[n % 3]
        lines += f"{x},{name},{3.5 * x + n % 3 + n % 7 / 10},{'high' if x > 11 else 'low'}\n"
    return io.BytesIO(lines.encode())
