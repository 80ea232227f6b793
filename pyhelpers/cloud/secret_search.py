"""Credentials in plain text, long-lived, shadowing the login, or open to others; never shown."""

from __future__ import annotations

import os
import re
import stat
from typing import Iterator, NamedTuple

VARIABLES = (
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AZURE_CLIENT_SECRET",
    "ARM_CLIENT_SECRET", "AZURE_STORAGE_KEY", "AZURE_STORAGE_CONNECTION_STRING", "GITHUB_TOKEN",
    "GH_TOKEN", "GITLAB_TOKEN", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "HF_TOKEN", "KAGGLE_KEY",
    "NPM_TOKEN", "PGPASSWORD",
)  # fmt: skip
# A variable with a literal value; one from a program or another variable is none. fish has no "=".
LITERAL = re.compile(rf"(?:^|[^A-Za-z0-9_])({'|'.join(VARIABLES)})(?:=|\s+)[\"']?[^]\"'$`\s<=]")
# Keys with a look of their own: AWS's long-lived ones, tokens of GitHub and Hugging Face.
LOOKS = re.compile(r"AKIA[0-9A-Z]{16}|gh[po]_[0-9A-Za-z]{36}|github_pat_\w{40}|\bhf_[A-Za-z]{30,}")
SHELL_FILES = """
.bashrc .bash_profile .bash_login .profile .bash_aliases .bashrc.local .zshrc .zshenv .zprofile
.zlogin .zshrc.local .config/fish/config.fish .envrc .env .vimrc.local .customize_environment
""".split()  # noqa: SIM905
SHELL_FOLDERS = (".config/environment.d", ".config/fish/conf.d", ".bashrc.d", ".config/zsh")
HISTORIES = (".bash_history", ".zsh_history", ".local/share/fish/fish_history", ".psql_history")
MOST_LINES = 10  # findings in one file
ACCOUNT_KEY = "a long-lived service account key"
LONG_LIVED = "a long-lived key"


class Store(NamedTuple):
    """A file in which a tool keeps a secret in plain text."""

    path: str
    secret: str
    fix: str
    what: str = "a password or token in plain text"


STORES = (
    Store(".git-credentials", "://[^/]*:[^/]*@", "use an SSH key: cloud-env bootstrap --ssh-key"),
    Store(".netrc", r"(^|\s)password\s", "use a token helper"),
    Store(".npmrc", r"_(authToken|password)=[^$]", "write ${NPM_TOKEN} in its place"),
    Store(".pypirc", r"^\s*password", "use keyring"),
    Store(".docker/config.json", r'"auth"\s*:\s*"[^"]', "use a credential helper"),
    Store(
        ".config/gcloud/application_default_credentials.json",
        '"private_key"',
        "use gcloud auth application-default login",
        ACCOUNT_KEY,
    ),
    Store(".config/gh/hosts.yml", r"oauth_token:\s*\S", "gh auth login without --insecure-storage"),
    Store(".config/hub", r"oauth_token:\s*\S", "use gh"),
    Store(".cache/huggingface/token", r"\S", "hf auth logout where the machine is shared"),
    Store(".huggingface/token", r"\S", "hf auth logout where the machine is shared"),
    Store(".kaggle/kaggle.json", r'"key"\s*:\s*"[^"]', "renew it where the machine is shared"),
    Store(".kaggle/access_token", r"\S", "renew it where the machine is shared"),
    Store(".pgpass", r"^[^#]*:[^:]+$", "log in by a token of the cloud"),
    Store(".my.cnf", r"^\s*password\s*=\s*\S", "use mysql_config_editor"),
    Store(".kube/config", r"^\s*(- )?(token|password|client-key-data):\s*\S", "use an exec plugin"),
    Store(".terraform.d/credentials.tfrc.json", r'"token"\s*:\s*"[^"]', "use a helper"),
    Store(
        ".databrickscfg", r"^\s*(token|password|client_secret)\s*=\s*\S", "databricks auth login"
    ),
    Store(
        ".config/rclone/rclone.conf",
        r"^\s*(pass|token|\w*secret\w*)\s*=",
        "rclone config encryption",
    ),
    Store(".azure/accessTokens.json", '"(accessToken|refreshToken)"', "az account clear, az login"),
    Store(".azure/service_principal_entries.json", '"client_secret"', "az login without a secret"),
    Store(".s3cfg", r"^\s*secret_key\s*=\s*\S", "use a role"),
    Store(".boto", r"^\s*(aws_secret_access_key|gs_secret_access_key)\s*=\s*\S", "use a role"),
    Store(".vault-token", r"\S", "vault login -no-store"),
    Store(".cargo/credentials.toml", r"^\s*token\s*=\s*\S", "cargo logout"),
    Store(".m2/settings.xml", "<password>[^{<]", "encrypt it: mvn --encrypt-password"),
    Store(".config/doctl/config.yaml", r"^\s*access-token:\s*\S", "use a variable for one command"),
)
# Files that only their owner may read, though a secret in them is as it should be.
PRIVATE = """
.aws/credentials .config/beachhead/secrets.env .azure/msal_token_cache.json
.config/gcloud/credentials.db
""".split()  # noqa: SIM905


