"""The API group that roles, users and groups belong to; service accounts have none."""

from quorate.contract.plan import Obj

GROUP = "rbac.authorization.k8s.io"


def grouped(binding: Obj) -> Obj:
    ref = binding.get("roleRef") or {}
    if not ref.get("apiGroup"):
        binding = {**binding, "roleRef": {**ref, "apiGroup": GROUP}}
    subjects = binding.get("subjects")
    if not subjects:
        return binding
    return {**binding, "subjects": [_subject(one) for one in subjects]}


def _subject(subject: Obj) -> Obj:
    if subject.get("apiGroup") or subject.get("kind") not in ("User", "Group"):
        return subject
    return {**subject, "apiGroup": GROUP}
