"""House rules that need a whole sentence: questions without their mark, and fragments."""

import re
from collections.abc import Iterator

from gmail_followup.mail.message import Span
from gmail_followup.proofing.finding import Finding
from gmail_followup.proofing.house_frame import advise
from gmail_followup.proofing.lexicon import tags_of
from gmail_followup.proofing.morphology import PASTS, VERBS, gerund, third

# --- questions ------------------------------------------------------------------------------------

_ASKED = r"(?:you|I|we|it|there|they|he|she|anyone|someone|anything|something|that|this)"
_YES_NO = re.compile(
    rf"(?:and\s+|but\s+|so\s+|also,\s+|please,?\s+|or\s+)?(?:(?:could|would|can|will|may|might|"
    rf"do|does|did|are|is|have|has|was|were|shall|couldn['’]t|wouldn['’]t|don['’]t)\s+"
    rf"(?!I\s+to\b){_ASKED}\b(?!\s+to\s+\w+[^?]*,)|(?:could|would|can|is|are|was|were|do|does|"
    rf"did)\s+(?:the|your|my|one)\s+\w+|"
    r"(?:are|is)\s+(?:two|any)\s+)",
    re.IGNORECASE,
)
_INVERSION = re.compile(
    r"(?:(?:were|had|should|may)\s+(?:I|you|it|we|there)|were\s+[^,?]*\bto)\b[^,]*(?:,|\bI\s+would\b|$)", re.IGNORECASE
)
_AGREEING = re.compile(r"(?:so|nor|neither)\s+\w+\s+\w+", re.IGNORECASE)
"""“So did I, mostly.”"""
_WH = re.compile(
    r"(?:and\s+|but\s+|so\s+)?(?:(?:what|where|why|how|who|whom|when)(?:\s+else|\s+exactly)?|"
    r"which(?:\s+(?:of\s+)?(?:\w+\s+){0,4}?\w+)?|what\s+(?:\w+\s+){1,3}|how\s+(?:much|many|often|"
    r"long|well|best|far|soon))"
    r"\s+(?:could|would|can|will|should|may|might|do|does|did|are|is|have|has|was|were|"
    r"shall)\s+(?:you|I|we|it|they|he|she|there|one|your|my|the\s+(?:two|three|one|main|most|"
    r"best|biggest|single|reason|next))\b",
    re.IGNORECASE,
)
_WH_SUBJECT = re.compile(
    r"(?:which|what)\s+(?:one|two|three|(?:other\s+)?(?:areas|skills|parts?|things|points|changes|steps|courses|books|aspects|"
    r"answers|kinds?|sorts?|types?))\b[^,]*?\b(?:would|could|should|might|will|do|did|are|were|was|is)\b[^,]*",
    re.IGNORECASE,
)
_WH_STATEMENT = re.compile(
    r"(?:what|where|when|how|why|which|who)\b[^,]*\b(?:is|was|are|were)\s+(?:the\s+way|how|that|"
    r"why|clear|what)\b|when\s+[^,]+,",
    re.IGNORECASE,
)
_LATE_YES_NO = re.compile(
    r"(?:,|;|\s[–—-])\s+(?:and\s+|but\s+|so\s+)?(?P<q>(?:could|would|can|will)\s+you|(?:may|"
    r"might|could|can)\s+(?:I|we)|would\s+it|is\s+there|are\s+there|do\s+you|would\s+you)\b",
    re.IGNORECASE,
)
_LATE_OPENING = re.compile(
    r"(?:if|when|whenever|before|after|as|since|because|while|although|though|once|given|to|in|"
    r"for|with|I|we|the|your|my|should|now|next)\b",
    re.IGNORECASE,
)
_LATE_WH = re.compile(
    r"(?:since|if|as|when|before|because|while|although|given|with|in|for)\b[^,]*,\s+(?:what|which|how|where|who|when|why)\b[^,.]{0,40}?\b"
    r"(?:would|could|should|can|do|did|are|is|might)\s+(?:you|I|we|one)\b[^,]*$",
    re.IGNORECASE,
)
_TOLD = re.compile(r"\b(?:wonder(?:ed|ing)?|ask(?:ed)?|know|tell\s+me|see|question\s+is)\s*,?\s*$", re.IGNORECASE)
_OTHER_LANGUAGES = {
    "de": re.compile(
        r"(?:Könnten|Würden|Hätten|Wären|Dürfte|Darf|Können|Haben|Gibt|Hast|Kannst|Könntest|"
        r"Würdest)\s+(?:Sie|ich|du|ihr|es)\b(?![^?]*,\s*(?:so|dann|würde|wäre|freue|könnte))"
    ),
    "fr": re.compile(
        r"(?:Pourriez|Auriez|Seriez|Voudriez|Pouvez|Avez|Serait|Puis|Pourrais)-(?:vous|il|je|t-il)\b|Est-ce\s+que?\b"
    ),
    "es": re.compile(r"¿"),
}


