"""CEL, the Common Expression Language, as Kubernetes runs it: CRD rules, admission policies, match conditions.

`program.py` compiles and runs expressions; it is imported where the first one is met, not at a process's start.
"""
