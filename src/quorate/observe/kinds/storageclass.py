"""StorageClasses."""

from quorate.observe.family import Kind, created, info, named

KIND = Kind(
    "storageclasses.storage.k8s.io",
    named("storageclass", namespaced=False),
    (
        info("kube_storageclass_info", "Information about storageclass.", provisioner="provisioner",
             reclaim_policy="reclaimPolicy", volume_binding_mode="volumeBindingMode"),
        created("storageclass"),
    ),
)  # fmt: skip
