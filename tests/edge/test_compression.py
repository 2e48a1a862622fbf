"""Large answers are compressed for those who ask."""

import gzip
import http.client
import json
from urllib.parse import urlsplit

import pytest

from quorate.edge.compression import PLAIN_MOST, is_wanted
from quorate.testing import Cluster


@pytest.mark.parametrize(("size", "accept", "wanted"), [
    (PLAIN_MOST + 1, "gzip", True),
    (PLAIN_MOST + 1, "deflate, gzip", True),
    (PLAIN_MOST + 1, "gzip;q=0", False),
    (PLAIN_MOST + 1, "identity", False),
    (PLAIN_MOST + 1, "", False),
    (PLAIN_MOST, "gzip", False),
])  # fmt: skip
def test_who_gets_it(size: int, accept: str, wanted: bool) -> None:
    assert is_wanted(b"x" * size, accept) is wanted


@pytest.mark.cluster(nodes=0, tls=False)
def test_a_large_list_and_a_small_one(cluster: Cluster) -> None:
    at = urlsplit(cluster.url)

    def listed(encoding: str) -> tuple[str | None, str | None, bytes]:
        connection = http.client.HTTPConnection(at.hostname or "", at.port)
        try:
            headers = {"Authorization": f"Bearer {cluster.token}", "Accept-Encoding": encoding}
            connection.request("GET", "/api/v1/namespaces/default/configmaps", headers=headers)
            answer = connection.getresponse()
            assert answer.status == 200
            return answer.getheader("content-encoding"), answer.getheader("vary"), answer.read()
        finally:
            connection.close()

    assert listed("gzip")[:2] == (None, None)
    cluster.apply(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "big"}, "data": {"k": "x" * PLAIN_MOST}}
    )
    encoding, vary, raw = listed("gzip, deflate")
    assert (encoding, vary) == ("gzip", "Accept-Encoding") and len(raw) < PLAIN_MOST // 10
    plain = listed("identity")
    assert plain[0] is None and json.loads(gzip.decompress(raw)) == json.loads(plain[2])
