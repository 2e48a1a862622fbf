"""The metrics of each kind, one file each, with its `KIND` (kube-state-metrics: internal/store).

Left out: what only its allow-lists bring (labels and annotations of objects). Those that start with quorate_ are
Quorate's own.
"""
