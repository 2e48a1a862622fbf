"""Defaults of a Secret; its stringData, which can only be written, goes into its data."""

from base64 import b64encode

from quorate.apiserver.defaults.sharing import filled
from quorate.contract.plan import Obj

RESOURCE = "secrets"


def default(obj: Obj) -> Obj:
    out = filled(obj, {"type": "Opaque"})
    texts = out.get("stringData")
    if texts is None:
        return out
    out = {field: value for field, value in out.items() if field != "stringData"}
    if texts:
        encoded = {key: b64encode(text.encode()).decode() for key, text in texts.items()}
        out["data"] = {**(out.get("data") or {}), **encoded}
    return out
