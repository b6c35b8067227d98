"""Guards: circumstances of a sentence in which a phrase does not mean what it says.

"If you are not selected, keep an eye on our jobs page" holds no rejection. A guard speaks from where it stands to the
end of its sentence, unless a turn ("but", "however") comes between; a phrase that has ended before it is not touched.
A guard of a clause (`guard.future.clause`: "rather than leave you waiting, we ...") reaches to the next comma only.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from gmail_followup.mail.message import Span
from gmail_followup.rules.matcher import Hit

_PREFIX = "guard."
_TURN = re.compile(
    r"[;]|\b(?:but|however|nevertheless|nonetheless|and (?:i|we|they) (?:would|want|like|have|are)|and want|"
    r"aber|jedoch|dennoch|doch|allerdings|gleichwohl|mais|toutefois|cependant|n[eé]anmoins|pourtant|"
    r"pero|sin embargo|no obstante|sino|a[uú]n as[ií])\b"
)
_CLAUSE_ENDS = re.compile(r"[,:–—]|\s-\s")
_CLAUSE = ".clause"
_QUOTATION = re.compile(
    r"“[^“”]{1,900}”|„[^„“”]{1,900}[“”]|«[^«»]{1,900}»|»[^«»]{1,900}«|(?<!\w)\"[^\"\n]{1,600}\"(?!\w)"
)
_QUOTATION_MARKS = '"“„«»'
_QUOTED_MIN_WORDS = 4


def quotations(text: str) -> tuple[Span, ...]:
    """Passages in quotation marks of at least four words (fewer is a title or a name)."""
    if not any(mark in text for mark in _QUOTATION_MARKS):
        return ()
    return tuple(
        Span(*match.span()) for match in _QUOTATION.finditer(text) if len(match.group().split()) >= _QUOTED_MIN_WORDS
    )


def apply_guards(hits: Sequence[Hit], text: str, sentence: Span, quoted: Sequence[Span]) -> list[Hit]:
    """The hits of one sentence with `guard` filled in where one applies; guard hits themselves are left out.

    text: the original text that all offsets speak of. quoted: what `quotations` found in it.
    """
    guards = [hit for hit in hits if hit.rule.says.startswith(_PREFIX)]
    out: list[Hit] = []
    for hit in hits:
        if hit.rule.says.startswith(_PREFIX):
            continue
        name = _guard_of(hit, guards, text, sentence, quoted) if hit.rule.guards else ""
        out.append(replace(hit, guard=name) if name else hit)
    return out


def _guard_of(hit: Hit, guards: Sequence[Hit], text: str, sentence: Span, quoted: Sequence[Span]) -> str:
    wanted = hit.rule.guards
    for guard in guards:
        says = guard.rule.says[len(_PREFIX) :]
        kind = says.removesuffix(_CLAUSE)
        ends = _CLAUSE_ENDS if kind != says else _TURN
        if kind in wanted and guard.start < hit.end and not _turns(ends, text, guard.end, hit.start):
            return f"{kind}: {text[guard.start : guard.end].strip()}"
    if "quoted" in wanted and any(q.start < hit.start and hit.end < q.end for q in quoted):
        return "quoted"
    if "question" in wanted and text[sentence.start : sentence.end].rstrip().endswith("?"):
        return "question"
    return ""


def _turns(turn: re.Pattern[str], text: str, start: int, end: int) -> bool:
    return start < end and (turn.search(text[start:end].lower()) or _TURN.search(text[start:end].lower())) is not None
