"""What Go's JSON decoder says of text that is no JSON: clients see these words in the answer to a malformed body."""

import re

_SPACE = " \t\r\n"
_DIGITS = "0123456789"
_ESCAPES = '"\\/bfnrtu'
_CONTROL = re.compile(r"[\x00-\x1f]")
DEEPEST = 200
"""Levels of nesting that a body may have. (Go's decoder stops at 10,000; no object of the API comes near either.)"""


class _Wrong(Exception):
    """The first thing that is wrong; the text is Go's."""


def syntax_error(text: str) -> str:
    """E.g. "invalid character 'x' looking for beginning of value", "unexpected end of JSON input"; "" for sound JSON."""
    scan = _Scan(text)
    try:
        scan.value(0)
        scan.space()
        if scan.at < len(text):
            raise scan.wrong("after top-level value")
    except _Wrong as wrong:
        return str(wrong)
    return ""


def too_deep(raw: bytes) -> bool:
    """Whether a body nests so deep that nobody means it. Cheap for those that do not."""
    if raw.count(b"{") + raw.count(b"[") <= DEEPEST:
        return False
    depth = 0
    in_string = escaped = False
    for byte in raw:
        if in_string:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                in_string = False
        elif byte == 0x22:
            in_string = True
        elif byte in b"{[":
            depth += 1
            if depth > DEEPEST:
                return True
        elif byte in b"}]":
            depth -= 1
    return False


class _Scan:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def wrong(self, where: str) -> _Wrong:
        """The next letter does not belong here."""
        if self.at >= len(self.text):
            return _Wrong("unexpected end of JSON input")
        return _Wrong(f"invalid character {_quoted(self.text[self.at])} {where}")

    def space(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in _SPACE:
            self.at += 1

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def value(self, depth: int) -> None:
        if depth > DEEPEST:
            raise _Wrong("exceeded max depth")
        self.space()
        letter = self.peek()
        if letter == "{":
            self.object(depth)
        elif letter == "[":
            self.array(depth)
        elif letter == '"':
            self.string()
        elif letter == "-" or (letter and letter in _DIGITS):
            self.number()
        elif letter in ("t", "f", "n"):
            self.literal({"t": "true", "f": "false", "n": "null"}[letter])
        else:
            raise self.wrong("looking for beginning of value")

    def object(self, depth: int) -> None:
        self.at += 1
        self.space()
        if self.peek() == "}":
            self.at += 1
            return
        while True:
            self.space()
            if self.peek() != '"':
                raise self.wrong("looking for beginning of object key string")
            self.string()
            self.space()
            if self.peek() != ":":
                raise self.wrong("after object key")
            self.at += 1
            self.value(depth + 1)
            if self._ends("}", "after object key:value pair"):
                return

    def array(self, depth: int) -> None:
        self.at += 1
        self.space()
        if self.peek() == "]":
            self.at += 1
            return
        while True:
            self.value(depth + 1)
            if self._ends("]", "after array element"):
                return

    def _ends(self, end: str, where: str) -> bool:
        self.space()
        letter = self.peek()
        if letter not in (end, ","):
            raise self.wrong(where)
        self.at += 1
        return letter == end

    def string(self) -> None:
        self.at += 1
        while True:
            letter = self.peek()
            if letter == '"':
                self.at += 1
                return
            if letter == "\\":
                self.at += 1
                self._escape()
            elif not letter or _CONTROL.match(letter):
                raise self.wrong("in string literal")
            else:
                self.at += 1

    def _escape(self) -> None:
        letter = self.peek()
        if not letter or letter not in _ESCAPES:
            raise self.wrong("in string escape code")
        self.at += 1
        if letter == "u":
            for _ in range(4):
                if not self.peek() or self.peek() not in "0123456789abcdefABCDEF":
                    raise self.wrong("in \\u hexadecimal character escape")
                self.at += 1

    def number(self) -> None:
        if self.peek() == "-":
            self.at += 1
        if self.peek() == "0":
            self.at += 1
        else:
            self._digits("in numeric literal")
        if self.peek() == ".":
            self.at += 1
            self._digits("after decimal point in numeric literal")
        if self.peek() in ("e", "E"):
            self.at += 1
            if self.peek() in ("+", "-"):
                self.at += 1
            self._digits("in exponent of numeric literal")

    def _digits(self, where: str) -> None:
        if not self.peek() or self.peek() not in _DIGITS:
            raise self.wrong(where)
        while self.peek() and self.peek() in _DIGITS:
            self.at += 1

    def literal(self, word: str) -> None:
        for letter in word:
            if self.peek() != letter:
                raise self.wrong(f"in literal {word} (expecting {_quoted(letter)})")
            self.at += 1


def _quoted(letter: str) -> str:
    """A letter as Go's quoteChar writes it."""
    special = {"'": "'\\''", '"': "'\"'", "\n": "'\\n'", "\t": "'\\t'", "\r": "'\\r'", "\\": "'\\\\'"}
    if letter in special:
        return special[letter]
    return f"'{letter}'" if letter.isprintable() else f"'\\x{ord(letter):02x}'"
