"""Run, rehearse, diagnose and repair stateful workloads on Kubernetes."""

__version__ = "0.1.0"