def question_findings(text: str, spans: tuple[Span, ...], language: str) -> Iterator[Finding]:
    """A direct question that ends in a full stop. An indirect one (“I wonder what ...”) rightly does."""
    for span in spans:
        # A question in front (“... for me? iOS repairs are no problem.”) is a sentence of its own.
        begin = max(span.start, text.rfind("? ", span.start, span.end) + 2)
        sentence = text[begin : span.end]
        mark = re.search(r"(?P<w>[\w'’)\"”%-]+)(?P<m>\.|)$", sentence)
        if not mark or len(sentence.split()) < 3 or not _is_question(sentence, language):
            continue
        if not mark["m"] and len(sentence.split()) < 4:
            continue
        start = begin + mark.start()
        yield advise("punctuation", text, start, span.end, "A question ends with a question mark.", mark["w"] + "?")
    if language.startswith("es"):
        yield from _spanish_openings(text, spans)


def _is_question(sentence: str, language: str) -> bool:
    pattern = _OTHER_LANGUAGES.get(language[:2])
    if pattern:
        return pattern.match(sentence) is not None
    if not language.startswith("en"):
        return False
    bare = sentence.lstrip("\"'“‘( ")
    if _AGREEING.match(bare):
        return False
    if _INVERSION.match(bare) and not re.match(r"may\s+(?:I|we)\b", bare, re.IGNORECASE):
        return False
    if _YES_NO.match(bare):
        return True
    if _WH.match(bare):
        return not _WH_STATEMENT.match(bare)
    if _WH_SUBJECT.fullmatch(bare):
        return True
    if _LATE_WH.match(bare):
        return True
    late = _LATE_YES_NO.search(bare)
    if not late or not _LATE_OPENING.match(bare):
        return False
    head = bare[: late.start()]
    return not _TOLD.search(head) and "(" not in head.replace(")", "", head.count("("))


def _spanish_openings(text: str, spans: tuple[Span, ...]) -> Iterator[Finding]:
    for span in spans:
        sentence = text[span.start : span.end]
        for close, open_ in (("?", "¿"), ("!", "¡")):
            if sentence.endswith(close) and open_ not in sentence:
                word = sentence.split()[0]
                message = f"In Spanish the sentence also opens with “{open_}”."
                yield advise("punctuation", text, span.start, span.start + len(word), message, open_ + word)


# --- fragments ------------------------------------------------------------------------------------

