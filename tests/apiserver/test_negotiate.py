import pytest

from quorate.apiserver.negotiate import JSON, YAML, Wanted, is_pretty, wanted_by, wanted_of_refusal
from quorate.contract.failures import Refused

TABLE = "application/json;as=Table;v={};g=meta.k8s.io"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("", Wanted()),
        ("*/*", Wanted()),
        ("application/*", Wanted()),
        ("application/json", Wanted()),
        ("application/yaml", Wanted(YAML)),
        ("text/html, */*;q=0.8", Wanted()),
        ("application/vnd.kubernetes.protobuf, */*", Wanted()),
        ("application/vnd.kubernetes.protobuf,application/json", Wanted()),
        ("application/yaml;q=0.5, application/json;q=0.9", Wanted(JSON)),
        (TABLE.format("v1"), Wanted(JSON, "Table", "v1")),
        (TABLE.format("v1beta1"), Wanted(JSON, "Table", "v1beta1")),
        # A shape that does not exist is no reason to refuse a client that has a second choice.
        (TABLE.format("v2") + ",application/json", Wanted()),
        ("application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io", Wanted(JSON, "PartialObjectMetadata")),
        ("application/json;stream=watch", Wanted()),
        ("application/json;pretty=1", Wanted(pretty=True)),
    ],
)
def test_the_first_choice_that_can_be_met_is_taken(accept: str, wanted: Wanted) -> None:
    assert wanted_by({"accept": accept}, {}) == wanted


@pytest.mark.parametrize("accept", ["text/html", TABLE.format("v2"), "application/vnd.kubernetes.protobuf", "nonsense"])
def test_what_cannot_be_met_is_refused_with_what_can(accept: str) -> None:
    with pytest.raises(Refused) as refused:
        wanted_by({"accept": accept}, {})
    known = "application/json, application/yaml, application/vnd.kubernetes.protobuf"
    assert refused.value.code == 406
    assert refused.value.message == f"only the following media types are accepted: {known}"
    assert wanted_of_refusal({"accept": accept}, {}) == Wanted()


def test_a_refusal_has_no_shape_but_the_media_type_of_the_client() -> None:
    assert wanted_of_refusal({"accept": TABLE.format("v1")}, {}) == Wanted()
    assert wanted_of_refusal({"accept": "application/yaml"}, {}) == Wanted(YAML)
    # People read refusals too.
    assert wanted_of_refusal({"user-agent": "curl/8.5.0"}, {}) == Wanted(pretty=True)
    assert wanted_of_refusal({"user-agent": "curl/8.5.0"}, {"pretty": "false"}) == Wanted()


def test_people_get_indented_answers() -> None:
    assert is_pretty({"user-agent": "curl/8.1"}, {})
    assert not is_pretty({"user-agent": "curl/8.1"}, {"pretty": "false"})
    assert is_pretty({"user-agent": "kubectl/1"}, {"pretty": "true"})
    assert not is_pretty({"user-agent": "kubectl/1"}, {})
