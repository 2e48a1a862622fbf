"""Large answers, compressed for who can read it (Kubernetes: apiserver/pkg/endpoints/handlers/responsewriters/writers.go)."""

import asyncio
import zlib

PLAIN_MOST = 128 * 1024
"""Bytes; what is not larger is sent as it is."""
LEVEL = 1
GZIP = zlib.MAX_WBITS | 16
"""zlib's word for a gzip header."""
HEADERS = (("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))


def is_wanted(body: bytes, accept_encoding: str) -> bool:
    return len(body) > PLAIN_MOST and any(one.strip() == "gzip" for one in accept_encoding.split(","))


async def compressed(body: bytes) -> bytes:
    """Beside the event loop: others are answered meanwhile."""
    return await asyncio.to_thread(_compressed, body)


def _compressed(body: bytes) -> bytes:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    return packer.compress(body) + packer.flush()