_SUBORDINATE = re.compile(
    r"(?P<c>because|although|though|even\s+though|whereas|since|unless|so\s+that|if|when|while|"
    r"as\s+(?:I|you|the|my)|until|in\s+order\s+to|despite|in\s+spite\s+of|after|before)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"(?P<c>which|who|whose|whom)\s+(?P<v>is|was|are|were|has|have|had|made|makes|gave|gives|"
    r"helped|helps|taught|showed|shows|will|would|can|could|must|may|might|should|also|really|I\s+\w+|means|meant|left|"
    r"led|allowed|I['’]\w+)\b",
    re.IGNORECASE,
)
_WHICH_IS_FINE = re.compile(r"which\s+brings\s+me\b", re.IGNORECASE)
_SUCH_AS = re.compile(
    r"(?P<c>such\s+as|for\s+example|especially|including|like)\b(?!,?\s+(?:I|you|we|it|this|"
    r"the\s+\w+\s+(?:is|was|are|were))\b)",
    re.IGNORECASE,
)
_FINITE = (
    r"(?:am|is|are|was|were|have|has|had|do|does|did|can|could|would|will|should|may|might|must|shall|"
    r"['’](?:m|d|ve|ll|re)|love|hope|appreciate|value|understand|remain|look|thank|wish|want|know|"
    r"believe|think|enjoyed|learned|felt|saw|found|please|let|feel|welcome|need|ask|accept|respect|"
    r"send|tell|share|write|drop|give|keep|consider|stay|take|made|gave|went|got|came|took|spoke|met|"
    r"realised|realized|noticed|decided|liked|left)"
)
_MAIN_AFTER_COMMA = re.compile(
    r",\s+(?:and\s+|but\s+|then\s+|so\s+|please\b|\w+ly\s+)?(?:[\w'’-]+\s+){0,8}?[\w'’-]*?\b"
    + _FINITE
    + r"\b|,[^,]*['’](?:m|d|ve|ll|re)\b",
    re.IGNORECASE,
)
_GERUND_START = re.compile(r"(?P<c>hoping|looking|thanking|wishing|wanting|knowing|having|being)\s", re.IGNORECASE)
_CLOSING_WISH = re.compile(r"(?:looking\s+forward|(?:wishing|thanking)\s+you)\b", re.IGNORECASE)
"""Formulas that close a letter; nobody takes them for half a sentence."""
_SUBJECTS = (
    r"(?:I|you|we|it|they|he|she|this|that|there|[Yy]our\s+\w+|[Mm]y\s+\w+|[Tt]he\s+\w+|"
    r"two\s+or\s+three\s+\w+|any\s+\w+|every\s+\w+|a\s+\w+|even\s+\w+)"
)
_MAIN_WITHOUT_COMMA = re.compile(
    rf"\b{_SUBJECTS}\s+(?:\w+ly\s+|also\s+)?(?:am|is|are|was|were|have|has|had|can|could|would|"
    rf"will|should|may|might|must|do|did|hope|love|look|thank|\w+ed|\w+s)\b.*\b(?:I|it|"
    rf"two\s+or\s+three\s+\w+|you|we|they|that|this)\s+(?:\w+ly\s+|also\s+)?(?:would|will|could|"
    rf"should|am|can|have|hope|might|may|do|['’])|"
    r"\b(?:please|do\s+(?:not|let)|feel\s+free|let\s+me)\b|\b(?:I|it|that)(?:['’]d|['’]ll|\s+would|\s+will)\b",
    re.IGNORECASE,
)


_GERUNDS = frozenset(gerund(verb) for verb in VERBS)
_TELLING = (
    PASTS
    | frozenset(third(verb) for verb in VERBS)
    | frozenset(
        "am is are was were be been have has had do does did can could would will should may might must led left felt found met became "
        "came put got let said cost fits brings sounds seems looks feels remains stays takes please".split()
    )
)


def fragment_findings(text: str, spans: tuple[Span, ...]) -> Iterator[Finding]:
    """Part of a sentence that stands alone: “Because I want to improve.”, “Which was great.”"""
    for index, span in enumerate(spans):
        sentence = text[span.start : span.end]
        if sentence.endswith("?") or len(sentence.split()) < 2 or not re.search(r"[.!]$", sentence):
            continue
        kind = _fragment(sentence)
        answers = index > 0 and text[spans[index - 1].end - 1] == "?"
        if kind and not (answers and kind.lower() == "because"):
            yield _fragment_finding(text, spans, index, kind)


def _fragment(sentence: str) -> str:
    """The word that makes a sentence a fragment; "" for a whole sentence."""
    if ":" in sentence:
        return ""
    if _RELATIVE.match(sentence) and not _WHICH_IS_FINE.match(sentence):
        return sentence.split()[0]
    match = _SUBORDINATE.match(sentence)
    if match:
        return "" if _has_main_clause(sentence[match.end() :], match["c"]) else match["c"]
    match = _SUCH_AS.match(sentence)
    if match and not re.search(rf"\b(?:I|you|we|it|they|this|that)\s+{_FINITE}\b", sentence) and "," not in sentence:
        return match["c"]
    if _is_bare_gerund(sentence):
        return sentence.split()[0]
    match = _GERUND_START.match(sentence)
    if (
        match
        and not _CLOSING_WISH.match(sentence)
        and len(sentence.split()) > 2
        and not re.search(rf"\b(?:{_FINITE}|makes?|gives?|helps?|means?|showed|taught)\b", sentence)
    ):
        return match["c"]
    return ""


def _is_bare_gerund(sentence: str) -> bool:
    """“Meeting the team and seeing the lab.”: verbs in -ing and not one that tells of anybody."""
    words = re.findall(r"[a-z'’]+", sentence.lower())
    if (
        len(words) < 3
        or not words[0].endswith("ing")
        or words[0].removesuffix("ing") == words[0]
        or words[0] not in _GERUNDS
    ):
        return False
    return not any(w in _TELLING or w.endswith("ed") or "’" in w or "'" in w or _tells(w) for w in words[1:])


def _tells(word: str) -> bool:
    """Whether a word is surely the verb of a sentence, or may be one that we do not know: “imposes”."""
    tags = tags_of(word, first=False)
    return tags == "Ku" or ("z" in tags and "K" not in tags)


_SUBJECT_AFTER_COMMA = re.compile(
    r",\s+(?:\w+ly\s+)?(?:(?:I|you|we|he|she|it|they|there|this|that|these|those|everyone|nobody)(?:['’]s)?\s+"
    r"(?:\w+ly\s+|also\s+|still\s+|never\s+)?\w+|"
    r"(?:my|your|the|our|this|that)\s+(?:\w+\s+){1,2}(?:was|were|is|are|had|has|have|made|gave|felt|will|would|\w+ed|offers|shows))\b"
)


def _has_main_clause(rest: str, conjunction: str) -> bool:
    if _SUBJECT_AFTER_COMMA.search(rest):
        return True
    if _MAIN_AFTER_COMMA.search(rest) or any(m.start() > 3 for m in _COMMA_WANTED.finditer(rest)):
        return True
    if conjunction.lower() in {
        "because",
        "although",
        "though",
        "even though",
        "whereas",
        "so that",
        "unless",
    }:
        return "," in rest and re.search(r",\s+\w+(?:\s+\w+)*\s+\w+", rest) is not None and _two_verbs(rest)
    if conjunction.lower() in {"despite", "in spite of", "after", "before", "in order to", "until"}:
        return (
            "," in rest
            or re.match(r"\s*\w+ing\b[^.]*\b(?:I|we)\s", rest) is not None
            or _two_verbs(rest)
            or re.search(rf"\b(?:I|you|we|it|they)\s+{_FINITE}\b", rest) is not None
        )
    return "," in rest or _MAIN_WITHOUT_COMMA.search(rest) is not None or _two_verbs(rest)


_COMMA_OPENING = re.compile(
    r"(?:if|when|whenever|although|though|since|while|because|after|before|as\s+soon\s+as|as|once|until|unless|should)\s+"
    r"(?:(?:I|you|it|there|we|they|he|she|anything|something|someone)\b|(?:the|your|my|our|a|an|another|any)\s+\w+)",
    re.IGNORECASE,
)
_COMMA_WANTED = re.compile(
    r"(?<!\bif)(?<!\bwhen)(?<!\bthat)(?<!\bwhat)(?<!\bwho)(?<!\bhow)(?<!\bwhere)(?<!\bwhy)(?<!\bway)(?<!\band)(?<!\bbut)(?<!\bor)(?<!\bas)"
    r"(?<!\bthink)(?<!\bbelieve)(?<!\bknow)(?<!\bsay)(?<!\bsaid)(?<!\btold)(?<!\bhope)(?<!\bfeel)(?<!\bfelt)(?<!\bthought)(?<!\bknew)"
    r"(?<!\bthe)(?<!\bwish)(?<!\bsuppose)(?<!\bsee)(?<!\bsaw)(?<!\banything)(?<!\bsomething)(?<!\beverything)(?<!\bthings)(?<!\ball)"
    r"(?<!\bskills)(?<!\bpoints)(?<!\bareas)(?<!\bnothing)(?<!\bthing)(?<!\bperson)(?<!\bone)(?<!\blike)(?<!\bthan)(?<!\bdecide)(?<!\bask)"
    r"\s(?P<s>I\s+(?:would|will|wrote|went|felt|was|am|hope|could|can|saw|knew|had|have|realised|realized|noticed|understood|remembered|"
    r"thought|learned|learnt|decided|found|look|remain|respect|understand|really|also)|I['’](?:d|ll|m|ve)|it\s+(?:would|was|is|made|felt)|"
    r"we\s+(?:could|would|can|talked|spoke)|please|could\s+you|would\s+you|let\s+me|do\s+(?:get|let|keep)|feel\s+free)\b",
)


def comma_findings(text: str, spans: tuple[Span, ...]) -> Iterator[Finding]:
    """A clause in front that wants a comma behind it: “If you have a moment I would be glad of a reply.”"""
    for span in spans:
        sentence = text[span.start : span.end]
        opening = _COMMA_OPENING.match(sentence)
        if not opening or re.search(r"[,;:—–]", sentence):
            continue
        wanted = [m for m in _COMMA_WANTED.finditer(sentence, opening.end()) if m.start() - opening.end() > 2]
        if len(wanted) != 1:
            continue
        before = re.search(r"[\w'’)-]+$", sentence[: wanted[0].start()])
        if before is None:
            continue
        start, end = span.start + before.start(), span.start + wanted[0].start() + 1 + len(wanted[0]["s"].split()[0])
        words = text[start:end]
        better = f"{before[0]}, {wanted[0]['s'].split()[0]}"
        if words.split() == [before[0], wanted[0]["s"].split()[0]]:
            yield advise("punctuation", text, start, end, "A comma closes the clause in front.", better)


_RUN_ON = re.compile(
    r"(?<!\bevery\s)(?<!\bthe\sfirst\s)\b(?P<a>conversation|interview|talk|meeting|visit|tour|team|office|feedback|e-?mail|message|reply|call|"
    r"opportunity|chance|process|invitation|help|welcome|advice|experience|yesterday|today|week|company|you\s+all|everyone|colleagues)\s+"
    r"(?P<b>it)\s+(?:really\s+|also\s+|truly\s+)?(?:was|helped|made|gave|taught|meant|means|felt|showed|has|will)\b",
    re.IGNORECASE,
)


_OWN_START = re.compile(r"(?:I|we|thank|thanks|you|your|it|my)\b", re.IGNORECASE)
_JOINED = re.compile(r"\b(?:that|because|when|if|how|what|as|since|while|whether)\b")


def run_on_findings(text: str, spans: tuple[Span, ...]) -> Iterator[Finding]:
    """Two sentences without a mark between them: “I enjoyed our conversation it helped me a lot.”"""
    for span in spans:
        sentence = text[span.start : span.end]
        match = _RUN_ON.search(sentence)
        if not match or not _OWN_START.match(sentence) or _JOINED.search(sentence[: match.end("b")]):
            continue
        start, end = span.start + match.start(), span.start + match.end("b")
        better = (f"{match['a']}. {match['b'].capitalize()}", f"{match['a']}, and {match['b']}")
        yield advise("punctuation", text, start, end, "Two sentences meet here without a mark.", *better)


def _two_verbs(rest: str) -> bool:
    return (
        len(
            re.findall(rf"\b(?:I|you|we|it|they|he|she|there|that|this|\w+)\s+{_FINITE}\b|['’](?:m|d|ve|ll|re)\b", rest)
        )
        >= 2
    )


def _fragment_finding(text: str, spans: tuple[Span, ...], index: int, word: str) -> Finding:
    """With the full stop that has to go, in front of the fragment or, if it leads into the next sentence, behind it."""
    span = spans[index]
    message = f"A sentence that starts with “{word}” leans on another one; join the two."
    before = spans[index - 1] if index else None
    following = spans[index + 1] if index + 1 < len(spans) else None
    if following and word.lower() in _LEADS_IN and "\n\n" not in text[span.start : following.start]:
        first = text[following.start : following.start + 1]
        small = first if re.match(r"I\b|[A-Z][\w'’-]*\s[A-Z]", text[following.start :]) else first.lower()
        joined = f"{text[span.start : span.end - 1]}, {small}"
        return advise("fragment", text, span.start, following.start + 1, message, joined)
    if before and "\n\n" not in text[before.start : span.start] and text[before.end - 1] == ".":
        comma = "," if word.lower() in _AFTER_A_COMMA else ""
        sentence = text[span.start : span.end]
        joined = f"{comma} {sentence[0].lower()}{sentence[1:]}"
        return advise("fragment", text, before.end - 1, span.end, message, joined)
    return advise("fragment", text, span.start, span.end, message)


_LEADS_IN = frozenset({"although", "though", "even though", "if", "when", "while", "since", "as", "after", "before"})
_AFTER_A_COMMA = frozenset(
    [*"which who whose whom although though whereas especially including".split(), "even though", "such as"]
)
