"""Image names as the container runtime and the kubelet write them."""

import hashlib
from functools import lru_cache

NOT_FOUND = (
    'rpc error: code = NotFound desc = failed to pull and unpack image "{image}": '
    'failed to resolve reference "{image}": {image}: not found'
)
UNREACHABLE = (
    'rpc error: code = Unknown desc = failed to pull and unpack image "{image}": failed to resolve reference "{image}": '
    "unexpected status from HEAD request to {url}: 503 Service Unavailable"
)


@lru_cache(maxsize=4096)
def full_name(image: str) -> str:
    """As containerd reports it: "app:1" -> "docker.io/library/app:1", "quay.io/a/b" -> "quay.io/a/b:latest"."""
    first, slash, _ = image.partition("/")
    if not slash:
        image = f"docker.io/library/{image}"
    elif "." not in first and ":" not in first and first != "localhost":
        image = f"docker.io/{image}"
    last = image.rpartition("/")[2]
    return image if ":" in last or "@" in last else f"{image}:latest"


@lru_cache(maxsize=4096)
def image_id(image: str) -> str:
    """The digest under which a node has the image: "docker.io/library/app@sha256:..."."""
    name = full_name(image)
    if "@" in name:
        return name
    repository = name[: name.rindex(":")]
    return f"{repository}@sha256:{hashlib.sha256(name.encode()).hexdigest()}"


@lru_cache(maxsize=4096)
def size(image: str) -> int:
    """Bytes: something between 20 MB and 500 MB, always the same for one image."""
    return 20_000_000 + int.from_bytes(hashlib.sha256(full_name(image).encode()).digest()[:8], "big") % 480_000_000


@lru_cache(maxsize=4096)
def pull_error(image: str) -> str:
    return NOT_FOUND.format(image=full_name(image))


@lru_cache(maxsize=4096)
def registry(image: str) -> str:
    """The host that it is pulled from: "docker.io", "quay.io"."""
    return full_name(image).partition("/")[0]


@lru_cache(maxsize=4096)
def unreachable(image: str) -> str:
    """What containerd says when the image's registry does not answer."""
    name = full_name(image)
    host, _, path = name.partition("/")
    at = "@" if "@" in path else ":"
    repository, _, reference = path.rpartition(at)
    host = "registry-1.docker.io" if host == "docker.io" else host
    url = f"https://{host}/v2/{repository}/manifests/{reference}"
    return UNREACHABLE.format(image=name, url=url)


@lru_cache(maxsize=4096)
def name_error(image: str) -> str:
    """Why the reference cannot be parsed; "" for one that can. Only the mistake that people make is looked for."""
    name = image.split("@")[0]
    repository, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        repository = name
    wrong = f'couldn\'t parse image name "{image}": invalid reference format'
    if not repository or " " in image:
        return wrong
    host, slash, path = repository.partition("/")
    if not slash or not ("." in host or ":" in host or host == "localhost"):
        path = repository
    if path != path.lower():
        shown = path if "/" in path else f"library/{path}"
        return f"{wrong}: repository name ({shown}) must be lowercase"
    return ""
