"""What a pod needs from other objects before it can start: bound claims, ConfigMaps and Secrets."""

from collections.abc import Iterator

from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.objects.attachments import ATTACHMENTS, DRIVERS, attachment_name, driver_of, is_attached, must_attach

_KEYS = (("configMapKeyRef", "configmaps", "ConfigMap"), ("secretKeyRef", "secrets", "Secret"))
ROOT_CA = "kube-root-ca.crt"
"""Every namespace is given it; a pod does not wait for the moment in which that happens."""


def mount_problem(reader: Reader, pod: Obj) -> str:
    """The message of the FailedMount event; "" when all volumes can be mounted."""
    namespace = pod["metadata"]["namespace"]
    unbound: list[tuple[str, str]] = []
    for volume in pod["spec"].get("volumes") or ():
        claim = _claim_of(volume, pod)
        if claim:
            why = _claim_problem(reader, namespace, claim)
            if why:
                unbound.append((volume["name"], f"error processing PVC {namespace}/{claim}: {why}"))
            continue
        for why in _source_problems(reader, namespace, volume):
            return f'MountVolume.SetUp failed for volume "{volume["name"]}" : {why}'
    if not unbound:
        return ""
    names = " ".join(name for name, _ in unbound)
    return (
        f"Unable to attach or mount volumes: unmounted volumes=[{names}], unattached volumes=[], "
        f"failed to process volumes=[{names}]: {'; '.join(why for _, why in unbound)}"
    )


def attachable(reader: Reader, pod: Obj) -> Iterator[tuple[str, Obj]]:
    """(name in the pod, PersistentVolume) of those of its volumes that must be attached to its node first."""
    namespace = pod["metadata"]["namespace"]
    for volume in pod["spec"].get("volumes") or ():
        name = _claim_of(volume, pod)
        claim = reader.get("persistentvolumeclaims", namespace, name) if name else None
        bound = (
            reader.get("persistentvolumes", "", claim["spec"].get("volumeName") or "") if claim is not None else None
        )
        if bound is not None and must_attach(bound, reader.get(DRIVERS, "", driver_of(bound))):
            yield volume["name"], bound


def unattached(reader: Reader, pod: Obj) -> tuple[str, ...]:
    """The names of the volumes that are not attached yet."""
    return tuple(
        name for name, volume in attachable(reader, pod) if not _attached(reader, volume, pod["spec"]["nodeName"])
    )


def _attached(reader: Reader, volume: Obj, node: str) -> bool:
    csi = volume["spec"]["csi"]
    found = reader.get(ATTACHMENTS, "", attachment_name(csi["driver"], csi["volumeHandle"], node))
    return found is not None and is_attached(found) and not found["metadata"].get("deletionTimestamp")


def _claim_of(volume: Obj, pod: Obj) -> str:
    if volume.get("persistentVolumeClaim"):
        return str(volume["persistentVolumeClaim"]["claimName"])
    return f"{pod['metadata']['name']}-{volume['name']}" if "ephemeral" in volume else ""


def _claim_problem(reader: Reader, namespace: str, name: str) -> str:
    claim = reader.get("persistentvolumeclaims", namespace, name)
    if claim is None:
        return f'failed to fetch PVC from API server: persistentvolumeclaim "{name}" not found'
    if claim["metadata"].get("deletionTimestamp"):
        return "PVC is being deleted"
    bound = (claim.get("status") or {}).get("phase") == "Bound" and claim["spec"].get("volumeName")
    return "" if bound else "PVC is not bound"


def _source_problems(reader: Reader, namespace: str, volume: Obj) -> Iterator[str]:
    if volume.get("configMap"):
        yield from _missing(reader, "configmaps", namespace, volume["configMap"].get("name", ""), volume["configMap"])
    elif volume.get("secret"):
        yield from _missing(reader, "secrets", namespace, volume["secret"].get("secretName", ""), volume["secret"])
    elif volume.get("projected"):
        for source in volume["projected"].get("sources") or ():
            for field, resource in (("configMap", "configmaps"), ("secret", "secrets")):
                if source.get(field):
                    yield from _missing(reader, resource, namespace, source[field].get("name", ""), source[field])


def _missing(reader: Reader, resource: str, namespace: str, name: str, source: Obj) -> Iterator[str]:
    if source.get("optional") or name == ROOT_CA:
        return
    found = reader.get(resource, namespace, name)
    if found is None:
        yield f'{resource[:-1]} "{name}" not found'
        return
    for item in source.get("items") or ():
        if not _has_key(found, item.get("key", "")):
            word = "config key" if resource == "configmaps" else "secret key"
            owner = "configmap " if resource == "configmaps" else ""
            yield f"{owner}references non-existent {word}: {item.get('key', '')}"
            return


def _has_key(found: Obj, key: str) -> bool:
    return key in (found.get("data") or {}) or key in (found.get("binaryData") or {})


def config_problem(reader: Reader, namespace: str, container: Obj) -> str:
    """Why the container's environment cannot be made (CreateContainerConfigError); "" when it can."""
    for source in container.get("envFrom") or ():
        for field, resource in (("configMapRef", "configmaps"), ("secretRef", "secrets")):
            ref = source.get(field)
            if ref and not ref.get("optional") and reader.get(resource, namespace, ref.get("name", "")) is None:
                return f'{resource[:-1]} "{ref.get("name", "")}" not found'
    for variable in container.get("env") or ():
        origin = variable.get("valueFrom")
        if not origin:
            continue
        for field, resource, kind in _KEYS:
            ref = origin.get(field)
            if not ref or ref.get("optional"):
                continue
            name = ref.get("name", "")
            found = reader.get(resource, namespace, name)
            if found is None:
                return f'{resource[:-1]} "{name}" not found'
            if not _has_key(found, ref.get("key", "")):
                return f"couldn't find key {ref.get('key', '')} in {kind} {namespace}/{name}"
    return ""
