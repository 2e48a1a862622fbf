"""Whom a webhook configuration means, and what they are asked (Kubernetes: apiserver/pkg/util/webhook)."""

from dataclasses import dataclass

from quorate.apiserver.admission.hooks import review
from quorate.apiserver.admission.hooks.configured import Hook
from quorate.apiserver.asked import Asked
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.contract.webhooks import Call
from quorate.objects.kinds import Kind

TIMEOUT = 10
PORT = 443
SERVED_AT = "sim.quorate.dev/served-at"
"""On a Service: where it is served in truth, e.g. "https://127.0.0.1:9443"."""


@dataclass(frozen=True, slots=True)
class Behind:
    """Who is behind a Service: "host:port" of one that is ready, or why there is none."""

    address: str = ""
    lost: str = ""
    served_at: str = ""
    played: bool = False


def call_of(hook: Hook, asked: Asked, matched: Kind, reader: Reader, mutating: bool) -> Call:
    client, timeout = hook.spec.get("clientConfig") or {}, hook.spec.get("timeoutSeconds") or TIMEOUT
    body = {"uid": review.uid(asked), **review.request(asked, matched, mutating)}
    asking = {"kind": "AdmissionReview", "apiVersion": review.API_VERSION, "request": body}
    name, found = "", Behind()
    service = client.get("service")
    if service is not None:
        name = f"{service['name']}.{service['namespace']}"
        url = f"https://{name}.svc:{service.get('port') or PORT}"
        path = service.get("path") or ""
        url += path if path.startswith("/") else f"/{path}"
        found = behind(service, reader)
    else:
        url = client.get("url") or ""
    url += f"{'&' if '?' in url else '?'}timeout={timeout}s"
    return Call(
        hook.name, url, found.address, found.lost, client.get("caBundle") or "", timeout, asking, name, found.served_at,
        found.played,
    )  # fmt: skip


def behind(service: Obj, reader: Reader) -> Behind:
    """`service` is the reference of a clientConfig."""
    name, namespace, port = service["name"], service["namespace"], service.get("port") or PORT
    found = reader.get("services", namespace, name)
    if found is None:
        return Behind(lost=f'service "{name}" not found')
    at = (found["metadata"].get("annotations") or {}).get(SERVED_AT) or ""
    spec = found.get("spec") or {}
    if spec.get("type") == "ExternalName":
        return Behind(f"{spec.get('externalName')}:{port}", served_at=at)
    asked = next((p for p in spec.get("ports") or () if p.get("port") == port), None)
    if asked is None:
        return Behind(lost=f'no service port {port} found for service "{name}"', served_at=at)
    for part in reader.list("endpointslices.discovery.k8s.io", namespace):
        if (part["metadata"].get("labels") or {}).get("kubernetes.io/service-name") != name:
            continue
        to = next((p for p in part.get("ports") or () if (p.get("name") or "") == (asked.get("name") or "")), None)
        for endpoint in part.get("endpoints") or ():
            ready = (endpoint.get("conditions") or {}).get("ready")
            if to is not None and ready is not False and endpoint.get("addresses"):
                played = (endpoint.get("targetRef") or {}).get("kind") == "Pod"
                return Behind(f"{endpoint['addresses'][0]}:{to.get('port')}", served_at=at, played=played)
    return Behind(lost=f'no endpoints available for service "{name}"', served_at=at)