class Finding(NamedTuple):
    """What doctor prints of a secret: warn or broken, what is wrong, how to fix it."""

    level: str
    text: str
    fix: str


def search(cloud: str, home: str) -> Iterator[Finding]:
    """Yield the findings among variables and, where there is a home, in its files."""
    yield from _variables(cloud, home)
    if not os.path.isdir(home):
        return
    for path in _shell_files(home):
        for number, name in _literals(path):
            text = f"{_tilde(path, home)}:{number}: {name} is here in plain text"
            yield Finding("broken", text, "take it out, and renew it if anybody could read it")
    for name in HISTORIES:
        path = os.path.join(home, name)
        fix = "delete the line and renew the key"
        yield from _lines_with(path, home, LOOKS, "warn", "a key was typed here", fix)
    if cloud != "cloud9":  # which keeps the file itself
        yield from _aws_files(cloud, home)
    for store in STORES:
        path, secret = os.path.join(home, store.path), re.compile(store.secret)
        yield from _lines_with(path, home, secret, "warn", store.what, store.fix)
    yield from _open_files(home)
    yield from _foreign_files(home)


def _lines(path: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a regular file, with their numbers; none where it cannot be read."""
    try:
        if not os.path.isfile(path):
            return
        with open(path, encoding="latin-1") as stream:
            yield from enumerate(stream, start=1)
    except OSError:
        return


def _lines_with(
    path: str, home: str, secret: re.Pattern[str], level: str, what: str, fix: str
) -> Iterator[Finding]:
    count = 0
    for number, line in _lines(path):
        if secret.search(line.rstrip("\r\n")):
            yield Finding(level, f"{_tilde(path, home)}:{number}: {what}", fix)
            count += 1
        if count == MOST_LINES:
            return


def _literals(path: str) -> Iterator[tuple[int, str]]:
    for number, line in _lines(path):
        for match in LITERAL.finditer(line):
            spaced = line[match.end(1)] != "="
            if not spaced or re.search(rf"\bset\b.*\s{match[1]}\s", line):
                yield number, match[1]


def _shell_files(home: str) -> Iterator[str]:
    """Yield the files that shells read, in the home and in ZDOTDIR."""
    for name in SHELL_FILES:
        yield os.path.join(home, name)
    folders = [os.path.join(home, name) for name in SHELL_FOLDERS]
    zdotdir = os.environ.get("ZDOTDIR")
    if zdotdir and os.path.realpath(zdotdir) not in map(os.path.realpath, [home, *folders]):
        folders.append(zdotdir)
    for folder in folders:
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            continue
        yield from (os.path.join(folder, name) for name in names)


def _tilde(path: str, home: str) -> str:
    return "~" + path[len(home) :] if home and path.startswith(home + "/") else path


def _where(name: str, home: str) -> str:
    """Return " (FILE:LINE)" of the shell file that sets a variable last, or nothing."""
    where = ""
    sets = re.compile(rf"(^|[^A-Za-z0-9_#]){name}=")
    for path in _shell_files(home) if home else ():
        for number, line in _lines(path):
            if sets.search(line):
                where = f" ({_tilde(path, home)}:{number})"
    return where


def _variables(cloud: str, home: str) -> Iterator[Finding]:
    yield from _aws_variables(cloud, home)
    yield from _other_variables(cloud, home)
    for name in ("GITHUB_TOKEN", "GH_TOKEN"):
        # Codespaces' own token begins with ghu_ and ends with the session.
        if not os.environ.get(name, "").startswith(("ghp_", "github_pat_")):
            continue
        text = f"{name} is a personal token{_where(name, home)}"
        if cloud == "codespaces":
            yield Finding("broken", f"{text}: it shadows the codespace's own", f"unset {name}")
        else:
            yield Finding("warn", f"{text}, which lives long", "use gh auth login")


def _aws_variables(cloud: str, home: str) -> Iterator[Finding]:
    """botocore asks the variables before anything else."""
    key = os.environ.get("AWS_ACCESS_KEY_ID")
    if not key:
        return
    where = _where("AWS_ACCESS_KEY_ID", home)
    kind = ", a long-lived key" if key.startswith("AKIA") else ""
    if cloud == "aws" or os.environ.get("AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        text = f"AWS_ACCESS_KEY_ID is set{where}{kind}: it shadows this shell's own login"
        fix = "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN"
        yield Finding("broken", text, fix)
    elif key.startswith("ASIA") and not os.environ.get("AWS_SESSION_TOKEN"):
        text = f"AWS_ACCESS_KEY_ID is a temporary key{where} without AWS_SESSION_TOKEN"
        yield Finding("broken", text, "set the token as well, or unset the key")
    elif kind:
        fix = "use aws sso login or a role"
        yield Finding("warn", f"AWS_ACCESS_KEY_ID is set{where}{kind}", fix)


def _other_variables(cloud: str, home: str) -> Iterator[Finding]:
    name = "AZURE_CLIENT_SECRET"
    if os.environ.get(name):
        text = f"{name} is set{_where(name, home)}"
        if cloud == "azure":
            text += ": SDKs use it before this shell's login"
            yield Finding("broken", text, f"unset {name}")
        else:
            yield Finding("warn", f"{text}, a long-lived secret", "use az login")
    name = "GOOGLE_APPLICATION_CREDENTIALS"
    file = os.environ.get(name, "")
    if not file:
        return
    where = _where(name, home)
    if not os.access(file, os.R_OK):
        text = f"{name}{where} names {_tilde(file, home)}, which cannot be read"
        yield Finding("broken", text, f"unset {name}")
    elif cloud == "gcp":
        text = f"{name} is set{where}: it shadows this shell's login"
        yield Finding("broken", text, f"unset {name}")
    else:
        fix = "use gcloud auth application-default login"
        yield from _lines_with(file, home, re.compile('"private_key"'), "warn", ACCOUNT_KEY, fix)


def _aws_files(cloud: str, home: str) -> Iterator[Finding]:
    """Yield long-lived keys; in CloudShell a default profile comes before the shell's login."""
    shadows = cloud == "aws"
    level = "broken" if shadows else "warn"
    what = "a key that shadows this shell's own login for its profile" if shadows else LONG_LIVED
    files = {"AWS_SHARED_CREDENTIALS_FILE": "credentials", "AWS_CONFIG_FILE": "config"}
    for name, default in files.items():
        path = os.environ.get(name) or os.path.join(home, ".aws", default)
        key = re.compile(r"^\s*aws_access_key_id\s*[=:]\s*AKIA")
        fix = "delete the profile; use aws sso login or a role"
        yield from _lines_with(os.path.expanduser(path), home, key, level, what, fix)


def _open_files(home: str) -> Iterator[Finding]:
    """Yield secrets that other users of the machine can read, and an open ~/.ssh."""
    folder = os.path.join(home, ".ssh")
    try:
        names = sorted(os.listdir(folder))
        if os.stat(folder).st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            yield Finding("broken", f"{folder} can be written by others", "chmod 700 ~/.ssh")
    except OSError:
        names = []
    paths = [os.path.join(folder, name) for name in names]
    keys = [path for path in paths if _is_private_key(path)]
    others = [os.path.join(home, name) for name in PRIVATE]
    for store in STORES:
        path, secret = os.path.join(home, store.path), re.compile(store.secret)
        if any(secret.search(line) for _, line in _lines(path)):
            others.append(path)
    for path in [*keys, *others]:
        try:
            mode = os.stat(path).st_mode
        except OSError:
            continue
        if stat.S_ISREG(mode) and mode & 0o077:
            shown = _tilde(path, home)
            text = f"{shown} can be read by others ({stat.filemode(mode)[1:]})"
            yield Finding("broken", text, f"chmod 600 {shown}")


def _is_private_key(path: str) -> bool:
    first = next(_lines(path), (0, ""))[1]
    return re.match("-----BEGIN .*PRIVATE KEY-----", first) is not None


def _foreign_files(home: str) -> Iterator[Finding]:
    """Yield what sudo has left of root in the folders where tools keep their files."""
    owner = os.stat(home).st_uid
    paths = [home]
    for folder in ("", ".config", ".local", ".cache", ".ssh", ".aws", ".azure"):
        try:
            names = sorted(os.listdir(os.path.join(home, folder)))
        except OSError:
            continue
        paths += [os.path.join(home, folder, name) for name in names]
    foreign = []
    for path in paths:
        try:
            if os.lstat(path).st_uid != owner:
                foreign.append(_tilde(path, home))
        except OSError:
            continue
    if foreign and owner:
        text = f"another user, such as root, owns {', '.join(foreign[:3])}"
        yield Finding("warn", text + ", ..." * (len(foreign) > 3), 'sudo chown -R "$USER" ~')
