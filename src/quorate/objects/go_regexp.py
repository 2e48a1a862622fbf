"""Go's regular expressions (RE2) for Python's engine: what is spelled otherwise is translated, what Go lacks refused."""

import re
from functools import lru_cache

_CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": r"\x00-\x7F", "blank": r"\t ", "cntrl": r"\x00-\x1F\x7F",
    "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~", "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\v\f\r ", "upper": "A-Z", "word": "0-9A-Za-z_", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_PLAIN = frozenset("abBdDfnrsStvwW")
_OCTAL = frozenset("1234567")
_UNICODE = {"L": r"[^\W\d_]", "Lu": r"[A-Z\xC0-\xDE]", "Ll": r"[a-z\xDF-\xFF]", "N": r"\d", "Nd": r"\d"}
MOST_REPEATS = 1000


@lru_cache(maxsize=1024)
def compile_regexp(pattern: str) -> re.Pattern[str]:
    """Raises ValueError with Go's message."""
    translated, flags = _Translation(pattern).run()
    try:
        return re.compile(translated, flags)
    except (re.error, RecursionError, OverflowError) as wrong:
        raise ValueError(_go_error(pattern, wrong)) from None


class _Translation:
    def __init__(self, pattern: str) -> None:
        self.pattern, self.i, self.ascii = pattern, 0, re.ASCII
        self.out: list[str] = []
        self.groups = 0

    def run(self) -> tuple[str, re.RegexFlag]:
        text = self.pattern
        multiline = bool(re.match(r"\(\?[a-zA-Z]*m", text))
        while self.i < len(text):
            letter = text[self.i]
            if letter == "\\":
                self.out.append(self._escape())
            elif letter == "[":
                self.out.append(self._class())
            elif letter == "(":
                self._group()
            elif letter == "$":
                self.out.append("$" if multiline else r"\Z")
                self.i += 1
            elif letter in "*+?{":
                self._repeat()
            else:
                self.out.append(letter)
                self.i += 1
        return "".join(self.out), self.ascii

    def _refuse(self, why: str, part: str) -> ValueError:
        return ValueError(f"error parsing regexp: {why}: `{part}`")

    def _escape(self) -> str:
        text, i = self.pattern, self.i
        if i + 1 >= len(text):
            raise ValueError("error parsing regexp: trailing backslash at end of expression: ``")
        letter = text[i + 1]
        self.i += 2
        if letter == "z":
            return r"\Z"
        if letter == "A":
            return r"\A"
        if letter == "Q":
            end = text.find("\\E", self.i)
            quoted = text[self.i :] if end < 0 else text[self.i : end]
            self.i = len(text) if end < 0 else end + 2
            return re.escape(quoted)
        if letter in "pP":
            return self._category(letter == "P")
        if letter == "x" and text[self.i : self.i + 1] == "{":
            end = text.find("}", self.i)
            code = text[self.i + 1 : end]
            self.i = end + 1
            return f"\\U{int(code, 16):08x}"
        if letter in _PLAIN or letter in "x0" or not letter.isalnum():
            return "\\" + letter
        raise self._refuse("invalid escape sequence", "\\" + letter)

    def _category(self, negated: bool) -> str:
        text = self.pattern
        if text[self.i : self.i + 1] == "{":
            end = text.find("}", self.i)
            name = text[self.i + 1 : end]
            self.i = end + 1
        else:
            name = text[self.i : self.i + 1]
            self.i += 1
        found = _UNICODE.get(name)
        if found is None:
            raise self._refuse("invalid character class range", f"\\p{{{name}}}")
        self.ascii = re.NOFLAG  # letters beyond ASCII are meant
        return f"(?!{found})." if negated else found

    def _class(self) -> str:
        text, start = self.pattern, self.i
        i = start + 1
        out = ["["]
        if text[i : i + 1] == "^":
            out.append("^")
            i += 1
        first = True
        while True:
            if i >= len(text):
                raise self._refuse("missing closing ]", text[start:])
            letter = text[i]
            if letter == "]" and not first:
                self.i = i + 1
                return "".join([*out, "]"])
            first = False
            if text.startswith("[:", i):
                end = text.find(":]", i)
                name = text[i + 2 : end] if end > 0 else ""
                if name not in _CLASSES:
                    raise self._refuse("invalid character class range", text[i : end + 2] if end > 0 else text[i:])
                out.append(_CLASSES[name])
                i = end + 2
            elif letter == "\\":
                self.i = i
                escaped = self._escape()
                out.append(escaped[1:-1] if escaped.startswith("[") else escaped)
                i = self.i
            else:
                out.append("\\" + letter if letter in "[&~|" else letter)
                i += 1

    def _group(self) -> None:
        text, i = self.pattern, self.i
        if text.startswith("(?", i):
            for opening in ("(?=", "(?!", "(?<=", "(?<!", "(?>"):
                if text.startswith(opening, i):
                    raise self._refuse("invalid or unsupported Perl syntax", opening)
            opened = re.match(r"\(\?(?:P?<\w+>|[a-zA-Z]*(?:-[a-zA-Z]+)?:)", text[i:])
            if opened is not None:
                self.out.append(opened.group().replace("(?<", "(?P<").replace("U", ""))
                self.i += opened.end()
                return
            flags = re.match(r"\(\?([a-zA-Z]*)(-[a-zA-Z]+)?\)", text[i:])
            if flags is not None:
                # Python wants such flags at the start, where they nearly always are.
                kept = "".join(f for f in flags[1] if f in "ims")
                self.out.insert(0, f"(?{kept})" if kept else "")
                self.i += flags.end()
                return
        self.out.append("(")
        self.i += 1

    def _repeat(self) -> None:
        text, i = self.pattern, self.i
        match = re.match(r"\{(\d+)(,(\d*))?\}", text[i:])
        if match is not None:
            if int(match[1]) > MOST_REPEATS or int(match[3] or 0) > MOST_REPEATS:
                raise self._refuse("invalid repeat count", match.group())
            operator = match.group()
        elif text[i] == "{":
            self.out.append("\\{")
            self.i += 1
            return
        else:
            operator = text[i]
        before = "".join(self.out)
        if not before or (before[-1] in "(|" and not before.endswith(("\\(", "\\|"))):
            raise self._refuse("missing argument to repetition operator", operator)
        after = text[i + len(operator) :]
        lazy = after[:1] == "?"
        rest = after[1:] if lazy else after
        if rest[:1] in ("*", "+", "?") and rest[:1]:
            raise self._refuse("invalid nested repetition operator", operator + ("?" if lazy else "") + rest[0])
        self.out.append(operator + ("?" if lazy else ""))
        self.i += len(operator) + lazy


def _go_error(pattern: str, wrong: BaseException) -> str:
    text = str(wrong)
    if "missing )" in text or "unterminated subpattern" in text:
        return f"error parsing regexp: missing closing ): `{pattern}`"
    if "unbalanced parenthesis" in text:
        return f"error parsing regexp: unexpected ): `{pattern}`"
    if "bad character range" in text:
        return f"error parsing regexp: invalid character class range: `{text.split()[3]}`"
    return f"error parsing regexp: {text}: `{pattern}`"
