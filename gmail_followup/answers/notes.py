"""The tips in an answer: sentences from which something can be learned, each with what it is about (A14, A15)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gmail_followup.answers.hearing import Ear, moved, own_sentences
from gmail_followup.answers.values import Area, Sort, Tip
from gmail_followup.mail.message import Message, Span
from gmail_followup.reading.language import language_of
from gmail_followup.reading.values import Evidence
from gmail_followup.reading.weigh import Spoken, count_once
from gmail_followup.rules.fold import fold
from gmail_followup.rules.rule import RuleSet

LEARNED = 2.0
"""What a sentence must weigh to be a tip by itself; in a mail that holds one, half of it is enough."""
_BULLET = re.compile(r"\s*(?:[-*•·–‣▪●◦+]\s+|\(?\d{1,2}\s?[.):]\s*|\(?[a-z]\)\s+)")
_LEADS = re.compile(r"[^.!?…]\Z")
_FEWEST_WORDS, _LONGEST = 3, 1_000
"""Words and characters: what is shorter or longer is no sentence."""
_SHORT, _VERY_SHORT = 9, 4
_NAMED = 0.75
"""What it adds that a sentence names something that can be learned."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What one answer teaches. weight: how plainly, 0 for nothing."""

    tips: tuple[Tip, ...] = ()
    weight: float = 0.0
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or an item of a list with all of its sentences. lead: the index of the piece it hangs on, or -1."""

    span: Span
    text: str
    item: bool
    lead: int


class NoteReader:
    """Finds and sorts tips. Build it once; everything else is pure."""

    def __init__(self, rules: RuleSet) -> None:
        self._ear = Ear(rules, ("note", "area"))

    def read(self, message: Message, language: str) -> Notes:
        """The tips in the sender's own words. language: ISO 639-1, "" if unknown."""
        pieces = list(_pieces(message))
        heard = [self._ear.in_text(p.text, language) for p in pieces]
        weights = [self._weight(pieces, heard, i) for i in range(len(pieces))]
        if max(weights, default=0.0) < LEARNED:
            return Notes()
        chosen = [i for i, weight in enumerate(weights) if weight >= LEARNED / 2 and not _only_leads(pieces, i)]
        tips = tuple(_tip(_text(pieces, heard, i), heard[i], _lead(pieces, heard, i)) for i in chosen)
        said = [s for i in chosen for s in moved(_notes(heard[i]), pieces[i].span.start)]
        return Notes(tuple(dict.fromkeys(tips)), max(weights), count_once(said))

    def sorted(self, text: str, language: str = "") -> Tip:
        """A note in anybody's words, as we would sort it."""
        return _tip(" ".join(text.split()), self._ear.in_text(text, language or language_of(text)), ())

    def _weight(self, pieces: Sequence[_Piece], heard: Sequence[Sequence[Spoken]], index: int) -> float:
        """How plainly a piece is a tip, on its own and by what it hangs on."""
        text = pieces[index].text
        if len(text) > _LONGEST or (not pieces[index].item and len(text.split()) < _FEWEST_WORDS):
            return 0.0
        own = sum(e.weight for e in count_once(_notes(heard[index])))
        if own and any(s.hit.rule.says.startswith("area") for s in heard[index]):
            own += _NAMED
        against = _against(text, heard[index])
        lead = pieces[index].lead
        if lead >= 0:
            announced = _most(heard[lead], ("note.list", *_TIPS))
            own = max(own, announced if announced >= _most(heard[lead], ("note.praise",)) else 0.0)
        return own if own >= against else 0.0


_TOLD = (Area.COMMUNICATION, Area.PREPARATION, Area.ENTHUSIASM)
"""What shows in how somebody appears: never a real gap, which is one of experience, skill or certificate (A15)."""
_IMPLIED = {
    **dict.fromkeys((Area.EXPERIENCE, Area.SKILL, Area.CERTIFICATE), Sort.GAP),
    **dict.fromkeys(_TOLD, Sort.NOT_SHOWN),
}
_MOSTLY = {Sort.GAP: Area.SKILL, Sort.NOT_SHOWN: Area.COMMUNICATION, Sort.UNCLEAR: Area.OTHER}
_TIPS = ("note.gap", "note.not_shown", "note.tip")
_AGAINST = ("note.praise", "note.none")
_TURN = re.compile(
    r"[;:]|\b(?:but|however|except|yet|that said|aber|jedoch|allerdings|dennoch|doch|mais|toutefois|cependant|pourtant|"
    r"neanmoins|pero|sin embargo|no obstante|i can (?:say|tell)|kann ich|peux vous dire|peux te dire|puedo decir)\b|"
    r"(?<=,) |\b(?:although|though|obwohl|bien que|aunque)\b"
)
"""Where a sentence takes another way: what speaks against a tip does not reach across."""


def tips_of(message: Message, rules: RuleSet) -> tuple[Tip, ...]:
    """The tips in a mail, for one who has no reader at hand."""
    return NoteReader(rules).read(message, language_of(message.own_text)).tips


