"""The sources of volumes, one rule each, in the order in which Kubernetes looks for them (core/validation)."""

import re
from collections.abc import Callable

from quorate.apiserver.validation import meta
from quorate.apiserver.validation.claim_specs import claim_spec
from quorate.apiserver.validation.errors import (
    FieldError,
    each_invalid,
    forbidden,
    invalid,
    not_supported,
    required,
    too_long,
)
from quorate.apiserver.validation.paths import descending, no_way_up
from quorate.apiserver.validation.projected import downward, file_mode, key_to_path, projected
from quorate.apiserver.validation.texts import between
from quorate.contract.plan import Obj
from quorate.objects import quantity
from quorate.objects.names import dns1123_label_errors, dns1123_subdomain_errors

Rule = Callable[[str, Obj], list[FieldError]]
"""(path of the volume, the volume) -> what is wrong with its source."""

_HOST_PATHS = ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"]
_INITIATORS = {
    "iqn": re.compile(r"iqn\.\d{4}-\d{2}\.([A-Za-z0-9.-]+)(:[^,;*&$|\s]+)$", re.ASCII),
    "eui": re.compile(r"^eui.[A-Za-z0-9]{16}$"),
    "naa": re.compile(r"^naa.[A-Za-z0-9]{32}$"),
}
_OF_CLAIMS = ("labels", "annotations")
PULL_POLICIES = ["Always", "IfNotPresent", "Never"]


def pull_policy(field: str, policy: str) -> list[FieldError]:
    if policy in PULL_POLICIES:
        return []
    return [not_supported(field, policy, PULL_POLICIES)] if policy else [required(field)]


class _Needs:
    """A source that only wants some fields set."""

    def __init__(self, source: str, fields: tuple[str, ...]) -> None:
        self.source, self.fields = source, fields

    def __call__(self, field: str, volume: Obj) -> list[FieldError]:
        source = volume[self.source]
        return [required(f"{field}.{self.source}.{name}") for name in self.fields if not source.get(name)]


def _empty_dir(field: str, volume: Obj) -> list[FieldError]:
    limit = volume["emptyDir"].get("sizeLimit")
    if limit is not None and quantity.milli(limit) < 0:
        return [forbidden(f"{field}.emptyDir.sizeLimit", "SizeLimit field must be a valid resource quantity")]
    return []


def host_path(field: str, volume: Obj) -> list[FieldError]:
    source, field = volume["hostPath"], f"{field}.hostPath"
    if not source.get("path"):
        return [required(f"{field}.path")]
    errors = no_way_up(f"{field}.path", source["path"])
    if source.get("type", "") not in _HOST_PATHS:
        errors.append(not_supported(f"{field}.type", source["type"], _HOST_PATHS))
    return errors


def _git_repo(field: str, volume: Obj) -> list[FieldError]:
    source, field = volume["gitRepo"], f"{field}.gitRepo"
    errors = [] if source.get("repository") else [required(f"{field}.repository")]
    return errors + descending(f"{field}.directory", source.get("directory", ""))


class _Disk:
    """A cloud disk with a name and a partition."""

    def __init__(self, source: str, named: str, shown: str) -> None:
        self.source, self.named, self.shown = source, named, shown

    def __call__(self, field: str, volume: Obj) -> list[FieldError]:
        source, field = volume[self.source], f"{field}.{self.shown}"
        errors = [] if source.get(self.named) else [required(f"{field}.{self.named}")]
        partition = source.get("partition", 0)
        if not 0 <= partition <= 255:
            errors.append(invalid(f"{field}.partition", partition, between(1, 255)))
        return errors


def _secret(field: str, volume: Obj) -> list[FieldError]:
    return _keyed(f"{field}.secret", volume["secret"], "secretName")


def _config_map(field: str, volume: Obj) -> list[FieldError]:
    return _keyed(f"{field}.configMap", volume["configMap"], "name")


def _keyed(field: str, source: Obj, named: str) -> list[FieldError]:
    errors = [] if source.get(named) else [required(f"{field}.{named}")]
    errors += file_mode(f"{field}.defaultMode", source.get("defaultMode"))
    for i, item in enumerate(source.get("items") or ()):
        errors += key_to_path(f"{field}.items[{i}]", item)
    return errors


def nfs(field: str, volume: Obj) -> list[FieldError]:
    source, field = volume["nfs"], f"{field}.nfs"
    errors = [required(f"{field}.{name}") for name in ("server", "path") if not source.get(name)]
    if not source.get("path", "").startswith("/"):
        errors.append(invalid(f"{field}.path", source.get("path", ""), "must be an absolute path"))
    return errors


