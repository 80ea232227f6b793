"""Region, project and subscription of each cloud, from variables and its tools' own files."""

from __future__ import annotations

import json
import os
from typing import Any, Iterator, NamedTuple

from pyhelpers import KitError
from pyhelpers.cloud import aws


class Known(NamedTuple):
    """A value and where it was found: a variable, or a file and line."""

    value: str
    source: str


def all_settings() -> Iterator[tuple[str, str, str]]:
    """Yield variable, value and source of all that is known."""
    for names, known in (*_aws(), *_azure(), *_google()):
        if known and known.value:
            for name in names:
                yield name, known.value, known.source


def first_set(*names: str) -> Known | None:
    """Return the first of these variables that is not empty."""
    return next((Known(os.environ[name], name) for name in names if os.environ.get(name)), None)


def from_ini(path: str, section: str, name: str) -> Known | None:
    """Return a setting of an INI file; None also where the file is not valid."""
    try:
        return known(aws.read_sections(path).get(section, {}).get(name))
    except KitError:
        return None


def known(setting: aws.Setting | None) -> Known | None:
    """Return a setting with its file and line; None where it is absent or empty."""
    if setting is None or not setting.value:
        return None
    return Known(setting.value, f"{setting.file}:{setting.line}")


Settings = Iterator["tuple[tuple[str, ...], Known | None]"]


def _aws() -> Settings:
    region = first_set("AWS_REGION", "AWS_DEFAULT_REGION")
    if not region:
        try:
            region = known(aws.config_profile(aws.profile_in_use()).get("region"))
        except KitError:
            region = None
    yield ("AWS_REGION", "AWS_DEFAULT_REGION"), region


def _azure() -> Settings:
    """Yield Azure's: az marks one subscription as the default one.

    ACC_LOCATION is where the cloud shell itself runs.
    """
    folder = os.environ.get("AZURE_CONFIG_DIR") or os.path.expanduser("~/.azure")
    file = os.path.join(folder, "azureProfile.json")
    listed = (read_object(file) or {}).get("subscriptions")
    default: dict[str, object] = {}
    for each in listed if isinstance(listed, list) else []:
        if isinstance(each, dict) and each.get("isDefault") is True:
            default = each
            break
    yield (
        ("AZURE_SUBSCRIPTION_ID",),
        first_set("AZURE_SUBSCRIPTION_ID", "ARM_SUBSCRIPTION_ID")
        or Known(text_of(default.get("id")), file),
    )
    tenant = text_of(default.get("tenantId"))
    yield (
        ("AZURE_TENANT_ID",),
        first_set("AZURE_TENANT_ID", "ARM_TENANT_ID")
        or (Known(tenant, file) if tenant else first_set("ACC_TID")),
    )
    yield (
        ("AZURE_LOCATION", "AZURE_DEFAULTS_LOCATION"),
        first_set("AZURE_DEFAULTS_LOCATION", "AZURE_LOCATION")
        or from_ini(os.path.join(folder, "config"), "defaults", "location")
        or first_set("ACC_LOCATION"),
    )


def _google() -> Settings:
    """Yield Google's: where only a zone is known, its region is the zone without the last part."""
    folder = os.environ.get("CLOUDSDK_CONFIG") or os.path.expanduser("~/.config/gcloud")
    name = os.environ.get("CLOUDSDK_ACTIVE_CONFIG_NAME") or _active(folder) or "default"
    file = os.path.join(folder, "configurations", f"config_{name}")
    yield (
        ("GOOGLE_CLOUD_PROJECT",),
        first_set("GOOGLE_CLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT")
        or from_ini(file, "core", "project")
        or first_set("DEVSHELL_PROJECT_ID"),
    )
    region = first_set("GOOGLE_CLOUD_REGION", "CLOUDSDK_COMPUTE_REGION")
    region = region or from_ini(file, "compute", "region")
    zone = first_set("CLOUDSDK_COMPUTE_ZONE") or from_ini(file, "compute", "zone")
    if not region and zone:
        region = Known(zone.value.rpartition("-")[0], zone.source)  # europe-west1-b
    yield ("GOOGLE_CLOUD_REGION", "CLOUDSDK_COMPUTE_REGION"), region


def _active(folder: str) -> str:
    """Return the name of gcloud's active configuration."""
    try:
        with open(os.path.join(folder, "active_config"), encoding="utf-8") as stream:
            return stream.readline().strip()
    except (OSError, ValueError):
        return ""


def read_object(path: str) -> dict[str, Any] | None:
    """Return the object in a JSON file; None where it cannot be read or is not an object."""
    try:
        with open(path, encoding="utf-8-sig") as stream:
            found = json.load(stream)
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def parse_object(text: str) -> dict[str, Any]:
    """Return the object in a JSON text; empty where it is not one."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def text_of(value: Any) -> str:
    """Return a value that should be text; anything else is the empty text."""
    return value if isinstance(value, str) else ""
