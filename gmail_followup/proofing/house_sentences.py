"""House rules that need a whole sentence: questions without their mark, fragments, agreement at a distance."""

import re
from collections.abc import Iterator

from gmail_followup.mail.message import Span
from gmail_followup.proofing.finding import Finding
from gmail_followup.proofing.house_frame import advise
from gmail_followup.proofing.layout import Layout
from gmail_followup.proofing.morphology import article

# --- questions -------------------------------------------------------------------------------------------------------------

_ASKED = r"(?:you|I|we|it|there|they|he|she|anyone|someone|anything|something|that|this)"
_YES_NO = re.compile(
    rf"(?:and\s+|but\s+|so\s+|also,\s+|please,?\s+|or\s+)?(?:(?:could|would|can|will|may|might|do|does|did|are|is|have|has|was|were|shall|couldn['’]t|wouldn['’]t|don['’]t)\s+"
    rf"(?!I\s+to\b){_ASKED}\b(?!\s+to\s+\w+[^?]*,)|(?:could|would|can|is|are|was|were|do|does|did)\s+(?:the|your|my|one)\s+\w+|"
    r"(?:are|is)\s+(?:two|any)\s+)",
    re.IGNORECASE,
)
_INVERSION = re.compile(r"(?:were|had|should|may)\s+(?:I|you|it|we|there)\b[^,]*(?:,|\bI\s+would\b|$)", re.IGNORECASE)
_WH = re.compile(
    r"(?:and\s+|but\s+|so\s+)?(?:(?:what|where|why|how|who|whom|when)(?:\s+else|\s+exactly)?|which(?:\s+(?:of\s+)?(?:\w+\s+){0,4}?\w+)?|what\s+(?:\w+\s+){1,3}|how\s+(?:much|many|often|long|well|best|far|soon))"
    r"\s+(?:could|would|can|will|should|may|might|do|does|did|are|is|have|has|was|were|shall)\s+(?:you|I|we|it|they|he|she|there|one|your|my|the\s+(?:two|three|one|main|most|best|biggest|single|reason|next))\b",
    re.IGNORECASE,
)
_WH_STATEMENT = re.compile(r"(?:what|where|when|how|why|which|who)\b[^,]*\b(?:is|was|are|were)\s+(?:the\s+way|how|that|why|clear|what)\b|when\s+[^,]+,", re.IGNORECASE)  # fmt: skip
_LATE_YES_NO = re.compile(
    r"(?:,|;|\s[–—-])\s+(?:and\s+|but\s+|so\s+)?(?P<q>(?:could|would|can|will)\s+you|(?:may|might|could|can)\s+(?:I|we)|would\s+it|is\s+there|are\s+there|do\s+you|would\s+you)\b",
    re.IGNORECASE,
)
_LATE_OPENING = re.compile(
    r"(?:if|when|whenever|before|after|as|since|because|while|although|though|once|given|to|in|for|with|I|we|the|your|my|should|now|next)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(r"\b(?:wonder(?:ed|ing)?|ask(?:ed)?|know|tell\s+me|see|question\s+is)\s*,?\s*$", re.IGNORECASE)
_OTHER_LANGUAGES = {
    "de": re.compile(r"(?:Könnten|Würden|Hätten|Wären|Dürfte|Darf|Können|Haben|Gibt|Hast|Kannst|Könntest|Würdest)\s+(?:Sie|ich|du|ihr|es)\b(?![^?]*,\s*(?:so|dann|würde|wäre|freue|könnte))"),  # fmt: skip
    "fr": re.compile(r"(?:Pourriez|Auriez|Seriez|Voudriez|Pouvez|Avez|Serait|Puis|Pourrais)-(?:vous|il|je|t-il)\b|Est-ce\s+que?\b"),
    "es": re.compile(r"¿"),
}


def question_findings(text: str, spans: tuple[Span, ...], language: str) -> Iterator[Finding]:
    """A direct question that ends in a full stop. An indirect one (“I wonder what ...”) rightly does."""
    for span in spans:
        sentence = text[span.start : span.end]
        mark = re.search(r"(?P<w>[\w'’)\"”%-]+)(?P<m>\.|)$", sentence)
        if not mark or len(sentence.split()) < 3 or not _is_question(sentence, language):
            continue
        if not mark["m"] and len(sentence.split()) < 4:
            continue
        start = span.start + mark.start()
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
    if _INVERSION.match(bare) and not re.match(r"may\s+(?:I|we)\b", bare, re.IGNORECASE):
        return False
    if _YES_NO.match(bare):
        return True
    if _WH.match(bare):
        return not _WH_STATEMENT.match(bare)
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


# --- fragments -------------------------------------------------------------------------------------------------------------

_SUBORDINATE = re.compile(
    r"(?P<c>because|although|though|even\s+though|whereas|since|unless|so\s+that|if|when|while|as\s+(?:I|you|the|my)|until|whether|in\s+order\s+to|despite|in\s+spite\s+of|after|before)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"(?P<c>which|who|whose|whom)\s+(?P<v>is|was|are|were|has|have|had|made|makes|gave|gives|helped|helps|taught|showed|shows|will|would|can|could|also|really|I\s+\w+|means|meant|left|led|allowed|I['’]\w+)\b",
    re.IGNORECASE,
)
_WHICH_IS_FINE = re.compile(r"which\s+(?:is\s+why|brings\s+me)\b", re.IGNORECASE)
_SUCH_AS = re.compile(r"(?P<c>such\s+as|for\s+example|especially|including|like)\b(?!,?\s+(?:I|you|we|it|this|the\s+\w+\s+(?:is|was|are|were))\b)", re.IGNORECASE)
_FINITE = r"(?:am|is|are|was|were|have|has|had|do|does|did|can|could|would|will|should|may|might|must|shall|['’](?:m|d|ve|ll|re)|love|hope|appreciate|value|understand|remain|look|thank|wish|want|know|believe|think|enjoyed|learned|felt|saw|found|please|let|feel|welcome|need|ask|accept|respect|send|tell|share|write|drop|give|keep|consider|stay|take|made|gave|went|got|came|took|spoke|met|realised|realized|noticed|decided|liked|left)"
_MAIN_AFTER_COMMA = re.compile(r",\s+(?:and\s+|but\s+|then\s+|so\s+|please\b|\w+ly\s+)?(?:[\w'’-]+\s+){0,8}?[\w'’-]*?\b" + _FINITE + r"\b|,[^,]*['’](?:m|d|ve|ll|re)\b", re.IGNORECASE)
_GERUND_START = re.compile(r"(?P<c>hoping|looking|thanking|wishing|wanting|knowing|having|being)\s", re.IGNORECASE)
_SUBJECTS = r"(?:I|you|we|it|they|he|she|this|that|there|[Yy]our\s+\w+|[Mm]y\s+\w+|[Tt]he\s+\w+|two\s+or\s+three\s+\w+|any\s+\w+|every\s+\w+|a\s+\w+|even\s+\w+)"
_MAIN_WITHOUT_COMMA = re.compile(
    rf"\b{_SUBJECTS}\s+(?:\w+ly\s+|also\s+)?(?:am|is|are|was|were|have|has|had|can|could|would|will|should|may|might|must|do|did|hope|love|look|thank|\w+ed|\w+s)\b.*\b(?:I|it|two\s+or\s+three\s+\w+|you|we|they|that|this)\s+(?:\w+ly\s+|also\s+)?(?:would|will|could|should|am|can|have|hope|might|may|do|['’])|"
    r"\b(?:please|do\s+(?:not|let)|feel\s+free|let\s+me)\b|\b(?:I|it|that)(?:['’]d|['’]ll|\s+would|\s+will)\b",
    re.IGNORECASE,
)


def fragment_findings(text: str, spans: tuple[Span, ...]) -> Iterator[Finding]:
    """Part of a sentence that stands alone: “Because I want to improve.”, “Which was great.”"""
    for index, span in enumerate(spans):
        sentence = text[span.start : span.end]
        if sentence.endswith("?") or len(sentence.split()) < 2 or not re.search(r"[.!]$", sentence):
            continue
        kind = _fragment(sentence)
        if kind:
            yield _fragment_finding(text, spans, index, kind)


def _fragment(sentence: str) -> str:
    """The word that makes a sentence a fragment; "" for a whole sentence."""
    if _RELATIVE.match(sentence) and not _WHICH_IS_FINE.match(sentence):
        return sentence.split()[0]
    match = _SUBORDINATE.match(sentence)
    if match:
        return "" if _has_main_clause(sentence[match.end() :], match["c"]) else match["c"]
    match = _SUCH_AS.match(sentence)
    if match and not re.search(rf"\b(?:I|you|we|it|they|this|that)\s+{_FINITE}\b", sentence) and "," not in sentence:
        return match["c"]
    match = _GERUND_START.match(sentence)
    if match and len(sentence.split()) > 2 and not re.search(rf"\b(?:{_FINITE}|makes?|gives?|helps?|means?|showed|taught)\b", sentence):
        return match["c"]
    return ""


def _has_main_clause(rest: str, conjunction: str) -> bool:
    if _MAIN_AFTER_COMMA.search(rest):
        return True
    if conjunction.lower() in {"because", "although", "though", "even though", "whereas", "so that", "unless", "whether"}:
        return "," in rest and re.search(r",\s+\w+(?:\s+\w+)*\s+\w+", rest) is not None and _two_verbs(rest)
    if conjunction.lower() in {"despite", "in spite of", "after", "before", "in order to", "until"}:
        return "," in rest or _two_verbs(rest) or re.search(rf"\b(?:I|you|we|it|they)\s+{_FINITE}\b", rest) is not None
    return "," in rest or _MAIN_WITHOUT_COMMA.search(rest) is not None or _two_verbs(rest)


def _two_verbs(rest: str) -> bool:
    return len(re.findall(rf"\b(?:I|you|we|it|they|he|she|there|that|this|\w+)\s+{_FINITE}\b|['’](?:m|d|ve|ll|re)\b", rest)) >= 2


def _fragment_finding(text: str, spans: tuple[Span, ...], index: int, word: str) -> Finding:
    span = spans[index]
    sentence = text[span.start : span.end]
    message = f"A sentence that starts with “{word}” leans on another one; join the two."
    before = spans[index - 1] if index else None
    if before and "\n\n" not in text[before.start : span.start] and text[before.end - 1] == ".":
        comma = "," if word.lower() in {"which", "who", "whose", "whom", "although", "though", "even though", "whereas", "such as", "especially", "including"} else ""
        joined = f"{text[before.start : before.end - 1]}{comma} {sentence[0].lower()}{sentence[1:]}"
        return advise("fragment", text, span.start, span.end, message, joined)
    return advise("fragment", text, span.start, span.end, message)


# --- a and an --------------------------------------------------------------------------------------------------------------

_ARTICLE = re.compile(r"(?<![\w.'’-])(?P<x>[Aa]n?)(?P<gap>[^\S\n]+)[\"“‘']?(?P<w>[A-Za-z][\w'’-]*)")
_EITHER = re.compile(r"(?:h(?:istor|otel|ere|erb|abit|ypoth)|[A-Z]{2,}|[A-Z]+\d|[A-Za-z]$|or$|and$|is$|as$|in$|at$|if$|are$|an?$)")


def article_findings(text: str, parts: Layout) -> Iterator[Finding]:
    """“a” and “an” by the sound that follows; capitals are left alone, they are spelt out by some and read by others."""
    for match in _ARTICLE.finditer(text):
        word, found = match["w"], match["x"]
        small = found[0] == "A" and not re.search(r"(?:^|[.!?\n]\s*)[\"“(]*$", text[: match.start()])
        if small or _EITHER.match(word) or not parts.in_body(*match.span("x")):
            continue
        better = article(word)
        if better != found.lower():
            start, end = match.span("x")
            better = better.capitalize() if found[0] == "A" else better
            yield advise("article", text, start, end, f"Before “{word}” it is “{better.lower()}”.", better)


# --- agreement at a distance -----------------------------------------------------------------------------------------------

_TO_SINGULAR = {"were": "was", "are": "is", "have": "has", "do": "does", "help": "helps", "mean": "means", "show": "shows", "make": "makes"}
_TO_PLURAL = {"was": "were", "is": "are", "has": "have", "does": "do", "helps": "help", "means": "mean", "shows": "show", "makes": "make"}
_START = r"(?:(?<=^)|(?<=[.!?;:,]\s)|(?<=\n)|\b(?:that|because|and|but|as|while|when|since|although|know|think|believe|hope|feel|how)\s+)"
_PREP = r"(?:from|of|about|on|with|in|for|at|regarding|behind|between|to|among)"
_SINGULAR_HEAD = (
    r"(?:feedback|advice|quality|list|number(?=\s+of\s+(?:the|your|my)\b)|set|kindness|warmth|honesty|team|time|conversation|interview|talk|meeting|discussion|visit|day|"
    r"process|opportunity|chance|decision|message|note|letter|reply|answer|experience|knowledge|information|work|help|interest|"
    r"enthusiasm|atmosphere|culture|tone|depth|range|level|pace|style|way|idea|reason|part|role|position|passion|attitude|"
    r"curiosity|clarity|value|mission|impression|energy|patience|generosity|exchange|comment|question|tip|suggestion|point|thing|"
    r"challenge|task|project|exercise|presentation|description|response|invitation|welcome|tour|effort|dedication|care|attention|respect|combination|variety(?=\s+of\s+(?:the|your)\b)|purpose|goal|skill|one)"
)
_PLURAL_HEAD = (
    r"(?:comments|questions|tips|suggestions|pointers|answers|conversations|interviews|interviewers|people|engineers|colleagues|"
    r"members|managers|things|points|words|thoughts|insights|notes|ideas|values|hours|days|weeks|months|minutes|exercises|topics|"
    r"tasks|projects|stories|reasons|skills|areas|steps|discussions|meetings|talks|rounds|recommendations|examples|lessons|"
    r"opportunities|results|remarks|parts|strengths|weaknesses|gaps|recruiters|teams|companies|tools|details|kind\s+words|mails|emails|messages)"
)
_MIDDLE = r"(?:(?!\b(?:and|or|who|that|which|is|are|was|were|have|has|had|do|does|did|I|we|you|they|he|she|it|what|how|where)\b)[\w'’-]+\s+){0,7}"
_PERSONS = r"(?:interviewers?|team|panel|colleagues?|managers?|recruiters?|engineers?|people|members|staff|leads?|founders?|designers?|developers?|analysts?|group|department|others|everyone|both)"
_AND_PERSONS = rf"(?:\band\s+(?:(?:the|your|its|other|all)\s+)*(?:\w+\s+)?{_PERSONS}\s+)?"
_DET = r"(?:the|your|my|this|that|our|their|its|his|her|a|an|all\s+the|every|each)"
_SINGULAR_FAR = re.compile(
    rf"{_START}(?P<d>{_DET})\s+(?:\w+\s+)?{_SINGULAR_HEAD}\s+{_PREP}\s+{_MIDDLE}{_AND_PERSONS}(?P<x>were|are|have|do)\b(?!\s+(?:you|I|we|they)\b)", re.IGNORECASE | re.MULTILINE
)
_SINGULAR_THAT = re.compile(
    rf"{_START}(?P<d>{_DET})\s+(?:\w+\s+)?(?:feedback|advice|team|conversation|interview|process|message|note|quality|help|time|kindness|support|information|experience)\s+(?:(?:that|which)\s+)?(?:you|they|we|I|your\s+\w+|the\s+\w+)\s+(?:\w+ed|gave|shared|had|sent|spent|wrote|saw|showed)(?:\s+(?:me|us|with\s+me|to\s+me|with\s+your\s+\w+))?\s+(?P<x>were|are|have)\b",
    re.IGNORECASE | re.MULTILINE,
)
_MASS_NEAR = re.compile(
    r"\b(?P<d>the|your|this|my|all\s+the|any|all\s+your|some)\s+(?:\w+\s+)?(?:feedback|advice|information|knowledge|help|guidance|kindness|work|progress|process|decision|opportunity|interview|experience|message|conversation|position|role)\s+(?P<x>were|are|have|help|mean|show|make)\b(?!\s+(?:you|I|we|they)\b)",
    re.IGNORECASE,
)
_PLURAL_HEAD_FAR = re.compile(
    rf"{_START}(?:the|your|my|these|those|both|all|many|several|some|their|two\s+or\s+three|all\s+(?:the|your)|most|any)\s+(?:(?!one\b|number\b|each\b)[\w-]+\s+)?{_PLURAL_HEAD}\s+(?:(?:{_PREP})\s+{_MIDDLE}|(?:(?:that|who|whom|which)\s+)?(?:you|I|we|they|your\s+\w+|the\s+\w+)\s+(?:met|gave|asked|saw|had|shared|spoke\s+(?:to|with)|got|sent|made|\w+ed)(?:\s+(?:me|us|with\s+me|to\s+me|with|during\s+\w+\s+\w+|in\s+\w+\s+\w+|on\s+\w+|at\s+\w+))?\s+)?(?P<x>was|is|has|does|helps|means|shows|makes)\b",
    re.IGNORECASE | re.MULTILINE,
)
_ONE_OF = re.compile(
    r"\bone\s+of\s+(?:the|your|my|those)\s+(?:[\w'’-]+\s+){1,4}?(?:(?:that|who|which)\s+)?(?:I|you|we)\s+(?:\w+)(?:\s+(?:most|with|to|about|me|the\s+most))?\s+(?P<x>were|are|have)\b|"
    r"\b(?:one|each|either|neither)\s+of\s+(?:the|your|my|those|these|them)(?:\s+(?!who\b|that\b|which\b)[\w'’-]+){0,3}\s+(?P<y>were|are|have|do)\b",
    re.IGNORECASE,
)
_TWO_SUBJECTS = re.compile(
    r"(?:^|(?<=[.!?]\s)|(?<=\n))(?:you|he|she|my\s+\w+|your\s+\w+|[A-Z]\w+)\s+and\s+(?:(?:you|he|she|my\s+\w+|your\s+\w+|the\s+\w+)|[A-Z]\w+)\s+(?P<x>was|is|has)\b",
    re.MULTILINE,
)
_NUMBER_OF = re.compile(r"\ba\s+(?:large\s+|small\s+|great\s+)?(?:number|couple|few|handful)\s+of\s+(?:[\w'’-]+\s+){1,2}?(?P<x>was|is|has)\b", re.IGNORECASE)
_THE_NUMBER_OF = re.compile(r"\bthe\s+number\s+of\s+(?:[\w'’-]+\s+){1,2}?(?P<x>were|are|have)\b", re.IGNORECASE)


def agreement_findings(text: str, parts: Layout) -> Iterator[Finding]:
    """A verb that does not match its subject, also where other words stand between."""
    singular = (_SINGULAR_FAR, _SINGULAR_THAT, _MASS_NEAR, _ONE_OF, _THE_NUMBER_OF)
    plural = (_PLURAL_HEAD_FAR, _TWO_SUBJECTS, _NUMBER_OF)
    taken: set[int] = set()
    for patterns, table, what in ((singular, _TO_SINGULAR, "singular"), (plural, _TO_PLURAL, "plural")):
        for pattern in patterns:
            for match in pattern.finditer(text):
                group = "y" if "y" in pattern.groupindex and match["y"] else "x"
                start, end = match.span(group)
                better = table.get(match[group].lower())
                if better is None or start in taken or not parts.in_body(start, end) or _spoils(match, text):
                    continue
                taken.add(start)
                message = f"The subject is {what}, so the verb is too."
                yield advise("agreement", text, start, end, message, better)


def _spoils(match: re.Match[str], text: str) -> bool:
    """Cases that only look wrong: “if ... were”, two subjects joined by “and”, a noun that is itself an object."""
    before = text[max(0, match.start() - 12) : match.start()]
    if re.search(r"\b(?:if|wish|though)\s*$", before, re.IGNORECASE):
        return True
    inside = match[0]
    joined = re.search(r"\band\s", inside, re.IGNORECASE)
    starts_with_and = inside.lower().startswith("and ")
    if match.re in (_SINGULAR_FAR, _MASS_NEAR) and (starts_with_and or re.search(r"\band\s+$", before)):
        return True
    if match.re is _MASS_NEAR and re.search(r"\b(?:of|from|with|for|to|in|about|at|on|by|and|make|made|help|helped|let)\s+$", before):
        return True
    return match.re is _PLURAL_HEAD_FAR and bool(starts_with_and or joined)
