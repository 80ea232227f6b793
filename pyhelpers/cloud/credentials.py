"""Which credentials win for each cloud, in the order in which its libraries look for them."""

from __future__ import annotations

import os
import re
import time
from typing import Iterator

from pyhelpers.cloud import aws_chain
from pyhelpers.cloud.aws_chain import UNTIL_REVOKED, Provider
from pyhelpers.cloud.settings import read_object, text_of

CLOUDS = ("aws", "azure", "gcp", "github")
# Names that AZURE_TOKEN_CREDENTIALS may hold, each followed by "Credential".
AZURE_CREDENTIALS = (
    "environment",
    "workloadidentity",
    "managedidentity",
    "visualstudiocode",
    "azurecli",
    "azuredevelopercli",
    "azurepowershell",
    "interactivebrowser",
)


def rows(clouds: tuple[str, ...], shell: str, now: str) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield cloud, provider, state, end and place: the first of a cloud wins.

    Where its library ends with an error, the provider is "error" and the exception's name.

    Parameters
    ----------
    shell : str
        The cloud shell that this is, as cloud-env detect names it.
    now : str
        The time in ISO 8601, UTC: an end before it is marked as past.
    """
    chains = {
        "aws": aws_chain.providers,
        "azure": azure_providers,
        "gcp": lambda: google_providers(shell),
        "github": github_providers,
    }
    for cloud in clouds:
        state = ""
        for found in chains[cloud]():
            state = "shadowed" if state else "wins"
            name = f"error {found.error}" if found.error and state == "wins" else found.name
            past = re.match(r"20\d\d-.*Z$", found.until) and found.until <= now
            until = found.until + (" (past)" if past else "")
            yield cloud, name, state, until, found.where


def azure_providers() -> Iterator[Provider]:
    """Yield the providers of azure-identity's DefaultAzureCredential, in its order.

    az itself knows only its own login.
    """
    asked = os.environ.get("AZURE_TOKEN_CREDENTIALS", "").strip().lower()
    if asked not in ("", "dev", "prod", *(f"{name}credential" for name in AZURE_CREDENTIALS)):
        until = "never: it is not a credential's name"
        yield Provider("environment", until, "AZURE_TOKEN_CREDENTIALS", "ValueError")
        return

    def asks(half: str, name: str) -> bool:
        return asked in ("", half, f"{name}credential")

    has = os.environ.get
    if asks("prod", "environment"):
        yield from _azure_environment()
    federated = has("AZURE_FEDERATED_TOKEN_FILE")
    named = has("AZURE_CLIENT_ID") and has("AZURE_TENANT_ID")
    if federated and named and asks("prod", "workloadidentity"):
        yield Provider("workload-identity", "renewed", federated)
    if asks("prod", "managedidentity"):
        yield from _azure_managed_identity()
    folder = has("AZURE_CONFIG_DIR") or os.path.expanduser("~/.azure")
    cache = read_object(os.path.join(folder, "msal_token_cache.json"))
    if cache is not None and asks("dev", "azurecli"):
        yield Provider("az", _last_token(cache), folder)


def _azure_environment() -> Iterator[Provider]:
    """Yield the application or user that variables name; one that is set and empty is an error."""
    kinds = {
        "AZURE_CLIENT_SECRET": ("AZURE_CLIENT_ID", "AZURE_TENANT_ID"),
        "AZURE_CLIENT_CERTIFICATE_PATH": ("AZURE_CLIENT_ID", "AZURE_TENANT_ID"),
        "AZURE_PASSWORD": ("AZURE_CLIENT_ID", "AZURE_USERNAME"),
    }
    for secret, names in kinds.items():
        if any(name not in os.environ for name in (secret, *names)):
            continue
        where = f"AZURE_CLIENT_ID and {secret}"
        empty = next((name for name in (secret, *names) if not os.environ[name]), "")
        lost = secret.endswith("_PATH") and not os.path.isfile(os.environ[secret])
        if lost and os.environ["AZURE_TENANT_ID"]:
            until = "never: the certificate cannot be read"
            yield Provider("environment", until, where, "FileNotFoundError")
        elif empty and secret != "AZURE_PASSWORD":
            yield Provider("environment", f"never: {empty} is empty", where, "ValueError")
        else:
            yield Provider("environment", UNTIL_REVOKED, where)
        return


def _azure_managed_identity() -> Iterator[Provider]:
    """Yield the machine's identity; IDENTITY_ENDPOINT needs a second variable beside it."""
    has = os.environ.get
    if has("IDENTITY_ENDPOINT"):
        if has("IDENTITY_HEADER") or has("IMDS_ENDPOINT"):
            yield Provider("managed-identity", "renewed", "IDENTITY_ENDPOINT")
    elif has("MSI_ENDPOINT"):
        yield Provider("managed-identity", "renewed", "MSI_ENDPOINT")


def _last_token(cache: dict[str, object]) -> str:
    """Return when the last access token of az ends; az renews it by itself."""
    tokens = cache.get("AccessToken")
    ends = [
        int(text_of(token.get("expires_on")))
        for token in (tokens.values() if isinstance(tokens, dict) else [])
        if isinstance(token, dict) and re.fullmatch(r"\d{1,11}", text_of(token.get("expires_on")))
    ]
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(max(ends))) if ends else "renewed by az"


def google_providers(shell: str) -> Iterator[Provider]:
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


def github_providers() -> Iterator[Provider]:
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
