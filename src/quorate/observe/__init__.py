"""What a world looks like to a monitoring system: metrics with the names, labels and values of kube-state-metrics.

metrics.py   render(reader, now): all of them, as Prometheus' text format
family.py    what a metric is here, and the few shapes that most of them have
kinds/       one file per kind
"""
