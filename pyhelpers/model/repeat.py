"""Make skops files repeat byte for byte: no times, and no addresses of memory as names."""

import io
import re
import zipfile

SCHEMA = "schema.json"
# In a JSON text a quote inside a string is escaped, so that these are members, never contents.
NAMED = re.compile(r'("__id__": |"file": ")(\d+)')


def repeatable(content: bytes) -> bytes:
    """Return a file of `skops.io.dumps` with its objects numbered, and without the time.

    skops names objects by their addresses, and dates the members of its archive.
    """
    numbers: dict[str, int] = {}

    def numbered(match: "re.Match[str]") -> str:
        return match[1] + str(numbers.setdefault(match[2], len(numbers) + 1))

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        schema = NAMED.sub(numbered, old.read(SCHEMA).decode())
        new.writestr(zipfile.ZipInfo(SCHEMA), schema)
        for name in old.namelist():
            stem, dot, suffix = name.partition(".")
            if name != SCHEMA:
                renamed = f"{numbers.get(stem, stem)}{dot}{suffix}"
                new.writestr(zipfile.ZipInfo(renamed), old.read(name))
    return out.getvalue()
