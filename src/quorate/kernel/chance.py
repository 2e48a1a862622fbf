"""Named, seeded chance: each use draws from a stream of its own, so a new use never shifts the others."""

import hashlib
import random

ALPHANUMERIC = "bcdfghjklmnpqrstvwxz2456789"
"""The letters of generated names: Kubernetes leaves out vowels and look-alikes so that no word appears by accident."""


class Chance:
    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._streams: dict[str, random.Random] = {}

    def again(self) -> "Chance":
        """The same chance from its beginning."""
        return Chance(self.seed)

    def stream(self, name: str) -> random.Random:
        """The stream of this name; the same seed and name give the same draws in every process."""
        found = self._streams.get(name)
        if found is None:
            digest = hashlib.sha256(f"{self.seed}:{name}".encode()).digest()
            found = self._streams[name] = random.Random(int.from_bytes(digest[:16], "big"))
        return found

    def uid(self, stream: str = "uid") -> str:
        """A version-4 UUID from this stream."""
        bits = self.stream(stream).getrandbits(128)
        bits = bits & ~(0xF << 76) | 4 << 76
        bits = bits & ~(0x3 << 62) | 2 << 62
        text = f"{bits:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def suffix(self, length: int = 5) -> str:
        """A suffix as generateName appends it."""
        return "".join(self.stream("suffix").choices(ALPHANUMERIC, k=length))
