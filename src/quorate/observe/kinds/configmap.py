"""ConfigMaps: that they are there."""

from quorate.observe.family import Kind, created, info, named, version

KIND = Kind(
    "configmaps",
    named("configmap"),
    (info("kube_configmap_info", "Information about configmap."), created("configmap"), version("configmap")),
)
