"""The ranges of CEL's numbers and times; what leaves them is an error."""

from quorate.objects.cel.values import CelError, Duration, Timestamp, UInt

SECOND = 1_000_000_000
MIN, MAX, UMAX = -(2**63), 2**63 - 1, 2**64 - 1


def whole(value: int) -> int:
    if not MIN <= value <= MAX:
        raise CelError("integer overflow")
    return value


def unsigned(value: int) -> UInt:
    if not 0 <= value <= UMAX:
        raise CelError("unsigned integer overflow")
    return UInt(value)


def moment(nanoseconds: int) -> Timestamp:
    if not -62135596800 * SECOND <= nanoseconds < 253402300800 * SECOND:
        raise CelError("timestamp overflow")
    return Timestamp(nanoseconds)


def span(nanoseconds: int) -> Duration:
    if not MIN <= nanoseconds <= MAX:
        raise CelError("duration overflow")
    return Duration(nanoseconds)
