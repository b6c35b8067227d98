"""The part of Gmail's search language that the program uses, and a refusal of all the rest.

Gmail itself takes an unknown operator for a word and finds nothing; here that is an error, so that a typo cannot hide.
Source: https://support.google.com/mail/answer/7190
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.support.fake_gmail import mime
from tests.support.fake_gmail.mailbox import Mail

Test = Callable[[Mail], bool]


class QueryError(ValueError):
    """The query has something that the fake refuses: says what."""


@dataclass(frozen=True, slots=True)
class Query:
    """A compiled query. test: whether a mail is found. places: True if it names spam, trash or anywhere itself."""

    test: Test
    places: bool


_TOKEN = re.compile(r'\s*(?:(?P<mark>[(){}-])|(?P<op>[A-Za-z0-9_]+):|"(?P<quoted>[^"]*)"|(?P<word>[^\s(){}"]+))')


def compile_query(text: str, *, now: datetime, label_names: dict[str, str]) -> Query:
    """Compiles `q`. now: the fake's clock, for newer_than. label_names: lower-cased label name -> label id."""
    reader = _Reader(text, now, label_names)
    test = reader.all_of("")
    return Query(test, bool(re.search(r"(?i)\b(in|label):\"?(spam|trash|anywhere)", text)))


class _Reader:
    def __init__(self, text: str, now: datetime, labels: dict[str, str]) -> None:
        self._now = now
        self._labels = labels
        self._tokens: list[re.Match[str]] = []
        at = 0
        text = text.rstrip()
        while at < len(text):
            hit = _TOKEN.match(text, at)
            if hit is None:
                raise QueryError(f"cannot read the query at {text[at:]!r}")
            self._tokens.append(hit)
            at = hit.end()
        self._at = 0

    def _peek(self, group: str) -> str | None:
        return self._tokens[self._at].group(group) if self._at < len(self._tokens) else None

    def all_of(self, end: str, op: str = "") -> Test:
        """Terms up to `end`, all of which must hold; OR binds its two neighbours. op: whose value all this is."""
        tests: list[Test] = []
        joined = False
        while not self._ends(end):
            if self._peek("word") == "OR":
                if not tests or joined:
                    raise QueryError("OR without a left side")
                self._at += 1
                joined = True
                continue
            test = self._term(op)
            if joined:
                tests[-1] = _any([tests[-1], test])
                joined = False
            else:
                tests.append(test)
        if joined:
            raise QueryError("OR without a right side")
        if end and not tests:
            raise QueryError("empty brackets")
        return _all(tests)

    def _any_of(self, op: str) -> Test:
        tests = []
        while not self._ends("}"):
            tests.append(self._term(op))
        if not tests:
            raise QueryError("empty brackets")
        return _any(tests)

    def _ends(self, end: str) -> bool:
        if self._at >= len(self._tokens):
            if end:
                raise QueryError(f"missing {end}")
            return True
        if self._peek("mark") in (")", "}"):
            if self._peek("mark") != end:
                raise QueryError("a bracket too many")
            self._at += 1
            return True
        return False

    def _term(self, op: str) -> Test:
        mark, inner_op, quoted, word = (self._peek(g) for g in ("mark", "op", "quoted", "word"))
        self._at += 1
        if mark == "-":
            if self._at >= len(self._tokens) or self._peek("mark") in (")", "}"):
                raise QueryError("a minus sign without a term")
            inner = self._term(op)
            return lambda mail: not inner(mail)
        if mark is not None:
            return self.all_of(")", op) if mark == "(" else self._any_of(op)
        if inner_op is not None:
            if op:
                raise QueryError(f"{inner_op}: inside {op}:(...)")
            return self._operator(inner_op.lower())
        text = quoted if quoted is not None else word or ""
        if op:
            return _operator(op, text, self._now, self._labels)
        return lambda mail: _has_words(mail.words, text)

    def _operator(self, op: str) -> Test:
        mark = self._peek("mark")
        if mark in ("(", "{"):
            self._at += 1
            return self.all_of(")", op) if mark == "(" else self._any_of(op)
        value = self._value(op)
        if not value:
            raise QueryError(f"{op}: without a value")
        return _operator(op, value, self._now, self._labels)

    def _value(self, op: str) -> str:
        """The value of an operator: it may hold minus signs and colons, which the lexer has cut apart."""
        if self._at >= len(self._tokens):
            return ""
        first = self._tokens[self._at]
        if first.group(0)[:1].isspace():
            return ""
        self._at += 1
        if first.group("quoted") is not None:
            return str(first.group("quoted"))
        text = first.group(0).strip()
        while self._at < len(self._tokens) and not self._tokens[self._at].group(0)[:1].isspace():
            piece = self._tokens[self._at]
            if piece.group("mark") in ("(", ")", "{", "}"):
                break
            text += piece.group(0)
            self._at += 1
        return text


