"""A live cluster, read only: lists through the official client's kubeconfig and in-cluster authentication.

At most REQUESTS requests are made; what is forbidden, not served or left out is told, and the rest goes on.
"""

from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from quorate.objects import kinds

Obj = dict[str, Any]
Lines = list[str]
Objs = list[Obj]

REQUESTS = 25
CONNECT, READ = 5.0, 30.0
"""Seconds to wait for a connection, and for an answer."""
LOG_LINES = 60


UNKNOWN = (
    "the server does not know who you are (401): credentials are missing, wrong or expired; log in again, or say another "
    "--context or --kubeconfig"
)
STRANGE = "what answers there is no Kubernetes API server: is it the login page of a proxy, or the wrong port?"


class ClusterError(Exception):
    """The cluster cannot be asked at all: who, why, what next, in one line."""


class Refusal(Exception):
    """One request was refused; `why` in a word or a line."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Cluster:
    """Use `connect`. `now` is the server's clock, by its last answer, in microseconds; 0 before the first."""

    def __init__(self, api: Any, source: str, namespace: str) -> None:
        self.api, self.source, self.namespace = api, source, namespace
        self.now = 0
        self.requests = 0
        self.patience = (CONNECT, READ)

    @property
    def left(self) -> int:
        return REQUESTS - self.requests

    def list(self, resource: str, namespace: str = "") -> list[Obj]:
        """All objects of a resource, of one namespace or of all. Raises Refusal; ClusterError when nobody answers."""
        kind = kinds.by_resource(resource)
        if kind is None:
            raise Refusal("not a kind that is known")
        items = self._items(self._get(path_of(kind, namespace)))
        for item in items:
            # Lists leave out what all their items share.
            item["kind"], item["apiVersion"] = kind.kind, kind.api_version
            if kind.kind == "Secret":
                item["data"] = dict.fromkeys(item.get("data") or {}, "")
                item["metadata"].pop("annotations", None)
                item["metadata"].pop("managedFields", None)
        return items

    def _items(self, body: bytes) -> "Objs":
        try:
            found = orjson.loads(body)
        except orjson.JSONDecodeError:
            found = None
        if not isinstance(found, dict) or not isinstance(found.get("items") or [], list):
            raise ClusterError(f"{self.source}: {STRANGE}")
        return found.get("items") or []

    def log(self, namespace: str, pod: str, container: str, previous: bool) -> Lines:
        """The last lines of a container's log. Raises Refusal."""
        query = f"container={container}&tailLines={LOG_LINES}&limitBytes=32768" + ("&previous=true" if previous else "")
        return (
            self._get(f"/api/v1/namespaces/{namespace}/pods/{pod}/log?{query}").decode("utf-8", "replace").splitlines()
        )

    def _get(self, path: str) -> bytes:
        if self.left <= 0:
            raise Refusal(f"left out: a diagnosis makes at most {REQUESTS} requests")
        self.requests += 1
        headers = headers_of(self.api)
        try:
            reply = self.api.rest_client.pool_manager.request(
                "GET",
                self.api.configuration.host.rstrip("/") + path,
                headers=headers,
                timeout=timeout_of(*self.patience),
                retries=False,
            )
        except Exception as wrong:  # urllib3 and ssl raise a dozen kinds; each means that nobody answers
            raise ClusterError(f"{self.source}: {why_silent(wrong)}") from None
        self._note_time(reply.headers.get("Date"))
        if reply.status == 200:
            body: bytes = reply.data
            return body
        message = _message(reply.data)
        match reply.status:
            case 401:
                raise ClusterError(f"{self.source}: {UNKNOWN}")
            case 403:
                raise Refusal("forbidden")
            case 404:
                raise Refusal("not served")
            case _:
                raise Refusal(f"{reply.status} {message}".strip())

    def _note_time(self, date: str | None) -> None:
        if date:
            try:
                self.now = int(parsedate_to_datetime(date).timestamp() * 1_000_000)
            except ValueError:
                return


def headers_of(api: Any) -> dict[str, str]:
    """With who asks, as the kubeconfig has it."""
    headers = {"Accept": "application/json", "User-Agent": "quorate-diagnose"}
    auth = api.configuration.auth_settings().get("BearerToken")
    if auth and auth.get("value"):
        headers[auth["key"]] = auth["value"]
    return headers


def path_of(kind: kinds.Kind, namespace: str) -> str:
    root = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
    return f"{root}/namespaces/{namespace}/{kind.plural}" if namespace and kind.namespaced else f"{root}/{kind.plural}"


def timeout_of(connect: float = CONNECT, read: float = READ) -> Any:
    import urllib3

    return urllib3.Timeout(connect=connect, read=read)


SILENCES = (
    ("certificate has expired", "its certificate has expired: renew it, or see whether your clock is right"),
    ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted by this kubeconfig: fetch a new kubeconfig"),
    ("CERTIFICATE_EXPIRED", "your client certificate has expired: fetch a new kubeconfig"),
    ("CERTIFICATE_REQUIRED", "it wants a client certificate, and the kubeconfig has none"),
    ("alert unknown ca", "it does not trust your client certificate: fetch a new kubeconfig"),
    ("NO_CERTIFICATE_OR_CRL_FOUND", "a certificate in the kubeconfig is none: fetch a new kubeconfig"),
    ("WRONG_VERSION_NUMBER", "it does not speak TLS: does the kubeconfig want http://, or another port?"),
    ("Name or service not known", "its name cannot be resolved: is the VPN up, and is it the right context?"),
    ("nodename nor servname", "its name cannot be resolved: is the VPN up, and is it the right context?"),
    ("Failed to resolve", "its name cannot be resolved: is the VPN up, and is it the right context?"),
    ("Connection refused", "nobody answers there (connection refused): is the cluster up, and is it the right --context?"),
    ("timed out", "it does not answer in time: is the VPN up, and is it the right --context?"),
    ("unreachable", "it cannot be reached: is the VPN up, and is it the right --context?"),
    ("closed connection without response", "it hangs up: does it speak TLS (https://)?"),
    ("Connection aborted", "it hangs up: does it speak TLS (https://)?"),
)  # fmt: skip
"""What stands in an error, and what that means; the more telling first."""


def why_silent(wrong: Exception) -> str:
    """Why nobody answers, in words, and what to see to."""
    text = " ".join(str(wrong).split())
    found = next((words for sign, words in SILENCES if sign.lower() in text.lower()), "")
    return found or f"it cannot be asked: {text[:200]}"


def _message(body: bytes) -> str:
    try:
        return str(orjson.loads(body).get("message") or "")[:200]
    except (ValueError, AttributeError):
        return ""