def _pieces(message: Message) -> Iterator[_Piece]:
    """Sentences in order; those of a list's item are one piece, which hangs on the line above, if no full stop ends it."""
    lead, count = -1, 0
    start, end = -1, -1
    for span in (*own_sentences(message), Span(len(message.text), len(message.text))):
        text = message.text[span.start : span.end]
        bullet = _BULLET.match(text) is not None and _at_line_start(message.text, span.start)
        if start >= 0 and not bullet and text and _same_item(message.text, end, span.start):
            end = span.end
            continue
        if start >= 0:
            yield _item(message.text, start, end, lead)
            count, start = count + 1, -1
        if bullet:
            start, end = span.start, span.end
        elif text:
            yield _Piece(span, " ".join(text.split()), False, -1)
            lead, count = count if _LEADS.search(text) else -1, count + 1


def _item(text: str, start: int, end: int, lead: int) -> _Piece:
    marker = _BULLET.match(text, start, end)
    begin = marker.end() if marker else start
    return _Piece(Span(begin, end), " ".join(text[begin:end].split()), True, lead)


def _at_line_start(text: str, position: int) -> bool:
    return not text[text.rfind("\n", 0, position) + 1 : position].strip()


def _same_item(text: str, end: int, start: int) -> bool:
    between = text[end:start]
    return "\n" not in between or (between.count("\n") == 1 and len(between) - between.rfind("\n") > 2)


def _most(spoken: Sequence[Spoken], says: tuple[str, ...]) -> float:
    return max((s.hit.rule.weight for s in spoken if s.hit.rule.says in says), default=0.0)


def _against(text: str, spoken: Sequence[Spoken]) -> float:
    """What speaks against a tip; not across a turn: "you did very well, but your SQL is weak"."""
    notes = _notes(spoken)
    turns = [match.start() for match in _TURN.finditer(fold(text).text)]

    def reaches(item: Spoken) -> bool:
        return not notes or any(
            not any(min(item.hit.start, n.hit.start) <= t < max(item.hit.end, n.hit.end) for t in turns) for n in notes
        )

    return _most([s for s in spoken if s.hit.rule.says in _AGAINST and reaches(s)], _AGAINST)


def _notes(spoken: Sequence[Spoken]) -> list[Spoken]:
    return [s for s in spoken if s.hit.rule.says in _TIPS]


def _lead(pieces: Sequence[_Piece], heard: Sequence[Sequence[Spoken]], index: int) -> Sequence[Spoken]:
    return heard[pieces[index].lead] if pieces[index].lead >= 0 else ()


def _only_leads(pieces: Sequence[_Piece], index: int) -> bool:
    """A line that only announces the list below it."""
    return any(p.lead == index for p in pieces)


def _text(pieces: Sequence[_Piece], heard: Sequence[Sequence[Spoken]], index: int) -> str:
    """The piece as a note that can be read alone: a fragment goes on from the line that it hangs on."""
    piece = pieces[index]
    words = len(piece.text.split())
    fragment = words < _SHORT and (not _notes(heard[index]) or (words < _VERY_SHORT and piece.text[:1].islower()))
    if piece.lead < 0 or not fragment or not _notes(heard[piece.lead]):
        return piece.text
    return f"{pieces[piece.lead].text.rstrip(' :')}: {piece.text}"


def _tip(text: str, spoken: Sequence[Spoken], lead: Sequence[Spoken]) -> Tip:
    """Sort and area by the heaviest word; the lead-in is asked where the piece says nothing.

    Where no word names an area: what is missing is mostly a skill that we have no word for, and what was not seen is
    mostly a matter of how it was told. Advice that does not say why is sorted by its area.
    """
    said = _heaviest(spoken, "note", (*Sort, "tip")) or _heaviest(lead, "note", tuple(Sort))
    named = _heaviest(spoken, "area", tuple(Area)) or _heaviest(lead, "area", tuple(Area))
    sort = Sort(said) if said in tuple(Sort) else _IMPLIED.get(Area(named) if named else Area.OTHER, Sort.UNCLEAR)
    area = Area(named) if named else _MOSTLY[sort]
    return Tip(text, Sort.NOT_SHOWN if sort is Sort.GAP and area in _TOLD else sort, area)


def _heaviest(spoken: Sequence[Spoken], what: str, names: Sequence[str]) -> str:
    """The name whose rules weigh most, each rule once; the one that was said first where two weigh the same."""
    sums: dict[str, float] = {}
    seen: set[str] = set()
    for item in sorted(spoken, key=lambda s: s.hit.start):
        group, _, name = item.hit.rule.says.partition(".")
        if group == what and name in names and item.hit.rule.id not in seen:
            seen.add(item.hit.rule.id)
            sums[name] = sums.get(name, 0.0) + item.hit.rule.weight
    return max(sums, key=lambda name: sums[name], default="")
