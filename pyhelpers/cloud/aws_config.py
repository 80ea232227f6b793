"""Profiles of AWS's shared files, ~/.aws/config and ~/.aws/credentials, as botocore reads them."""

from __future__ import annotations

import configparser
import os
import shlex
from typing import NamedTuple

from pyhelpers import KitError


class Setting(NamedTuple):
    """A profile's setting, and the file and line that it comes from."""

    value: str
    file: str
    line: int


def config_file() -> str:
    """Return the path of AWS's config file: $AWS_CONFIG_FILE, default ~/.aws/config."""
    return _expanded(os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config")


def credentials_file() -> str:
    """Return the path of AWS's credentials file: $AWS_SHARED_CREDENTIALS_FILE or the default."""
    return _expanded(os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials")


def _expanded(path: str) -> str:
    return os.path.expanduser(os.path.expandvars(path))


def read_sections(path: str) -> dict[str, dict[str, Setting]]:
    """Return the settings of each section of an INI file; none where it cannot be read.

    Names of settings are in lower case. A value whose lines are indented keeps its line breaks.

    Raises
    ------
    KitError
        Where botocore raises, too: for a line that is not a setting, for a section or setting that
        the file has twice.
    """
    try:
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
    except OSError:
        return {}
    except UnicodeDecodeError:
        raise KitError(f"{path}: is not UTF-8; save it as UTF-8") from None
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text, path)
    except configparser.Error as error:
        what = " ".join(str(error).splitlines()[0].replace(f"{path!r}", "it").split())
        raise KitError(f"{path}: is not a valid INI file ({what}); correct it") from None
    lines = _line_numbers(text)
    return {
        section: {
            name: Setting(
                value, path, lines.get((section, name)) or lines.get(("DEFAULT", name), 0)
            )
            for name, value in parser.items(section)
        }
        for section in parser.sections()
    }


def _line_numbers(text: str) -> dict[tuple[str, str], int]:
    """Return the line of each (section, setting), which configparser does not keep."""
    found: dict[tuple[str, str], int] = {}
    section, level, inside = "", 0, False
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        indent = line.find(bare[:1])
        if not bare or bare[0] in "#;" or (inside and indent > level):
            continue  # what is indented more than a setting goes on with its value
        level = indent
        header = configparser.RawConfigParser.SECTCRE.match(bare)
        setting = configparser.RawConfigParser.OPTCRE.match(bare)
        inside = not header
        if header:
            section = header["header"]
        elif setting:
            found.setdefault((section, setting["option"].strip().lower()), number)
    return found


def profile_name(section: str) -> str | None:
    """Return the profile that a section of the config file describes; None for another section.

    Unlike botocore, which ignores it, this takes a name with spaces without its quotes, too.

    Examples
    --------
    >>> [profile_name(text) for text in ("default", "profile dev", 'profile "sea side"', "preview")]
    ['default', 'dev', 'sea side', None]
    """
    word, _, rest = section.partition(" ")
    if section == "default":
        return section
    if word != "profile" or not rest.strip():
        return None
    try:
        words = shlex.split(rest)
    except ValueError:
        return None
    return " ".join(words)


def profile_in_use() -> str:
    """Return the name of the profile that AWS's tools use where no option names one."""
    return os.environ.get("AWS_DEFAULT_PROFILE") or os.environ.get("AWS_PROFILE") or "default"


def has_profile(name: str) -> bool:
    """Return whether one of the two files has a section for the profile."""
    return name in read_sections(credentials_file()) or any(
        profile_name(section) == name for section in read_sections(config_file())
    )


def config_profile(name: str) -> dict[str, Setting]:
    """Return a profile's settings in the config file alone."""
    found: dict[str, Setting] = {}
    for section, settings in read_sections(config_file()).items():
        if profile_name(section) == name:
            found = settings
    return found


def credentials_profile(name: str) -> dict[str, Setting]:
    """Return a profile's settings in the credentials file alone."""
    return read_sections(credentials_file()).get(name, {})


def profile(name: str) -> dict[str, Setting]:
    """Return a profile's settings; those of the credentials file overrule the config file's."""
    return {**config_profile(name), **credentials_profile(name)}
