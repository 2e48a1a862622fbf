"""Each living namespace has its default account and the cluster's certificates."""

from typing import Any

from quorate.contract.plan import NOTHING, Create, Update
from quorate.controllers.serviceaccounts import CONTROLLERS
from quorate.controllers.serviceaccounts.snapshot import account_keys, certificate_keys
from quorate.kernel.clock import EPOCH
from quorate.objects.collection import Collection

Obj = dict[str, Any]
ACCOUNTS, CERTIFICATES = CONTROLLERS
KEY = ("", "n")


def put(store: Collection, resource: str, obj: Obj) -> Obj:
    store.apply(resource, None, obj, store.revision + 1)
    return obj


def store(phase: str = "Active") -> Collection:
    made = Collection()
    put(made, "namespaces", {"metadata": {"name": "n", "uid": "u"}, "status": {"phase": phase}})
    return made


def named(namespace: str, name: str, **rest: Any) -> Obj:
    return {"metadata": {"namespace": namespace, "name": name, "uid": f"{namespace}-{name}"}, **rest}


def test_a_missing_account_is_made() -> None:
    (made,) = ACCOUNTS.decide(ACCOUNTS.snapshot(store(), KEY, None), EPOCH).actions
    assert isinstance(made, Create) and made.obj["metadata"] == {"name": "default", "namespace": "n"}
    full = store()
    put(full, "serviceaccounts", named("n", "default"))
    assert ACCOUNTS.decide(ACCOUNTS.snapshot(full, KEY, None), EPOCH) == NOTHING


def test_a_namespace_that_goes_gets_nothing() -> None:
    for controller in CONTROLLERS:
        assert controller.snapshot(store("Terminating"), KEY, None) is None
        assert controller.snapshot(Collection(), KEY, None) is None


def test_certificates_are_published_and_put_back() -> None:
    world = store()
    put(world, "configmaps", named("kube-system", "extension-apiserver-authentication", data={"client-ca-file": "CA"}))
    (made,) = CERTIFICATES.decide(CERTIFICATES.snapshot(world, KEY, None), EPOCH).actions
    assert isinstance(made, Create) and made.obj["data"] == {"ca.crt": "CA"}
    put(world, "configmaps", {**made.obj, "metadata": {**made.obj["metadata"], "uid": "u"}})
    assert CERTIFICATES.decide(CERTIFICATES.snapshot(world, KEY, None), EPOCH) == NOTHING
    put(world, "configmaps", {**made.obj, "data": {"ca.crt": "mine"}, "metadata": {**made.obj["metadata"], "uid": "u"}})
    (mended,) = CERTIFICATES.decide(CERTIFICATES.snapshot(world, KEY, None), EPOCH).actions
    assert isinstance(mended, Update) and mended.obj["data"] == {"ca.crt": "CA"}


def test_who_is_woken() -> None:
    world = store()
    account, other = named("n", "default"), named("n", "robot")
    assert account_keys(world, account, None) == (KEY,) and account_keys(world, other, None) == ()
    assert account_keys(world, None, account) == ()
    published = named("n", "kube-root-ca.crt")
    assert certificate_keys(world, published, None) == (KEY,) and certificate_keys(world, other, None) == ()
    assert certificate_keys(world, None, named("kube-system", "extension-apiserver-authentication")) == [KEY]
