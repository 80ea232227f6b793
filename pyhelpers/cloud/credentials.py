"""Which credentials win for each cloud, in the order in which its libraries look for them."""

from __future__ import annotations

import os
import re
import time
from typing import Iterator, NamedTuple

from pyhelpers import KitError
from pyhelpers.cloud import aws_config, container
from pyhelpers.cloud.json_files import parse_object, read_object, text_of

CLOUDS = ("aws", "azure", "gcp", "github")
UNTIL_REVOKED = "until revoked"
TEMPORARY = "hours; its end is not known"


class Provider(NamedTuple):
    """A place with credentials: its name, until when they last, the file or variable.

    `until` begins with "never" where the cloud's libraries end with an error there.
    """

    name: str
    until: str
    where: str


def rows(clouds: tuple[str, ...], shell: str, now: str) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield cloud, provider, state, end and place: the first of a cloud wins, or fails.

    Parameters
    ----------
    shell : str
        The cloud shell that this is, as cloud-env detect names it.
    now : str
        The time in ISO 8601, UTC: an end before it is marked as past.
    """
    chains = {"aws": aws, "azure": azure, "gcp": lambda: google(shell), "github": github}
    for cloud in clouds:
        state = ""
        for found in chains[cloud]():
            state = "shadowed" if state else "fails" if found.until.startswith("never") else "wins"
            past = re.match(r"20\d\d-.*Z$", found.until) and found.until <= now
            until = found.until + (" (past)" if past else "")
            yield cloud, found.name, state, until, found.where


def aws() -> Iterator[Provider]:
    """Yield the providers of botocore's chain (create_credential_resolver)."""
    name = aws_config.profile_in_use()
    try:
        shared = aws_config.credentials_profile(name)
        config = aws_config.config_profile(name)
        exists = name == "default" or aws_config.has_profile(name)
    except KitError as error:
        path, _, what = str(error).partition(": ")
        yield Provider("profile", f"never: it {what.partition(' (')[0].partition(';')[0]}", path)
        return
    settings = {**config, **shared}
    yield from _aws_environment()
    if not exists:
        yield Provider("profile", "never: neither file has this profile", name)
    yield from _aws_roles(settings)
    yield from _aws_sso(settings)
    yield from _aws_keys(shared, "shared-credentials-file")
    if _text(settings, "login_session"):
        yield Provider("login", "renewed by aws login", _place(settings, "login_session"))
    if _text(settings, "credential_process"):
        yield Provider("custom-process", "asked each time", _place(settings, "credential_process"))
    yield from _aws_keys(config, "config-file")
    yield from _aws_container()


def _text(settings: dict[str, aws_config.Setting], name: str) -> str:
    return settings[name].value if name in settings else ""


def _place(settings: dict[str, aws_config.Setting], name: str) -> str:
    return f"{settings[name].file}:{settings[name].line}"


def _aws_environment() -> Iterator[Provider]:
    if not os.environ.get("AWS_ACCESS_KEY_ID"):
        return
    until = UNTIL_REVOKED
    if not os.environ.get("AWS_SECRET_ACCESS_KEY"):
        until = "never: AWS_SECRET_ACCESS_KEY is missing"
    elif os.environ.get("AWS_SESSION_TOKEN"):
        until = os.environ.get("AWS_CREDENTIAL_EXPIRATION") or TEMPORARY
    yield Provider("env", until, "AWS_ACCESS_KEY_ID")


def _aws_roles(settings: dict[str, aws_config.Setting]) -> Iterator[Provider]:
    """Yield the role, assumed with another profile's keys or with a token in a file."""
    role = _text(settings, "role_arn")
    if role and (_text(settings, "source_profile") or _text(settings, "credential_source")):
        yield Provider("assume-role", "renewed each hour", _place(settings, "role_arn"))
    if not (os.environ.get("AWS_ROLE_ARN") or role):
        return
    where = "AWS_WEB_IDENTITY_TOKEN_FILE"
    if not os.environ.get(where):
        if not _text(settings, "web_identity_token_file"):
            return
        where = _place(settings, "web_identity_token_file")
    yield Provider("assume-role-with-web-identity", "renewed", where)


def _aws_sso(settings: dict[str, aws_config.Setting]) -> Iterator[Provider]:
    """Yield the login; its token is named by the hash of the session, or of the start page."""
    import hashlib

    session = _text(settings, "sso_session") or _text(settings, "sso_start_url")
    if not _text(settings, "sso_account_id") or not session:
        return
    name = hashlib.sha1(session.encode(errors="surrogateescape")).hexdigest()
    found = read_object(os.path.expanduser(f"~/.aws/sso/cache/{name}.json")) or {}
    until = text_of(found.get("expiresAt")) or "ended: aws sso login"
    yield Provider("sso", until, _place(settings, "sso_account_id"))


