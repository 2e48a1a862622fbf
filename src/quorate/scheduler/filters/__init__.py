"""The filters, in the order in which a node is asked: the first that says no is the reason that is told.

`BY_NODE` look at the pod's spec and the node object alone, so their answer is kept until the node changes. The others
are prepared once per pod. (Kubernetes: the default profile, apis/config/v1/default_plugins.go.)
"""

from quorate.scheduler.filters import (
    inter_pod_affinity,
    node_affinity,
    node_name,
    node_ports,
    node_resources_fit,
    node_unschedulable,
    node_volume_limits,
    pod_topology_spread,
    taint_toleration,
    volume_binding,
    volume_restrictions,
    volume_zone,
)

BY_NODE = (node_unschedulable, node_name, taint_toleration, node_affinity)
PREPARED = (
    node_ports,
    node_resources_fit,
    volume_restrictions,
    node_volume_limits,
    volume_binding,
    volume_zone,
    pod_topology_spread,
    inter_pod_affinity,
)
