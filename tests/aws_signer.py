"""The oracle of our SigV4 signatures: botocore, AWS's own library."""

import base64
import json
import re
import subprocess
from pathlib import Path

from tests.conftest import need_peer
from tests.loopback import Request

KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": 'wJalr/XUtn+FEMI\\K7"MDENG'}

# It is installed with the peers, since it asks for other versions than the kit does.
SIGN = """
import base64, json, sys
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

asked = json.load(sys.stdin)
auth = SigV4Auth(Credentials(asked["key"], asked["secret"]), asked["service"], asked["region"])
body = base64.b64decode(asked["body"])
request = AWSRequest(asked["method"], asked["url"], asked["headers"], body)
request.context["timestamp"] = asked["date"]
canonical = auth.canonical_request(request)
print(auth.signature(auth.string_to_sign(request, canonical), request))
"""


def signature(request: Request, url: str, secret: str) -> str:
    """Return the SigV4 signature that botocore gives a request."""
    found = re.search(r"Credential=(\w+)/\d+/([\w-]+)/(\w+)/", request.headers["authorization"])
    signed = re.search(r"SignedHeaders=([\w;-]+)", request.headers["authorization"])
    assert found and signed
    asked = dict(zip(("key", "region", "service"), found.groups(), strict=True))
    asked |= {"secret": secret, "method": request.method, "url": url + request.path}
    asked |= {"date": request.headers["x-amz-date"]}
    body = base64.b64encode(request.body).decode()
    headers = {name: request.headers[name] for name in signed[1].split(";")}
    python = Path(need_peer("moto_server")).with_name("python")
    done = subprocess.run(
        [python, "-c", SIGN],
        input=json.dumps(asked | {"body": body, "headers": headers}),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()
