import pytest

from quorate.controllers.statefulset.names import claim_name, parse_pod_name, pod_name


def test_names_are_composed_in_one_way() -> None:
    assert pod_name("web", 3) == "web-3"
    assert claim_name("data", "web", 3) == "data-web-3"


@pytest.mark.parametrize(
    ("name", "parsed"),
    [
        ("web-0", ("web", 0)),
        ("web-12", ("web", 12)),
        ("a-b-1", ("a-b", 1)),
        ("web-1-2", ("web-1", 2)),
        ("web-01", ("web", 1)),
        ("web-2147483647", ("web", 2147483647)),
        ("web-2147483648", ("web", -1)),
        ("web-" + "9" * 5000, ("web", -1)),
        ("web-x", ("", -1)),
        ("web", ("", -1)),
        ("web-", ("", -1)),
        ("-7", ("", 7)),
        ("web-1\n", ("", -1)),
    ],
)
def test_pod_names_are_read_as_kubernetes_reads_them(name: str, parsed: tuple[str, int]) -> None:
    assert parse_pod_name(name) == parsed
