"""The steps of CI: one list, written as each provider wants it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

PYTHON = "3.13"


@dataclass(frozen=True)
class Step:
    """A step of the pipeline: its title and the command that fails when it should."""

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


# The line of a template that the steps replace -> how that provider writes one of them.
PROVIDERS: dict[str, Callable[[Step], str]] = {
    "      # project_steps_github\n": _github,
    "          # project_steps_azure\n": _azure,
    "      # project_steps_codebuild\n": _codebuild,
    "  # project_steps_cloudbuild\n": _cloudbuild,
}


def blocks(steps: Iterable[Step] = STEPS) -> dict[str, str]:
    """Return what replaces each provider's line.

    Examples
    --------
    >>> blocks([Step("Test", "make test")])["      # project_steps_codebuild\\n"]
    '      - make test\\n'
    """
    steps = list(steps)
    return {line: "".join(map(write, steps)) for line, write in PROVIDERS.items()}
