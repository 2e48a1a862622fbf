"""Defaults of a pod's volumes (Kubernetes: pkg/apis/core/v1/defaults, SetDefaults_*VolumeSource)."""

from collections.abc import Callable
from typing import Any

from quorate.apiserver.defaults.images import pull_policy
from quorate.apiserver.defaults.sharing import every, filled, mapped, rounded_resources
from quorate.contract.plan import Obj

FILE_MODE = 0o644
TOKEN_SECONDS = 3600


def default_claim_spec(spec: Obj) -> Obj:
    """A PersistentVolumeClaimSpec, of a claim or of a template for one."""
    return filled(mapped(spec, "resources", rounded_resources), {"volumeMode": "Filesystem", "resources": {}})


def default_field_ref(holder: Obj) -> Obj:
    """What may have a `fieldRef`: an environment variable's valueFrom, a file of the downward API."""
    return mapped(holder, "fieldRef", _versioned)


def _versioned(ref: Obj) -> Obj:
    return filled(ref, {"apiVersion": "v1"})


def _with_mode(source: Obj) -> Obj:
    return source if "defaultMode" in source else {**source, "defaultMode": FILE_MODE}


def _downward(source: Obj) -> Obj:
    return _with_mode(every(source, "items", default_field_ref))


def _projected_source(source: Obj) -> Obj:
    if "serviceAccountToken" in source:
        return mapped(source, "serviceAccountToken", _token)
    return mapped(source, "downwardAPI", _downward_items)


def _downward_items(source: Obj) -> Obj:
    return every(source, "items", default_field_ref)


def _token(token: Obj) -> Obj:
    return filled(token, {"expirationSeconds": TOKEN_SECONDS})


def _projected(source: Obj) -> Obj:
    return _with_mode(every(source, "sources", _projected_source))


def _host_path(source: Obj) -> Obj:
    return source if "type" in source else {**source, "type": ""}


def _iscsi(source: Obj) -> Obj:
    return filled(source, {"iscsiInterface": "default"})


def _rbd(source: Obj) -> Obj:
    return filled(source, {"pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"})


def _azure_disk(source: Obj) -> Obj:
    return filled(source, {"cachingMode": "ReadWrite", "kind": "Shared", "fsType": "ext4", "readOnly": False})


def _scale_io(source: Obj) -> Obj:
    return filled(source, {"storageMode": "ThinProvisioned", "fsType": "xfs"})


def _ephemeral(source: Obj) -> Obj:
    return mapped(source, "volumeClaimTemplate", _claim_template)


def _claim_template(template: Obj) -> Obj:
    return mapped(filled(template, {"metadata": {}}), "spec", default_claim_spec)


def _image(source: Obj) -> Obj:
    return filled(source, {"pullPolicy": pull_policy(source.get("reference", ""))})


SOURCES: dict[str, Callable[[Any], Any]] = {
    "configMap": _with_mode,
    "secret": _with_mode,
    "downwardAPI": _downward,
    "projected": _projected,
    "hostPath": _host_path,
    "iscsi": _iscsi,
    "rbd": _rbd,
    "azureDisk": _azure_disk,
    "scaleIO": _scale_io,
    "ephemeral": _ephemeral,
    "image": _image,
}


def default_volume(volume: Obj) -> Obj:
    """A volume of no source is an empty directory."""
    sourced = False
    for field in volume:
        if field in SOURCES:
            return mapped(volume, field, SOURCES[field])
        sourced = sourced or field != "name"
    return volume if sourced else {**volume, "emptyDir": {}}
