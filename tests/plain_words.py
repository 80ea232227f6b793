"""Words that the kit's help, messages, pages and docstrings do without, each with a better one."""

import re

# A pattern of what is not written -> what is written instead.
BANNED = {
    r"mend(s|ed|ing)?": "fix, repair",
    r"manners": "options, conventions",
    r"doors?": "command, dispatcher",
    r"tell(s|ing)?|told": "say, show, detect, report",
    r"parted|parts? (the|it)|to part": "separate",
    r"seen from": "detected",
    r"may be held|is held in": "memory limit",
    r"stands?(?!-in| (in )?for| up)|stood": "is, is written",
    r"(?<!there )(is|are|was|were) no(?!\s+(longer|shorter|more|less|fewer)\b)": "is not a",
    r"of which": "a sentence of its own",
    r"sweep(s|ing)?|swept": "clean up, remove",
    r"whoever": "anyone who",
    r"1 (values|records|rows|files|columns|cities|coins|places|numbers)": "1 value",
}
WORKER = re.compile(r"\bworkers?\b", re.IGNORECASE)
WHERE_WORKERS_ARE = re.compile(r"dask|cluster|scheduler|gunicorn|xdist", re.IGNORECASE)
PATTERN = re.compile("|".join(rf"\b({banned})\b" for banned in BANNED), re.IGNORECASE)


def complaints(text: str) -> list[str]:
    """Return the banned words of a text, each with what is beside it.

    Examples
    --------
    >>> complaints("The type is seen from the column.")
    ['The type is [seen from] the column']
    >>> complaints("Each Dask worker reads a part."), complaints("There is no header.")
    ([], [])
    """
    found = [*PATTERN.finditer(text)]
    for paragraph in re.finditer(r"(?:.+\n?)+", text):
        if not WHERE_WORKERS_ARE.search(paragraph[0]):
            found += [*WORKER.finditer(text, paragraph.start(), paragraph.end())]
    return [beside(text, match) for match in sorted(found, key=lambda match: match.start())]


def beside(text: str, match: re.Match[str]) -> str:
    before, after = text[: match.start()].split()[-3:], text[match.end() :].split()[:3]
    line = " ".join([*before, f"[{' '.join(match[0].split())}]", *after])
    return line.rstrip(".,;:")
