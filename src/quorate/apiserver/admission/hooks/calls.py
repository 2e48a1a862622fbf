"""Whom a webhook configuration means, and what they are asked (Kubernetes: apiserver/pkg/util/webhook)."""

from quorate.apiserver.admission.hooks import review
from quorate.apiserver.admission.hooks.configured import Hook
from quorate.apiserver.asked import Asked
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.contract.webhooks import Call
from quorate.objects.kinds import Kind

TIMEOUT = 10
PORT = 443


def call_of(hook: Hook, asked: Asked, matched: Kind, reader: Reader) -> Call:
    client, timeout = hook.spec.get("clientConfig") or {}, hook.spec.get("timeoutSeconds") or TIMEOUT
    body = {"uid": review.uid(asked), **review.request(asked, matched)}
    asking = {"kind": "AdmissionReview", "apiVersion": review.API_VERSION, "request": body}
    address, lost = "", ""
    service = client.get("service")
    if service is not None:
        url = f"https://{service['name']}.{service['namespace']}.svc:{service.get('port') or PORT}"
        path = service.get("path") or ""
        url += path if path.startswith("/") else f"/{path}"
        address, lost = _behind(service, reader)
    else:
        url = client.get("url") or ""
    url += f"{'&' if '?' in url else '?'}timeout={timeout}s"
    return Call(hook.name, url, address, lost, client.get("caBundle") or "", timeout, asking)


def _behind(service: Obj, reader: Reader) -> tuple[str, str]:
    """("host:port" of one that is ready, why there is none)."""
    name, namespace, port = service["name"], service["namespace"], service.get("port") or PORT
    found = reader.get("services", namespace, name)
    if found is None:
        return "", f'service "{name}" not found'
    spec = found.get("spec") or {}
    if spec.get("type") == "ExternalName":
        return f"{spec.get('externalName')}:{port}", ""
    asked = next((p for p in spec.get("ports") or () if p.get("port") == port), None)
    if asked is None:
        return "", f'no service port {port} found for service "{name}"'
    for part in reader.list("endpointslices.discovery.k8s.io", namespace):
        if (part["metadata"].get("labels") or {}).get("kubernetes.io/service-name") != name:
            continue
        to = next((p for p in part.get("ports") or () if (p.get("name") or "") == (asked.get("name") or "")), None)
        for endpoint in part.get("endpoints") or ():
            ready = (endpoint.get("conditions") or {}).get("ready")
            if to is not None and ready is not False and endpoint.get("addresses"):
                return f"{endpoint['addresses'][0]}:{to.get('port')}", ""
    return "", f'no endpoints available for service "{name}"'