def _aws_keys(settings: dict[str, aws_config.Setting], name: str) -> Iterator[Provider]:
    if not _text(settings, "aws_access_key_id"):
        return
    until = UNTIL_REVOKED
    if not _text(settings, "aws_secret_access_key"):
        until = "never: aws_secret_access_key is missing"
    elif _text(settings, "aws_session_token"):
        until = _text(settings, "x_security_token_expires") or TEMPORARY
    yield Provider(name, until, _place(settings, "aws_access_key_id"))


def _aws_container() -> Iterator[Provider]:
    url = container.endpoint()
    if not url:
        return
    until = "never: aws refuses this host"
    if container.trusted(url):
        until = (
            text_of(parse_object(container.response()).get("Expiration")) or "renewed by this shell"
        )
    shown = re.sub(r"//[^/]*@", "//***@", re.split(r"[?#]", url)[0])
    yield Provider("container-role", until, shown)


def azure() -> Iterator[Provider]:
    """Yield the providers of DefaultAzureCredential; az itself knows only its own login."""
    asked = os.environ.get("AZURE_TOKEN_CREDENTIALS", "").lower()

    def asks(half: str, name: str) -> bool:
        return asked in ("", half, f"{name}credential")

    has = os.environ.get
    secret = has("AZURE_CLIENT_SECRET") or has("AZURE_CLIENT_CERTIFICATE_PATH")
    application = has("AZURE_CLIENT_ID") and has("AZURE_TENANT_ID") and secret
    if application and asks("prod", "environment"):
        yield Provider("environment", UNTIL_REVOKED, "AZURE_CLIENT_ID and its secret")
    federated = has("AZURE_FEDERATED_TOKEN_FILE")
    if federated and asks("prod", "workloadidentity"):
        yield Provider("workload-identity", "renewed", federated)
    endpoint = next((name for name in ("IDENTITY_ENDPOINT", "MSI_ENDPOINT") if has(name)), "")
    if endpoint and asks("prod", "managedidentity"):
        yield Provider("managed-identity", "renewed", endpoint)
    folder = has("AZURE_CONFIG_DIR") or os.path.expanduser("~/.azure")
    cache = read_object(os.path.join(folder, "msal_token_cache.json"))
    if cache is not None and asks("dev", "azurecli"):
        yield Provider("az", _last_token(cache), folder)


def _last_token(cache: dict[str, object]) -> str:
    """Return when the last access token of az ends; az renews it by itself."""
    tokens = cache.get("AccessToken")
    ends = [
        int(text_of(token.get("expires_on")))
        for token in (tokens.values() if isinstance(tokens, dict) else [])
        if isinstance(token, dict) and re.fullmatch(r"\d{1,11}", text_of(token.get("expires_on")))
    ]
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(max(ends))) if ends else "renewed by az"


def google(shell: str) -> Iterator[Provider]:
    """Yield Google's Application Default Credentials: the named file, gcloud's, the machine's."""
    folder = os.environ.get("CLOUDSDK_CONFIG") or os.path.expanduser("~/.config/gcloud")
    named = os.environ.get("GOOGLE_APPLICATION_CREDENTIALS")
    if named:
        found = read_object(named)
        if found is None:
            yield Provider("GOOGLE_APPLICATION_CREDENTIALS", "never: it cannot be read", named)
        else:
            yield _google_file("GOOGLE_APPLICATION_CREDENTIALS", found, named)
    file = os.path.join(folder, "application_default_credentials.json")
    found = read_object(file)
    if found is not None:
        yield _google_file("application-default", found, file)
    if shell == "gcp":
        yield Provider("metadata-server", "renewed", "this Google Cloud Shell")


def _google_file(name: str, found: dict[str, object], file: str) -> Provider:
    kind = text_of(found.get("type")) or "unknown"
    account = kind == "service_account"
    until = UNTIL_REVOKED if account else "renewed by its refresh token"
    return Provider(f"{name} ({kind})", until, file)


def github() -> Iterator[Provider]:
    """Yield the providers of gh: two variables, then its own login."""
    for name in ("GH_TOKEN", "GITHUB_TOKEN"):
        value = os.environ.get(name)
        if value:
            session = value.startswith(("ghu_", "ghs_"))
            yield Provider("environment", "with this session" if session else UNTIL_REVOKED, name)
    folder = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    folder = os.environ.get("GH_CONFIG_DIR") or os.path.join(folder, "gh")
    hosts = os.path.join(folder, "hosts.yml")
    if os.path.isfile(hosts) and os.path.getsize(hosts):
        yield Provider("gh", UNTIL_REVOKED, hosts)
