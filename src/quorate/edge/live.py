"""A live cluster, read only: lists through the official client's kubeconfig and in-cluster authentication.

At most REQUESTS requests are made; what is forbidden, not served or left out is told, and the rest goes on.
"""

import logging
import os
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import orjson

from quorate.objects import kinds

Obj = dict[str, Any]
Lines = list[str]

REQUESTS = 25
CONNECT, READ = 5.0, 30.0
"""Seconds to wait for a connection, and for an answer."""
LOG_LINES = 60


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

    @property
    def left(self) -> int:
        return REQUESTS - self.requests

    def list(self, resource: str, namespace: str = "") -> list[Obj]:
        """All objects of a resource, of one namespace or of all. Raises Refusal; ClusterError when nobody answers."""
        kind = kinds.by_resource(resource)
        if kind is None:
            raise Refusal("not a kind that is known")
        found = orjson.loads(self._get(path_of(kind, namespace)))
        items: list[Obj] = found.get("items") or []
        for item in items:
            # Lists leave out what all their items share.
            item["kind"], item["apiVersion"] = kind.kind, kind.api_version
            if kind.kind == "Secret":
                item["data"] = dict.fromkeys(item.get("data") or {}, "")
                item["metadata"].pop("annotations", None)
                item["metadata"].pop("managedFields", None)
        return items

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
                timeout=timeout_of(),
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
                raise ClusterError(
                    f"{self.source}: the server does not know who you are (401): credentials are missing, wrong or "
                    "expired"
                )
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


def connect(kubeconfig: Path | None = None, context: str | None = None) -> Cluster:
    """By --kubeconfig, else $KUBECONFIG, else ~/.kube/config, else the pod's service account. Raises ClusterError."""
    from kubernetes import client, config
    from kubernetes.config.config_exception import ConfigException

    logging.getLogger().addHandler(logging.NullHandler())  # the client tells failing exec plugins only to the log
    configuration = client.Configuration()
    name = str(kubeconfig) if kubeconfig is not None else os.environ.get("KUBECONFIG") or "~/.kube/config"
    files = [Path(p).expanduser() for p in name.split(os.pathsep) if p]
    here = [f for f in files if f.exists()]
    try:
        if not here and kubeconfig is None and os.environ.get("KUBERNETES_SERVICE_HOST"):
            config.load_incluster_config(client_configuration=configuration)
            return Cluster(client.ApiClient(configuration), "this cluster", _own_namespace())
        if not here:
            raise ClusterError(f"no kubeconfig at {name}: give --kubeconfig FILE or --dump PATH")
        joined = os.pathsep.join(map(str, here))
        config.load_kube_config(joined, context=context, client_configuration=configuration, persist_config=False)
        contexts, active = config.list_kube_config_contexts(joined)
    except ClusterError:
        raise
    except ConfigException as wrong:
        raise ClusterError(f"kubeconfig {name}: {' '.join(str(wrong).split())}") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise ClusterError(f"kubeconfig {name}: not a kubeconfig: {' '.join(str(wrong).split())[:160]}") from None
    except Exception as wrong:  # YAML and ssl errors, plugins: each has its own kind
        raise ClusterError(f"kubeconfig {name}: {' '.join(str(wrong).split())[:200]}") from None
    chosen = next((c for c in contexts if c.get("name") == context), active) if context else active
    namespace = ((chosen or {}).get("context") or {}).get("namespace") or "default"
    return Cluster(client.ApiClient(configuration), configuration.host, namespace)


def context_names(kubeconfig: Path | None = None) -> list[str]:
    """For the shell's completion."""
    from kubernetes import config

    try:
        return [c["name"] for c in config.list_kube_config_contexts(str(kubeconfig) if kubeconfig else None)[0]]
    except Exception:  # a completion that fails completes nothing
        return []


def _own_namespace() -> str:
    try:
        return Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace").read_text(encoding="utf-8").strip()
    except OSError:
        return "default"


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


def timeout_of() -> Any:
    import urllib3

    return urllib3.Timeout(connect=CONNECT, read=READ)


def why_silent(wrong: Exception) -> str:
    """Why nobody answers, in words."""
    text = " ".join(str(wrong).split())
    for sign, words in (
        ("certificate has expired", "its certificate has expired"),
        ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted by this kubeconfig"),
        ("CERTIFICATE_EXPIRED", "your client certificate has expired"),
        ("CERTIFICATE_REQUIRED", "it wants a client certificate"),
        ("alert unknown ca", "it does not trust your client certificate"),
        ("Name or service not known", "its name cannot be resolved"),
        ("nodename nor servname", "its name cannot be resolved"),
        ("Failed to resolve", "its name cannot be resolved"),
        ("Connection refused", "nobody answers there (connection refused)"),
        ("timed out", "it does not answer in time"),
        ("unreachable", "it cannot be reached"),
    ):
        if sign.lower() in text.lower():
            return words
    return f"it cannot be asked: {text[:200]}"


def _message(body: bytes) -> str:
    try:
        return str(orjson.loads(body).get("message") or "")[:200]
    except (ValueError, AttributeError):
        return ""