def _iscsi(field: str, volume: Obj) -> list[FieldError]:
    source, at = volume["iscsi"], f"{field}.iscsi"
    errors = [required(f"{at}.{name}") for name in ("targetPortal", "iqn") if not source.get(name)]
    if source.get("iqn"):
        errors += _initiator(f"{at}.iqn", source["iqn"])
    lun = source.get("lun", 0)
    if not 0 <= lun <= 255:
        errors.append(invalid(f"{at}.lun", lun, between(0, 255)))
    if (source.get("chapAuthDiscovery") or source.get("chapAuthSession")) and not source.get("secretRef"):
        errors.append(required(f"{at}.secretRef"))
    if source.get("initiatorName") is not None:
        errors += _initiator(f"{at}.initiatorname", source["initiatorName"])
        if len(f"{volume.get('name', '')}:{source.get('targetPortal', '')}") > 64:
            why = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if "
            errors.append(invalid(f"{field}.name", volume.get("name", ""), f"{why}iscsi.initiatorName is specified."))
    return errors


def _initiator(field: str, name: str) -> list[FieldError]:
    rule = _INITIATORS.get(name[:3])
    if rule is None:
        return [invalid(field, name, "must be valid format starting with iqn, eui, or naa")]
    return [] if rule.search(name) else [invalid(field, name, "must be valid format")]


def _quobyte(field: str, volume: Obj) -> list[FieldError]:
    source, field = volume["quobyte"], f"{field}.quobyte"
    pairs = "must be a host:port pair or multiple pairs separated by commas"
    errors: list[FieldError] = []
    registry = source.get("registry")
    if not registry:
        errors.append(required(f"{field}.registry", pairs))
    elif len(source.get("tenant", "")) >= 65:
        errors.append(required(f"{field}.tenant", "must be a UUID and may not exceed a length of 64 characters"))
    else:
        errors += [invalid(f"{field}.registry", registry, pairs) for pair in registry.split(",") if ":" not in pair]
    return errors if source.get("volume") else [*errors, required(f"{field}.volume")]


def _flocker(field: str, volume: Obj) -> list[FieldError]:
    source, field = volume["flocker"], f"{field}.flocker"
    name, uid = source.get("datasetName", ""), source.get("datasetUUID", "")
    errors: list[FieldError] = []
    if not name and not uid:
        errors.append(required(field, "one of datasetName and datasetUUID is required"))
    if name and uid:
        errors.append(invalid(field, "resource", "datasetName and datasetUUID can not be specified simultaneously"))
    if "/" in name:
        errors.append(invalid(f"{field}.datasetName", name, "must not contain '/'"))
    return errors


def _fc(field: str, volume: Obj) -> list[FieldError]:
    source, field = volume["fc"], f"{field}.fc"
    names, ids, lun = source.get("targetWWNs") or [], source.get("wwids") or [], source.get("lun")
    errors: list[FieldError] = []
    if not names and not ids:
        errors.append(required(f"{field}.targetWWNs", "must specify either targetWWNs or wwids, but not both"))
    if names and ids:
        why = "targetWWNs and wwids can not be specified simultaneously"
        errors.append(invalid(f"{field}.targetWWNs", names, why))
    if names and lun is None:
        errors.append(required(f"{field}.lun", "lun is required if targetWWNs is specified"))
    elif names and not 0 <= lun <= 255:
        errors.append(invalid(f"{field}.lun", lun, between(0, 255)))
    return errors


def _flex(field: str, volume: Obj) -> list[FieldError]:
    source, field = volume["flexVolume"], f"{field}.flexVolume"
    errors = [] if source.get("driver") else [required(f"{field}.driver")]
    for key in source.get("options") or ():
        owner = "." + key.partition("/")[0].lower()
        if owner.endswith((".kubernetes.io", ".k8s.io")):
            why = "kubernetes.io and k8s.io namespaces are reserved"
            errors.append(invalid(f"{field}.options[{key}]", key, why))
    return errors


def _azure_disk(field: str, volume: Obj) -> list[FieldError]:
    source, field = volume["azureDisk"], f"{field}.azureDisk"
    errors = [required(f"{field}.{name}") for name in ("diskName", "diskURI") if not source.get(name)]
    for name, choices in (
        ("cachingMode", ["None", "ReadOnly", "ReadWrite"]),
        ("kind", ["Dedicated", "Managed", "Shared"]),
    ):
        if source.get(name) is not None and source[name] not in choices:
            errors.append(not_supported(f"{field}.{name}", source[name], choices))
    uri, kind = source.get("diskURI", ""), source.get("kind")
    if kind == "Managed" and not uri.startswith("/subscriptions/"):
        shape = "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"
        errors.append(not_supported(f"{field}.diskURI", uri, [shape]))
    if kind is not None and kind != "Managed" and not uri.startswith("https://"):
        shape = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"
        errors.append(not_supported(f"{field}.diskURI", uri, [shape]))
    return errors


