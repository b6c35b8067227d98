"""Sentences of a body, at their exact places."""

import re
from collections.abc import Iterable
from functools import lru_cache

from gmail_followup.mail.message import Span

# The look-behind stands inside, and each pattern begins with one set of letters, so that `re` can skip ahead.
_END = re.compile(r"[.!?…。！？](?<![.!?…。！？]{2})[.!?…。！？]*+[\"'”’“»)\]*_]*+(?=\s|\Z)")
_BREAK = re.compile(r"[\n\t](?:[^\S\n\t]*[\n\t])*")
_BULLET = re.compile(r"[^\S\n]*(?:[-*•·–‣▪●◦+]\s|\(?\d{1,2}[.)]\s|[a-z][)]\s|>)")
_GREETING = re.compile(
    r"\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|greetings|hallo|liebe[rs]?|sehr geehrte[rs]?|"
    r"guten (?:tag|morgen)|moin|servus|grüezi|bonjour|bonsoir|ch[eè]re?s?|madame|monsieur|"
    r"hola|estimad[oa]s?|querid[oa]s?|buen[oa]s)\b",
    re.IGNORECASE,
)
_LAST_TOKEN = re.compile(r"[\w.&@'’-]+\Z")
_LONG_LINE = 50
_LONGEST_WRAPPED_LINE = 110
_LOOK_BACK = 24
_LONGEST_SHORTENED = 7


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEVER_ENDS = _words(
    "mr mrs ms mx dr prof st messrs hr fr frl dipl ing mag z b bzw d h u nr vs ca ggf evtl inkl zzgl bspw vgl sog "
    "p ex e g i c m mme mlle mm sr sra srta dr dra ud uds vd vds pág núm tel abs resp gem lt st str attn dept "
    "approx max min incl excl e.g i.e z.b d.h u.a o.ä p.ex c.-à-d cf v.a i.d.r b.sc m.sc m.a"
)
_BEFORE_NUMBERS = _words("no nos art fig ext est ref")
_SELDOM_ENDS = _words(
    "inc ltd co corp llc plc gmbh bros jr sr sen jun ph.d m.d b.a u.s u.s.a u.k e.u s.a s.l s.r.l s.p.a s.a.s e.v etc "
    "usw u.s.w a.m p.m al jan feb mar apr jun jul aug sep sept oct okt nov dec dez"
)
_STARTERS = _words(
    "we i you they he she it this that these those there the a an our your thank thanks unfortunately however if "
    "please after although while at as in for when since due despite regrettably sadly best kind "
    "wir sie ich es leider vielen bitte nach wenn da aber der die das dein ihr ihre unsere für im mit "
    "daher nous vous je il elle merci malheureusement cependant si après le la les votre notre en "
    "j'ai j'aimerais j'aurais j'apprécie j'apprecie j'espère j'étais j'avais c'est c'était d'après l'équipe l'entretien m'a "
    "merci pourriez auriez pouvez une un ce cette ces mon ma mes ils elles on quand comme pour dans avec au aux "
    "me mi mis nos les si cuando aunque para con en un una esta este estos muchas podría podrían sería quería quisiera "
    "ich's meine mein auch könnten würden sollte sollten als über gern gerne besonders durch wie was ein eine "
    "my his her would could should may what where how and but so also with should two any every "
    "usted le lamentablemente gracias desafortunadamente lamentamos sin después su nuestro el los las"
)
_MONTHS = _words(
    "januar jänner februar märz april mai juni juli august september oktober november dezember jan feb mär apr jun jul "
    "aug sep sept okt nov dez"
)


ABBREVIATIONS = _NEVER_ENDS | _SELDOM_ENDS | _BEFORE_NUMBERS
"""Words that a full stop may follow within a sentence."""


