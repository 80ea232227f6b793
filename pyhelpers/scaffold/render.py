"""Fill in templates: words, optional sections, and the CI steps in each provider's format."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

PYTHON = "3.13"
COLUMNS = 100  # of a line of the project's code


def render(text: str, words: Mapping[str, str]) -> str:
    """Replace each word of a text, all in one pass, the longest words first.

    Examples
    --------
    >>> render("project_name: project_name_long", {"project_name": "a", "project_name_long": "b"})
    'a: b'
    """
    longest = sorted(words, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest)), lambda found: words[found[0]], text)


def keep_sections(text: str, keep: Collection[str]) -> str:
    """Remove the sections between "# only NAME" and "# end NAME" whose name is not kept.

    A section may hold others.
    """

    def section(found: re.Match[str]) -> str:
        return keep_sections(found[2], keep) if found[1] in keep else ""

    pattern = r"^[ ]*(?:# |<!-- )only ([a-z]+)(?: -->)?\n(.*?)^[ ]*(?:# |<!-- )end \1(?: -->)?\n"
    return re.sub(pattern, section, text, flags=re.MULTILINE | re.DOTALL)


def _strings(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _strings(item, words) for key, item in value.items()}
    if isinstance(value, list):
        return [_strings(item, words) for item in value]
    return render(value, words) if isinstance(value, str) else value


def render_json(text: str, words: Mapping[str, str]) -> str:
    """Replace the words in the strings of a JSON document."""
    return json.dumps(_strings(json.loads(text), words), indent=1, ensure_ascii=False) + "\n"


def render_file(path: str, content: bytes, words: Mapping[str, str]) -> bytes:
    """Fill in a template file; JSON stays valid JSON."""
    as_json = path.endswith((".ipynb", ".json"))
    text = (render_json if as_json else render)(content.decode(), words)
    return (wrapped_imports(text) if path.endswith(".py") else text).encode()


def wrapped_imports(source: str) -> str:
    """Put the names of imports of more than 100 columns on lines of their own, as ruff does.

    Examples
    --------
    >>> print(wrapped_imports(f"from {'a' * 92} import b, c"))  # doctest: +ELLIPSIS
    from aaa...aaa import (
        b,
        c,
    )
    """

    def wrapped(found: re.Match[str]) -> str:
        names = "".join(f"    {name.strip()},\n" for name in found[2].split(","))
        return f"{found[1]} (\n{names})" if len(found[0]) > COLUMNS else found[0]

    return re.sub(r"^(from \S+ import) ([^(\n#]+)$", wrapped, source, flags=re.MULTILINE)


def literal(text: str) -> str:
    r"""Return a Python literal of a text, quoted as ruff's formatter has it.

    Examples
    --------
    >>> print(literal("Height"), literal('a "b"'), literal("it's"))
    "Height" 'a "b"' "it's"
    """
    written = repr(text)
    plain = written.startswith("'") and '"' not in written and "'" not in written[1:-1]
    return f'"{written[1:-1]}"' if plain else written


@dataclass(frozen=True)
class Step:
    """A step of CI: its title and its command."""

    title: str
    command: str


STEPS = (
    Step("Install", "make install"),
    Step("Lint", "make lint"),
    Step("Test", "make test"),
)


def _github(step: Step) -> str:
    return f"      - name: {step.title}\n        run: {step.command}\n"


def _azure(step: Step) -> str:
    return f"          - script: {step.command}\n            displayName: {step.title}\n"


def _codebuild(step: Step) -> str:
    return f"      - {step.command}\n"


def _cloudbuild(step: Step) -> str:
    name = step.title.lower()
    command, *words = step.command.split()
    arguments = ", ".join(words)
    return (
        f"  - id: {name}\n    name: python:{PYTHON}\n    entrypoint: {command}\n"
        f"    args: [{arguments}]\n"
    )


# Placeholder line in a template -> function that writes one step for that provider.
PROVIDERS: dict[str, Callable[[Step], str]] = {
    "      # project_steps_github\n": _github,
    "          # project_steps_azure\n": _azure,
    "      # project_steps_codebuild\n": _codebuild,
    "  # project_steps_cloudbuild\n": _cloudbuild,
}


def ci_steps(steps: Iterable[Step] = STEPS) -> dict[str, str]:
    """Return the steps for each provider, by placeholder line.

    Examples
    --------
    >>> ci_steps([Step("Test", "make test")])["      # project_steps_codebuild\\n"]
    '      - make test\\n'
    """
    steps = list(steps)
    return {line: "".join(map(write, steps)) for line, write in PROVIDERS.items()}
