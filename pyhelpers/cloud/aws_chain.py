"""Providers of botocore's credential chain that are set up here, and the errors it ends with."""

from __future__ import annotations

import os
import re
from typing import Dict, Iterator, NamedTuple, Sequence

from pyhelpers import KitError
from pyhelpers.cloud import aws
from pyhelpers.cloud.settings import parse_object, read_object, text_of

UNTIL_REVOKED = "until revoked"
TEMPORARY = "hours; its end is not known"
# Sources of a role's credentials that botocore knows.
ENVIRONMENT, CONTAINER, INSTANCE = "Environment", "EcsContainer", "Ec2InstanceMetadata"
KEY_ID, SECRET = "aws_access_key_id", "aws_secret_access_key"

Settings = Dict[str, aws.Setting]  # noqa: UP006 (run by Python 3.7, too)


class Provider(NamedTuple):
    """A place with credentials: its name, until when they last, the file or variable.

    `error` is the name of the exception with which the cloud's library ends there.
    """

    name: str
    until: str
    where: str
    error: str = ""


def providers(profile: str = "") -> Iterator[Provider]:
    """Yield the providers in the order of botocore's create_credential_resolver.

    Parameters
    ----------
    profile : str
        The profile that an option names: then botocore reads no keys from variables.
    """
    yield from before_container(profile)
    yield from _container()


def before_container(profile: str = "") -> Iterator[Provider]:
    """Yield the providers that are asked before the container's endpoint."""
    name = profile or aws.profile_in_use()
    try:
        profiles = aws.profiles()
    except KitError as error:
        path, _, what = str(error).partition(": ")
        what = what.partition(" (")[0].partition(";")[0]
        yield Provider("profile", f"never: it {what}", path, "ConfigParseError")
        return
    if name not in profiles and (profile or aws.profile_is_named()):
        yield Provider("profile", "never: neither file has this profile", name, "ProfileNotFound")
    if not profile:
        yield from _environment()
    if _takes_a_role(profiles.get(name, {})):
        yield _role(profiles, name)
    yield from _profile_chain(profiles, name, {} if profile else os.environ)
    yield from _old_files()


def _environment() -> Iterator[Provider]:
    if not os.environ.get("AWS_ACCESS_KEY_ID"):
        return
    where = "AWS_ACCESS_KEY_ID"
    if not os.environ.get("AWS_SECRET_ACCESS_KEY"):
        until = "never: AWS_SECRET_ACCESS_KEY is missing"
        yield Provider("env", until, where, "PartialCredentialsError")
        return
    until = UNTIL_REVOKED
    if os.environ.get("AWS_SESSION_TOKEN") or os.environ.get("AWS_SECURITY_TOKEN"):
        until = TEMPORARY
    until = os.environ.get("AWS_CREDENTIAL_EXPIRATION") or until
    if until not in (TEMPORARY, UNTIL_REVOKED) and not re.search(r"\d", until):
        yield Provider("env", "never: AWS_CREDENTIAL_EXPIRATION is no time", where, "ParserError")
        return
    yield Provider("env", until, where)


def _takes_a_role(settings: Settings) -> bool:
    return "role_arn" in settings and "web_identity_token_file" not in settings


def _role(profiles: dict[str, Settings], name: str) -> Provider:
    """Return the role of a profile, or the error with which botocore looks for its source."""
    where = _place(profiles[name], "role_arn")
    what, error = _role_error(profiles, name, [name])
    return Provider("assume-role", f"never: {what}" if error else "renewed each hour", where, error)


def _role_error(profiles: dict[str, Settings], name: str, visited: list[str]) -> tuple[str, str]:
    """Return what is wrong with a role's source, and botocore's exception; "" if nothing is."""
    settings = profiles[name]
    kind, source = _text(settings, "credential_source"), _text(settings, "source_profile")
    if "credential_source" in settings and "source_profile" in settings:
        return "source_profile and credential_source exclude each other", "InvalidConfigError"
    if "credential_source" in settings:
        return _source_error(kind)
    if "source_profile" not in settings:
        return "source_profile or credential_source is missing", "PartialCredentialsError"
    if source not in profiles:
        return f"there is no profile {source}", "InvalidConfigError"
    keys = KEY_ID in profiles[source] or SECRET in profiles[source]
    if source in visited and (source != name or not keys):
        return f"the profile {source} is its own source", "InfiniteLoopConfigError"
    visited.append(source)
    if not keys and _takes_a_role(profiles[source]):
        return _role_error(profiles, source, visited)
    found = next(_profile_chain(profiles, source, {}), None)
    if found is None:
        return f"the profile {source} has no credentials", "InvalidConfigError"
    return found.until.replace("never: ", "", 1) if found.error else "", found.error


def _source_error(kind: str) -> tuple[str, str]:
    """Return what is wrong with a credential_source, and botocore's exception."""
    if kind not in (ENVIRONMENT, CONTAINER, INSTANCE):
        return f"credential_source cannot be {kind}", "InvalidConfigError"
    if kind == INSTANCE:
        return "", ""
    found = next(_environment() if kind == ENVIRONMENT else _container(), None)
    if found is None:
        return f"{kind} has no credentials", "CredentialRetrievalError"
    return found.until.replace("never: ", "", 1) if found.error else "", found.error