def sentences(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """The sentences of `text` within the given spans, in order, without surrounding blanks; linear time.

    A line break ends a sentence unless the line looks wrapped: the line before is longer than 50 characters, or the
    next one goes on in lower case. Greetings, headings, list items and table cells are therefore sentences of their
    own.
    """
    return _sentences(text, tuple(spans))


@lru_cache(maxsize=8)
def _sentences(text: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """A reader asks for those of one mail several times."""
    found: list[Span] = []
    for span in spans:
        start = span.start
        for stop, after in _block_ends(text, span):
            _split_block(text, start, stop, found)
            start = after
    return tuple(found)


def _block_ends(text: str, span: Span) -> list[tuple[int, int]]:
    """Where stretches that cannot share a sentence end, and where the next begins."""
    ends: list[tuple[int, int]] = []
    line_start = span.start
    for match in _BREAK.finditer(text, span.start, span.end):
        at, after = match.start(), match.end()
        if after - at == 1 and text[at] == "\n" and _is_wrapped(text, line_start, at, after, span.end):
            line_start = after
            continue
        ends.append((at, after))
        line_start = after
    ends.append((span.end, span.end))
    return ends


def _is_wrapped(text: str, start: int, at: int, after: int, end: int) -> bool:
    """Whether the single line break at `at` only wraps a sentence."""
    if after >= end or start == at:
        return False
    if _BULLET.match(text, after, end) or (text[at - 1] == "," and _GREETING.match(text, start, at)):
        return False
    head = text[after : after + 8].lstrip(" \u00a0\"'“„«(")[:1]
    if head.islower():
        return True
    return _LONG_LINE < at - start <= _LONGEST_WRAPPED_LINE


def _split_block(text: str, start: int, stop: int, found: list[Span]) -> None:
    begin = start
    for match in _END.finditer(text, start, stop):
        end = match.end()
        if end < stop and not _ends_sentence(text, begin, match.start(), end, stop):
            continue
        _add(text, begin, end, found)
        begin = end
    _add(text, begin, stop, found)


def _add(text: str, start: int, stop: int, found: list[Span]) -> None:
    piece = text[start:stop]
    start += len(piece) - len(piece.lstrip())
    if start < stop:
        found.append(Span(start, start + len(piece.strip())))


def _ends_sentence(text: str, begin: int, mark: int, end: int, stop: int) -> bool:
    """Whether the marks at `mark` up to `end`, with a blank behind them, end a sentence."""
    at = mark - _LONGEST_SHORTENED
    if at >= begin and end - mark == 1 and text[mark] == "." and text[at:mark].isalpha():
        return True
    following = _next_word(text, end, stop)
    goes_on = following[:1].islower()
    if text[mark] != "." or end - mark > 1:
        # "Yahoo! is" and "... and so on" go on.
        return not goes_on or text[mark:end] in ("!!", "??", "!!!", "???")
    token_match = _LAST_TOKEN.search(text[max(begin, mark - _LOOK_BACK) : mark])
    if token_match is None:
        return True
    token = token_match[0]
    lower = token.lower()
    if lower in _BEFORE_NUMBERS:
        return not goes_on and not following[:1].isdigit()
    if lower in _SELDOM_ENDS:
        return not goes_on and following.lower() in _STARTERS
    if lower in _NEVER_ENDS and not (len(token) == 1 and following.lower() in _STARTERS):
        return False
    if len(token) == 1 and token.isalpha():
        return token.islower() or (not goes_on and following.lower() in _STARTERS)
    if token.isdigit() and len(token) <= 2:
        at_start = text[begin:mark].strip() == token
        if at_start or goes_on or following.lower().rstrip(".,") in _MONTHS:
            return False
        return following.lower() in _STARTERS or not following[:1].isalpha()
    return True


def _next_word(text: str, position: int, stop: int) -> str:
    word = text[position : min(stop, position + 40)].split(None, 1)
    return word[0].strip("\"'“„«()*_,:;.!?’").replace("’", "'") if word else ""
