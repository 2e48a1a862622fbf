"""Raw scores brought to 0..100 (Kubernetes: plugins/helper, DefaultNormalizeScore)."""

MOST = 100


def normalized(raw: list[int], reverse: bool = False) -> list[int]:
    """In proportion to the largest; with `reverse` the largest gets 0."""
    top = max(raw)
    if top == 0:
        return [MOST if reverse else 0] * len(raw)
    if reverse:
        return [MOST - MOST * score // top for score in raw]
    return [MOST * score // top for score in raw]
