"""AWS's shared files, as botocore reads them, and its container endpoint."""

from __future__ import annotations

import configparser
import os
import re
import shlex
from typing import NamedTuple
from urllib.parse import urlsplit

from pyhelpers import KitError

# Hosts to which botocore sends the token that opens the endpoint, besides 127.0.0.0/8.
TRUSTED_HOSTS = {"localhost", "169.254.170.2", "169.254.170.23", "::1", "fd00:ec2::23"}


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


def section_name(section: str, kind: str = "profile") -> str | None:
    """Return the profile (or sso-session) that a section of the config file describes, if any.

    Unlike botocore, which ignores it, this takes a name with spaces without its quotes, too.

    Examples
    --------
    >>> [section_name(text) for text in ("default", "profile dev", 'profile "sea side"', "preview")]
    ['default', 'dev', 'sea side', None]
    """
    word, _, rest = section.partition(" ")
    if section == "default" and kind == "profile":
        return section
    if word != kind or not rest.strip():
        return None
    try:
        words = shlex.split(rest)
    except ValueError:
        return None
    return " ".join(words)


def profile_is_named() -> bool:
    """Return whether a variable names the profile, which then has to exist."""
    return bool(os.environ.get("AWS_DEFAULT_PROFILE") or os.environ.get("AWS_PROFILE"))


def profile_in_use() -> str:
    """Return the name of the profile that AWS's tools use where no option names one."""
    return os.environ.get("AWS_DEFAULT_PROFILE") or os.environ.get("AWS_PROFILE") or "default"


def profiles() -> dict[str, dict[str, Setting]]:
    """Return the settings of each profile; the credentials file overrules the config file."""
    found: dict[str, dict[str, Setting]] = {}
    for section, settings in read_sections(config_file()).items():
        name = section_name(section)
        if name is not None:
            found[name] = settings
    for name, settings in read_sections(credentials_file()).items():
        found[name] = {**found.get(name, {}), **settings}
    return found


def sso_sessions() -> dict[str, dict[str, Setting]]:
    """Return the settings of each sso-session of the config file."""
    sections = read_sections(config_file()).items()
    named = [(section_name(section, "sso-session"), settings) for section, settings in sections]
    return {name: settings for name, settings in named if name is not None}


def config_profile(name: str) -> dict[str, Setting]:
    """Return a profile's settings in the config file alone."""
    found: dict[str, Setting] = {}
    for section, settings in read_sections(config_file()).items():
        if section_name(section) == name:
            found = settings
    return found


def credentials_profile(name: str) -> dict[str, Setting]:
    """Return a profile's settings in the credentials file alone."""
    return read_sections(credentials_file()).get(name, {})


def profile(name: str) -> dict[str, Setting]:
    """Return a profile's settings; those of the credentials file overrule the config file's."""
    return {**config_profile(name), **credentials_profile(name)}


def container_endpoint() -> str:
    """Return the address that gives CloudShell its credentials; empty where there is none."""
    relative = os.environ.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
    if relative:
        return "http://169.254.170.2" + relative
    return os.environ.get("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")


def is_trusted(url: str) -> bool:
    """Return whether botocore would send the token there.

    Examples
    --------
    >>> is_trusted("http://127.0.0.1:80/creds"), is_trusted("http://127.0.0.1@evil.example/")
    (True, False)
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return False
    return host in TRUSTED_HOSTS or re.fullmatch(r"127(\.[0-9]{1,3}){3}", host) is not None


def container_token() -> str:
    """Return the token that opens the endpoint; empty where none is needed."""
    file = os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
    if file:
        try:
            with open(file, encoding="utf-8") as stream:
                return stream.read().strip()
        except (OSError, ValueError):
            pass
    return os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN", "")


def container_response() -> str:
    """Return what the endpoint answers, JSON; empty where it gives no credentials within 5 s.

    The token goes to curl's standard input, never into a command line, and only to a trusted host.
    """
    import subprocess

    url, header = container_endpoint(), container_token()
    if not is_trusted(url) or "\n" in header or "\r" in header:
        return ""
    limits = ["--connect-timeout", "2", "--max-time", "5"]
    try:
        done = subprocess.run(
            ["curl", "-q", "-gfs", "--noproxy", "*", *limits, "-H", "@-", "--", url],
            input=f"Authorization: {header}\n".encode() if header else b"",
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return ""
    return done.stdout.decode(errors="replace")
