"""The scores of the default profile. Each answers 0..100 per node, or None when it makes no difference to this pod.

ImageLocality, the last of Kubernetes' default ones, is left out: nodes here hold no images, so it gives 0 to all.
"""

from quorate.scheduler.scores import (
    balanced_allocation,
    inter_pod_affinity,
    least_allocated,
    node_affinity,
    pod_topology_spread,
    taint_toleration,
)

SCORES = (
    taint_toleration,
    node_affinity,
    least_allocated,
    pod_topology_spread,
    inter_pod_affinity,
    balanced_allocation,
)
