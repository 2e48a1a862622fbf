"""Text to tokens (cel-spec: the lexis of the language)."""

import re
from dataclasses import dataclass
from typing import Any

from quorate.objects.cel.syntax import Problem
from quorate.objects.cel.values import UInt

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n\f]+|//[^\n]*)"""
    r"""|(?P<text>(?:[rR][bB]?|[bB][rR]?)?(?:\"\"\"|'''|"|'))"""
    r"""|(?P<float>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)"""
    r"""|(?P<uint>(?:0x[0-9a-fA-F]+|\d+)[uU])"""
    r"""|(?P<int>0x[0-9a-fA-F]+|\d+)"""
    r"""|(?P<ident>[A-Za-z_][A-Za-z0-9_]*)"""
    r"""|(?P<quoted>`[A-Za-z0-9_./ -]+`)"""
    r"""|(?P<op>==|!=|<=|>=|&&|\|\||\[\?|\.\?|[\[\]{}().,?:<>+\-*/%!])"""
)
_ESCAPES = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", "?": "?", '"': '"',
    "'": "'", "`": "`",
}  # fmt: skip
_MOST, _MOST_UNSIGNED = 2**63, 2**64


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is "const", "ident", "op" or "end"; `text` is as written."""

    kind: str
    text: str
    at: int
    value: Any = None


def tokens(source: str) -> list[Token]:
    """Raises Problem."""
    out: list[Token] = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise Problem(at, f"Syntax error: token recognition error at: '{source[at]}'")
        kind, text = match.lastgroup, match.group()
        end = match.end()
        match kind:
            case "space":
                pass
            case "text":
                value, end = _string(source, at, text, end)
                out.append(Token("const", source[at:end], at, value))
            case "float":
                out.append(Token("const", text, at, float(text)))
            case "int":
                number = int(text, 0) if text.lower().startswith("0x") else int(text)
                # One more than fits may still be negated.
                if number > _MOST:
                    raise Problem(at, "invalid int literal")
                out.append(Token("const", text, at, number))
            case "uint":
                number = int(text[:-1], 0) if text.lower().startswith("0x") else int(text[:-1])
                if number >= _MOST_UNSIGNED:
                    raise Problem(at, "invalid uint literal")
                out.append(Token("const", text, at, UInt(number)))
            case "quoted":
                out.append(Token("quoted", text[1:-1], at))
            case _:
                out.append(Token(str(kind), text, at))
        at = end
    out.append(Token("end", "<EOF>", len(source)))
    return out


def _string(source: str, at: int, opening: str, begin: int) -> tuple[str | bytes, int]:
    quote = opening.lstrip("rRbB")
    flags = opening[: -len(quote)].lower()
    out: list[str] = []
    raw = bytearray()
    is_bytes, is_raw = "b" in flags, "r" in flags
    i = begin
    while True:
        if i >= len(source) or (len(quote) == 1 and source[i] in "\r\n"):
            raise Problem(at, f"Syntax error: token recognition error at: '{source[at:i]}'")
        if source.startswith(quote, i):
            break
        if source[i] == "\\" and not is_raw:
            code, is_octet, i = _escape(source, i)
            if is_bytes:
                raw += bytes([code]) if is_octet else chr(code).encode()
            else:
                out.append(chr(code))
            continue
        if source[i] == "\\" and i + 1 < len(source):
            out.append(source[i])
            raw += source[i].encode()
            i += 1
        out.append(source[i])
        raw += source[i].encode()
        i += 1
    return (bytes(raw) if is_bytes else "".join(out)), i + len(quote)


def _escape(source: str, i: int) -> tuple[int, bool, int]:
    """(code, whether it is one byte, where it ends)."""
    letter = source[i + 1] if i + 1 < len(source) else ""
    if letter in _ESCAPES and letter:
        return ord(_ESCAPES[letter]), False, i + 2
    for letters, digits, base in (("xX", 2, 16), ("u", 4, 16), ("U", 8, 16), ("0123", 3, 8)):
        if letter and letter in letters:
            start = i + 1 if base == 8 else i + 2
            text = source[start : start + digits]
            try:
                code = int(text, base)
            except ValueError:
                break
            if len(text) == digits and code <= 0x10FFFF:
                return code, digits in (2, 3), start + digits
    raise Problem(i, f"Syntax error: token recognition error at: '{source[i : i + 2]}'")