def _storage_os(field: str, volume: Obj) -> list[FieldError]:
    source, field = volume["storageos"], f"{field}.storageos"
    name, namespace = source.get("volumeName", ""), source.get("volumeNamespace", "")
    wrong = dns1123_label_errors(name) if name else ()
    errors = each_invalid(f"{field}.volumeName", name, wrong) if name else [required(f"{field}.volumeName")]
    if namespace:
        errors += each_invalid(f"{field}.volumeNamespace", namespace, dns1123_label_errors(namespace))
    return errors + _named_secret(field, source, "secretRef")


def _named_secret(field: str, source: Obj, ref: str) -> list[FieldError]:
    if source.get(ref) is None or source[ref].get("name"):
        return []
    return [required(f"{field}.{ref}.name")]


def _cinder(field: str, volume: Obj) -> list[FieldError]:
    source, field = volume["cinder"], f"{field}.cinder"
    errors = [] if source.get("volumeID") else [required(f"{field}.volumeID")]
    return errors + _named_secret(field, source, "secretRef")


def csi_driver_name(field: str, name: str) -> list[FieldError]:
    errors = [] if name else [required(field)]
    if len(name) > 63:
        errors.append(too_long(field, 63))
    return errors + each_invalid(field, name, dns1123_subdomain_errors(name.lower()))


def _csi(field: str, volume: Obj) -> list[FieldError]:
    source, field = volume["csi"], f"{field}.csi"
    errors = csi_driver_name(f"{field}.driver", source.get("driver", ""))
    ref = source.get("nodePublishSecretRef")
    if ref is not None:
        name = ref.get("name")
        if not name:
            errors.append(required(f"{field}.nodePublishSecretRef.name"))
        else:
            errors += each_invalid(f"{field}.name", name, dns1123_subdomain_errors(name))
    return errors


def _downward_api(field: str, volume: Obj) -> list[FieldError]:
    return downward(f"{field}.downwardAPI", volume["downwardAPI"])


def _projected(field: str, volume: Obj) -> list[FieldError]:
    return projected(f"{field}.projected", volume["projected"])


def _ephemeral(field: str, volume: Obj) -> list[FieldError]:
    template = volume["ephemeral"].get("volumeClaimTemplate")
    at = f"{field}.ephemeral.volumeClaimTemplate"
    return [required(at)] if template is None else claim_template(at, template)


def claim_template(field: str, template: Obj) -> list[FieldError]:
    """Of a generic ephemeral volume: its claim is given labels and annotations, and no other metadata."""
    given = template.get("metadata") or {}
    errors = meta.annotations(f"{field}.metadata.annotations", given.get("annotations"))
    errors += meta.labels(f"{field}.metadata.labels", given.get("labels"))
    errors += [forbidden(f"{field}.metadata.{name}", "cannot be set") for name in given if name not in _OF_CLAIMS]
    return errors + claim_spec(template.get("spec") or {}, f"{field}.spec")


def _image(field: str, volume: Obj) -> list[FieldError]:
    return pull_policy(f"{field}.image.pullPolicy", volume["image"].get("pullPolicy", ""))


SOURCES: dict[str, Rule] = {
    "emptyDir": _empty_dir,
    "hostPath": host_path,
    "gitRepo": _git_repo,
    "gcePersistentDisk": _Disk("gcePersistentDisk", "pdName", "persistentDisk"),
    "awsElasticBlockStore": _Disk("awsElasticBlockStore", "volumeID", "awsElasticBlockStore"),
    "secret": _secret,
    "nfs": nfs,
    "iscsi": _iscsi,
    "glusterfs": _Needs("glusterfs", ("endpoints", "path")),
    "flocker": _flocker,
    "persistentVolumeClaim": _Needs("persistentVolumeClaim", ("claimName",)),
    "rbd": _Needs("rbd", ("monitors", "image")),
    "cinder": _cinder,
    "cephfs": _Needs("cephfs", ("monitors",)),
    "quobyte": _quobyte,
    "downwardAPI": _downward_api,
    "fc": _fc,
    "flexVolume": _flex,
    "configMap": _config_map,
    "azureFile": _Needs("azureFile", ("secretName", "shareName")),
    "vsphereVolume": _Needs("vsphereVolume", ("volumePath",)),
    "photonPersistentDisk": _Needs("photonPersistentDisk", ("pdID",)),
    "portworxVolume": _Needs("portworxVolume", ("volumeID",)),
    "azureDisk": _azure_disk,
    "storageos": _storage_os,
    "projected": _projected,
    "scaleIO": _Needs("scaleIO", ("gateway", "system", "volumeName")),
    "csi": _csi,
    "ephemeral": _ephemeral,
    "image": _image,
}