def _operator(op: str, value: str, now: datetime, labels: dict[str, str]) -> Test:
    if op in ("after", "before", "newer", "older"):
        if not re.fullmatch(r"\d{9,11}", value):
            raise QueryError(f"{op}:{value} is a date: midnight Pacific time; use epoch seconds")
        edge = int(value)  # neither takes its own second: Google does not say, so the narrower reading
        if op in ("after", "newer"):
            return lambda m: m.internal_ms // 1000 > edge
        return lambda m: m.internal_ms // 1000 < edge
    if op in ("newer_than", "older_than"):
        return _age(op, value, now)
    if op == "from":
        return lambda m: _names(mime.addresses(m.mime, "From", "Sender"), value)
    if op == "to":
        return lambda m: _names(mime.addresses(m.mime, "To", "Cc", "Bcc"), value)
    if op in ("cc", "bcc", "deliveredto"):
        name = {"deliveredto": "Delivered-To"}.get(op, op)
        return lambda m: _names(mime.addresses(m.mime, name), value)
    if op == "subject":
        return lambda m: _has_words(mime.header(m.mime, "Subject"), value)
    if op == "rfc822msgid":
        wanted = value.strip("<>")
        return lambda m: any(i.strip("<>") == wanted for i in mime.message_ids(m.mime, "Message-ID"))
    if op in ("in", "label", "is"):
        return _place(op, value.lower(), labels)
    if op == "has" and value == "attachment":
        return lambda m: any(part.get_filename() for part in m.mime.walk())
    raise QueryError(f"operator {op}: is not known")


def _age(op: str, value: str, now: datetime) -> Test:
    hit = re.fullmatch(r"(\d+)([dmy])", value)
    if hit is None:
        raise QueryError(f"{op}:{value} is no age")
    days = int(hit[1]) * {"d": 1, "m": 30, "y": 365}[hit[2]]
    edge = (now - timedelta(days=days)).timestamp() * 1000
    return (lambda m: m.internal_ms >= edge) if op == "newer_than" else (lambda m: m.internal_ms < edge)


def _place(op: str, value: str, labels: dict[str, str]) -> Test:
    if value == "anywhere" and op == "in":
        return lambda m: True
    if op == "is" and value == "read":
        return lambda m: "UNREAD" not in m.labels
    names = {"drafts": "draft", "chats": "chat"}
    wanted = labels.get(names.get(value, value)) or labels.get(value.replace("-", " "))
    if wanted is None:
        raise QueryError(f"{op}:{value} names no label of this mailbox")
    return lambda m: wanted in m.labels


def _all(tests: list[Test]) -> Test:
    return lambda mail: all(test(mail) for test in tests)


def _any(tests: list[Test]) -> Test:
    return lambda mail: any(test(mail) for test in tests)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _has_words(text: str, phrase: str) -> bool:
    """Whole words only, in this order and next to each other, in any case: Gmail does not find parts of words."""
    wanted, words = _words(phrase), _words(text)
    return any(words[i : i + len(wanted)] == wanted for i in range(len(words) - len(wanted) + 1))


def _names(people: list[tuple[str, str]], value: str) -> bool:
    wanted = value.lower().lstrip("@")
    for name, address in people:
        domain = address.rpartition("@")[2]
        if wanted in (address, domain) or domain.endswith("." + wanted) or _has_words(f"{name} {address}", wanted):
            return True
    return False