def _profile_chain(
    profiles: dict[str, Settings], name: str, variables: os._Environ[str] | dict[str, str]
) -> Iterator[Provider]:
    """Yield the providers of one profile, as botocore's ProfileProviderBuilder orders them."""
    settings = profiles.get(name, {})
    yield from _web_identity(settings, variables)
    yield from _sso(settings)
    yield from _keys(aws.credentials_profile(name), "shared-credentials-file")
    if "login_session" in settings:
        yield Provider("login", "renewed by aws login", _place(settings, "login_session"))
    if "credential_process" in settings:
        yield Provider("custom-process", "asked each time", _place(settings, "credential_process"))
    yield from _keys(aws.config_profile(name), "config-file")


def _web_identity(
    settings: Settings, variables: os._Environ[str] | dict[str, str]
) -> Iterator[Provider]:
    """Yield the role that a token in a file opens; variables go before the profile."""
    name = "assume-role-with-web-identity"
    variable, setting = "AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file"
    if not variables.get(variable, _text(settings, setting)):
        return
    where = variable if variable in variables else _place(settings, setting)
    if variables.get("AWS_ROLE_ARN", _text(settings, "role_arn")):
        yield Provider(name, "renewed", where)
    else:
        yield Provider(name, "never: its role_arn is missing", where, "InvalidConfigError")


def _sso(settings: Settings) -> Iterator[Provider]:
    """Yield the login; its token is named by the hash of the session, or of the start page."""
    import hashlib

    asked = [name for name in ("sso_account_id", "sso_role_name") if name in settings]
    if not asked:
        return
    where = _place(settings, asked[0])
    session = _text(settings, "sso_session")
    known = aws.sso_sessions().get(session, {})
    whole = {**known, **settings}
    needed = ("sso_role_name", "sso_account_id", "sso_start_url", "sso_region")
    what = ", ".join(name for name in needed if name not in whole)
    if "sso_session" in settings and not known:
        what = f"[sso-session {session}]"
    if what:
        yield Provider("sso", f"never: {what} is missing", where, "InvalidConfigError")
        return
    if any(name in settings and settings[name].value != known[name].value for name in known):
        what = "never: profile and sso-session differ"
        yield Provider("sso", what, where, "InvalidConfigError")
        return
    key = (session or _text(whole, "sso_start_url")).encode(errors="surrogateescape")
    file = f"~/.aws/sso/cache/{hashlib.sha1(key).hexdigest()}.json"
    found = read_object(os.path.expanduser(file)) or {}
    yield Provider("sso", text_of(found.get("expiresAt")) or "ended: aws sso login", where)


def _keys(settings: Settings, name: str) -> Iterator[Provider]:
    if KEY_ID not in settings:
        return
    where = _place(settings, KEY_ID)
    if SECRET not in settings:
        yield Provider(name, f"never: {SECRET} is missing", where, "PartialCredentialsError")
        return
    until = UNTIL_REVOKED
    if _text(settings, "aws_session_token") or _text(settings, "aws_security_token"):
        until = _text(settings, "x_security_token_expires") or TEMPORARY
    yield Provider(name, until, where)


def _old_files() -> Iterator[Provider]:
    """Yield the files of AWS's first tools: $AWS_CREDENTIAL_FILE and boto's."""
    named = os.environ.get("AWS_CREDENTIAL_FILE")
    if named and _has_line(os.path.expanduser(named), r"AWSAccessKeyId\s*="):
        yield Provider("ec2-credentials-file", UNTIL_REVOKED, named)
    chosen: Sequence[str] = ("/etc/boto.cfg", "~/.boto")
    if "BOTO_CONFIG" in os.environ:
        chosen = [os.environ["BOTO_CONFIG"]]
    for path in map(os.path.expanduser, chosen):
        try:
            settings = aws.read_sections(path).get("Credentials", {})
        except KitError as error:
            what = str(error).partition(": ")[2].partition(" (")[0]
            yield Provider("boto-config", f"never: it {what}", path, "ConfigParseError")
            return
        if KEY_ID in settings:
            yield from _keys(settings, "boto-config")
            return


def _has_line(path: str, pattern: str) -> bool:
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return any(re.match(pattern, line) for line in stream)
    except OSError:
        return False


def _container() -> Iterator[Provider]:
    url = aws.container_endpoint()
    if not url:
        return
    shown = re.sub(r"//[^/]*@", "//***@", re.split(r"[?#]", url)[0])
    if not aws.is_trusted(url):
        yield Provider("container-role", "never: aws refuses this host", shown, "ValueError")
        return
    answer = aws.container_response()
    found = parse_object(answer)
    if not found:
        until = "never: it gives no credentials"
        yield Provider("container-role", until, shown, "CredentialRetrievalError")
    else:
        until = text_of(found.get("Expiration")) or "renewed by this shell"
        yield Provider("container-role", until, shown)


def _text(settings: Settings, name: str) -> str:
    return settings[name].value if name in settings else ""


def _place(settings: Settings, name: str) -> str:
    return f"{settings[name].file}:{settings[name].line}"
