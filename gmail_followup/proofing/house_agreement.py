"""House rules about words that must fit each other: a verb and its subject, also at a distance; `a` or `an`."""

import re
from collections.abc import Iterator

from gmail_followup.proofing.finding import Finding
from gmail_followup.proofing.house_frame import advise
from gmail_followup.proofing.layout import Layout
from gmail_followup.proofing.lexicon import is_common
from gmail_followup.proofing.morphology import article, third
from gmail_followup.proofing.names import follows_a_capital

# --- a and an -------------------------------------------------------------------------------------

_ARTICLE = re.compile(r"(?<![\w.'’-])(?P<x>[Aa]n?)(?P<gap>[^\S\n]+)[\"“‘']?(?P<w>[A-Za-z][\w'’-]*)")
_EITHER = re.compile(
    r"(?:h(?:istor|otel|ere|erb|abit|ypoth)|[A-Z]{2,}|[A-Z]+\d|[A-Za-z]$|[A-Za-z]-|or$|and$|is$|as$|in$|at$|if$|are$|an?$)"
)


_SPELT = re.compile(
    r"(?:(?!SQL)[BCDFGHJKLMNPQRSTVWXZ]{2,4}|MBA|FBI|FEA|HVAC|MRI|NGO|API|ICU|HTML|UX|UI|UK|EU|US|URL|USB|MSc|MPhil|MEng|PhD|BSc|BEng)s?"
)
"""Capitals that nobody can read as a word: they are spelt out, “an RN”, “an MBA”, “a PhD”."""


_LETTERS = re.compile(r"[fhlmnrsx][^aeiouy\W]")


def article_findings(text: str, parts: Layout) -> Iterator[Finding]:
    """“a” and “an” by the sound that follows; capitals are left alone, they are spelt out by some and read by
    others."""
    for match in _ARTICLE.finditer(text):
        word, found = match["w"], match["x"]
        small = found[0] == "A" and not re.search(r"(?:^|[.!?\n]\s*)[\"“(]*$", text[: match.start()])
        in_a_name = word[0].isupper() and follows_a_capital(text, match.start())
        if (
            in_a_name
            or small
            or (_EITHER.match(word) and not _SPELT.fullmatch(word))
            or not parts.in_body(*match.span("x"))
        ):
            continue
        better = article(word)
        if better == "a" and _LETTERS.match(word) and not is_common(word):
            continue  # "an npm package": letters that are read one by one
        if better != found.lower():
            start, end = match.span("x")
            better = better.capitalize() if found[0] == "A" else better
            yield advise("article", text, start, end, f"Before “{word}” it is “{better.lower()}”.", better)


# --- agreement at a distance ----------------------------------------------------------------------

_TO_SINGULAR = {
    "were": "was",
    "are": "is",
    "have": "has",
    "do": "does",
    "help": "helps",
    "mean": "means",
    "show": "shows",
    "make": "makes",
}
_TO_PLURAL = {
    "was": "were",
    "is": "are",
    "has": "have",
    "does": "do",
    "helps": "help",
    "means": "mean",
    "shows": "show",
    "makes": "make",
}
_START = (
    r"(?:(?<=^)|(?<=[.!?;:,]\s)|(?<=\n)|\b(?:that|because|and|but|as|while|when|since|although|know|"
    r"think|believe|hope|feel|how)\s+)"
)
_PREP = (
    r"(?:from|of|about|on|with|in|for|at|regarding|behind|between|to|among|during|after|before|throughout|around|over)"
)
_TAIL = (
    r"(?:(?:after|before|during|in|on|at|from|about|for|of)\s+(?:(?:the|my|your|our|this|"
    r"last)\s+)?(?!I\b|we\b|you\b|they\b)\w+\s+){0,2}"
)
_SINGULAR_HEAD = (
    r"(?:feedback|advice|quality|list|number(?=\s+of\s+(?:the|your|my)\b)|set|kindness|warmth|"
    r"honesty|time|conversation|interview|talk|meeting|discussion|visit|day|"
    r"process|opportunity|chance|decision|message|note|letter|reply|answer|experience|knowledge|"
    r"information|work|help|interest|"
    r"enthusiasm|atmosphere|culture|tone|depth|range|level|pace|style|way|idea|reason|part|role|"
    r"position|passion|attitude|"
    r"curiosity|clarity|value|mission|impression|energy|patience|generosity|exchange|comment|"
    r"question|tip|suggestion|point|thing|"
    r"challenge|task|project|exercise|presentation|description|response|invitation|welcome|tour|"
    r"effort|dedication|care|attention|respect|combination|variety(?=\s+of\s+(?:the|your)\b)|"
    r"purpose|goal|skill|one)"
)
_PLURAL_HEAD = (
    r"(?:comments|questions|tips|suggestions|pointers|answers|conversations|interviews|"
    r"interviewers|people|engineers|colleagues|"
    r"members|managers|things|points|words|thoughts|insights|notes|ideas|values|hours|days|weeks|"
    r"months|minutes|exercises|topics|"
    r"tasks|projects|stories|reasons|skills|areas|steps|discussions|meetings|talks|rounds|"
    r"recommendations|examples|lessons|"
    r"opportunities|results|remarks|parts|strengths|weaknesses|gaps|recruiters|teams|companies|"
    r"tools|details|kind\s+words|mails|emails|messages)"
)
_MIDDLE = (
    r"(?:(?!\b(?:and|or|who|that|which|is|are|was|were|have|has|had|do|does|did|I|we|you|they|he|she|"
    r"it|what|how|where)\b)[\w'’-]+\s+){0,7}"
)
_PERSONS = (
    r"(?:interviewers?|team|panel|colleagues?|managers?|recruiters?|engineers?|people|members|staff|"
    r"leads?|founders?|designers?|developers?|analysts?|group|department|others|everyone|both)"
)
_AND_PERSONS = rf"(?:\band\s+(?:(?:the|your|its|other|all)\s+)*(?:\w+\s+)?{_PERSONS}\s+)?"
_DET = r"(?:the|your|my|this|that|our|their|its|his|her|a|an|all\s+the|every|each)"
_SINGULAR_FAR = re.compile(
    rf"{_START}(?P<d>{_DET})\s+(?:\w+\s+)?{_SINGULAR_HEAD}\s+{_PREP}\s+{_MIDDLE}{_AND_PERSONS}(?P"
    rf"<x>were|are|have|do)\b(?!\s+(?:you|I|we|they)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_SINGULAR_THAT = re.compile(
    rf"{_START}(?P<d>{_DET})\s+(?:\w+\s+)?(?:feedback|advice|conversation|interview|process|"
    rf"message|note|quality|help|time|kindness|support|information|experience)\s+(?:(?:that|"
    rf"which)\s+)?(?:you|they|we|I|your\s+\w+|the\s+\w+)\s+(?:\w+ed|gave|shared|had|sent|spent|"
    rf"wrote|saw|showed)(?:\s+(?:me|us|with\s+me|to\s+me|with\s+your\s+\w+))?\s+(?P<x>were|are|"
    rf"have)\b",
    re.IGNORECASE | re.MULTILINE,
)
_MASS_NEAR = re.compile(
    r"\b(?P<d>the|your|this|my|all\s+the|any|all\s+your|some)\s+(?:\w+\s+)?(?:feedback|advice|"
    r"information|knowledge|help|guidance|kindness|work|progress|process|decision|opportunity|"
    r"interview|experience|message|conversation|position|role|company|manager|interviewer|recruiter|colleague|website|"
    r"product|letter|e-?mail|answer|question|tour|city|book|test|exercise|presentation|idea|plan|mission|reply|response)\s+"
    r"(?P<x>were|are|have|help|mean|show|make)\b(?!\s+(?:you|I|we|they)\b)",
    re.IGNORECASE,
)
_PLURAL_HEAD_FAR = re.compile(
    rf"{_START}(?:the|your|my|these|those|both|all|many|several|some|their|two\s+or\s+three|"
    rf"all\s+(?:the|your)|most|any)\s+(?:(?!one\b|number\b|"
    rf"each\b)[\w-]+\s+)?{_PLURAL_HEAD}\s+(?:(?:{_PREP})\s+{_MIDDLE}|(?:(?:that|who|whom|"
    rf"which)\s+)?(?:you|I|we|they|your\s+\w+|the\s+\w+)\s+(?:met|gave|asked|saw|had|shared|"
    rf"(?:spoke|talked|chatted|worked)\s+(?:to|with)|got|sent|made|\w+ed)(?:\s+(?:me|us|with\s+me|to\s+me|with|"
    rf"(?:during|in|on|at|after|before|from|about)\s+(?:\w+\s+)?\w+(?:\s+with\s+(?:me|you|us))?))?\s+)?"
    rf"{_TAIL}(?P<x>was|is|has|does|helps|seems|sounds|looks|feels|gives|"
    rf"means|shows|makes)\b(?!\s+(?:it|that|he|she|the|a\s+lot|enough|plenty|too\s+much|all\s+(?:I|you|we|it)|not\s+too\s+much|more\s+than)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_ONE_OF = re.compile(
    r"\bone\s+of\s+(?:the|your|my|those)\s+(?:[\w'’-]+\s+){1,4}?(?:(?:that|who|which)\s+)?(?:I|"
    r"you|we)\s+(?:\w+)(?:\s+(?:most|with|to|about|me|the\s+most))?\s+(?P<x>were|are|have)\b|"
    r"\b(?:one|each|either|neither)\s+of\s+(?:the|your|my|those|these|them)(?:\s+(?!who\b|that\b|I\b|you\b|we\b|they\b|"
    r"which\b)[\w'’-]+){0,3}\s+(?P<y>were|are|have|do)\b",
    re.IGNORECASE,
)
_TWO_SUBJECTS = re.compile(
    r"(?:^|(?<=[.!?]\s)|(?<=\n))(?:you|he|she|[Mm]y\s+\w+|[Yy]our\s+\w+|[Tt]he\s+\w+|[A-Z]\w+)\s+and\s+(?:(?:you|he|"
    r"she|my\s+\w+|your\s+\w+|the\s+\w+)|[A-Z]\w+)\s+(?P<x>was|is|has|sounds|seems|looks|makes|means|helps|shows|feels)\b",
    re.MULTILINE,
)
_NUMBER_OF = re.compile(
    r"\ba\s+(?:large\s+|small\s+|great\s+)?(?:number|couple|few|"
    r"handful)\s+of\s+(?:[\w'’-]+\s+){1,2}?(?P<x>was|is|has)\b",
    re.IGNORECASE,
)
_THE_NUMBER_OF = re.compile(r"\bthe\s+number\s+of\s+(?:[\w'’-]+\s+){1,2}?(?P<x>were|are|have)\b", re.IGNORECASE)


_BARE = (
    r"(?!(?:the|your|my|our|their|his|her|its|an?|this|that|these|those|I|we|you|they|he|she|it|all|"
    r"also|was|were|is|are|has|have|then|so|how|what|who|when)\b)"
)
_SINGULAR_PAIR = re.compile(
    rf"{_START}(?P<d>{_DET})\s+(?:\w+\s+)?(?:{_SINGULAR_HEAD}|background|training|course|degree|"
    rf"understanding)\s+{_PREP}\s+(?:{_BARE}[\w'’-]+\s+|(?:the|your|"
    rf"my)\s+){{1,4}}and\s+{_BARE}[\w'’-]+\s+(?P<x>were|are|have)\b(?!\s+(?:you|I|we|they)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_OF_PAIR = re.compile(
    rf"{_START}(?:the|your|this|my)\s+(?:\w+\s+)?(?:quality|list|tour|description|overview|"
    rf"summary|mix|combination|range|variety|importance|depth|tone|clarity|kindness|warmth|"
    rf"honesty)\s+(?:of|between|from)\s+(?:{_BARE}[\w'’-]+\s+|(?:the|your|"
    rf"my)\s+){{1,4}}and\s+(?:(?:the|your|my)\s+)?{_BARE}[\w'’-]+s\s+(?P<x>were|are|have)\b",
    re.IGNORECASE | re.MULTILINE,
)


_LIST_THAT = re.compile(
    rf"{_START}(?P<d>{_DET})\s+(?:\w+\s+)?(?:list|set|quality|range|variety|summary|overview|description|number(?=\s+of\s+the)|"
    rf"depth|level|tone|clarity|kindness|feedback|advice)\s+(?:of|on|from|about)\s+(?:[\w'’-]+\s+){{1,3}}(?:that\s+|which\s+)?"
    rf"(?:you|I|we|they|your\s+\w+)\s+(?:\w+ed|gave|sent|made|had|met|wrote|saw|showed|spoke\s+of|told\s+me\s+about)\s+"
    rf"(?:(?:me|us|with\s+me|to\s+me|in\s+\w+|on\s+\w+)\s+)?(?P<x>were|are|have)\b",
    re.IGNORECASE | re.MULTILINE,
)
_SINGULAR_VERB = re.compile(
    rf"{_START}(?P<d>my|your|this|that|the)\s+(?:\w+\s+)?{_SINGULAR_HEAD}\s+(?:with|in|of|at|about|on|from|for)\s+"
    rf"(?:(?!\w+ing\b)(?!(?:and|or|who|that|which|what|how|where|I|we|you|they|he|she|it|let|make|made|help)\b)[\w'’-]+\s+){{0,3}}\w+s\s+"
    rf"(?P<x>make|help|show|mean|give|teach|remind|inspire|motivate|encourage|interest|seem|sound|tell|prove|match|fit|need|keep|allow|"
    rf"bring|take|leave)\s+(?:me|us|you|it|that|to|a|the|how|my|like|very|so|well)\b",
    re.IGNORECASE | re.MULTILINE,
)


def agreement_findings(text: str, parts: Layout) -> Iterator[Finding]:
    """A verb that does not match its subject, also where other words stand between."""
    singular: tuple[re.Pattern[str], ...] = (
        _SINGULAR_FAR,
        _SINGULAR_THAT,
        _MASS_NEAR,
        _ONE_OF,
        _THE_NUMBER_OF,
        _SINGULAR_PAIR,
        _OF_PAIR,
        _LIST_THAT,
        _SINGULAR_VERB,
        _ONE_OF_VERB,
        _TEAM_DO,
    )
    plural = (_PLURAL_HEAD_FAR, _TWO_SUBJECTS, _NUMBER_OF)
    taken: set[int] = set()
    for patterns, table, what in ((singular, _TO_SINGULAR, "singular"), (plural, _TO_PLURAL, "plural")):
        for pattern in patterns:
            for match in pattern.finditer(text):
                group = "y" if "y" in pattern.groupindex and match["y"] else "x"
                start, end = match.span(group)
                better = table.get(match[group].lower()) or _third(match[group], what)
                if better is None or start in taken or not parts.in_body(start, end) or _spoils(match, group, text):
                    continue
                taken.add(start)
                message = f"The subject is {what}, so the verb is too."
                yield advise("agreement", text, start, end, message, better)


_ONE_OF_VERB = re.compile(
    r"\bone\s+of\s+(?:the|your|my|our|those)\s+(?:\w+\s+)?\w+s\s+(?P<x>work|live|know|tell|say|like|use|run|study|teach|think|want|"
    r"help|make|need|seem|come|go|give|take|mention|remember|speak)\s+(?!of\b|by\b)",
    re.IGNORECASE,
)


_TEAM_DO = re.compile(
    r"\b(?:that|and|how|because|what)\s+(?:your|the|my)\s+(?:team|company)\s+(?P<x>do)\b(?!\s+you)", re.IGNORECASE
)


def _third(verb: str, what: str) -> str | None:
    return third(verb.lower()) if what == "singular" else verb.lower().removesuffix("s")


_BASES = frozenset(_TO_SINGULAR) - {"were", "are"}
_BEFORE_BASE = re.compile(
    r"\b(?:would|will|can|could|may|might|should|must|shall|did|does|do|let|make|made|help|see|saw|hear|heard|have|had)\s+$|"
    r"\b(?:suggest|recommend|insist|propos|request|prefer|ask|demand)\w*\s+that\s+$|\b(?:essential|vital|important|best)\s+that\s+$",
    re.IGNORECASE,
)


def _asks_for_the_base(match: re.Match[str], group: str, text: str) -> bool:
    """“Would the message have come across?”, “who seems to have read it”, “suggest that a candidate bring a sample”."""
    near = text[max(0, match.start(group) - 8) : match.start(group)]
    start = re.match(r"(?:that|because|and|but)?\s*", match[0], re.IGNORECASE)
    subject = match.start() + (start.end() if start else 0)
    infinitive = near.endswith(" to ") and match[group].lower() in _BASES
    return infinitive or _BEFORE_BASE.search(text[max(0, subject - 30) : subject]) is not None


_RELATIVE_NEAR = re.compile(r"\b(?:who|which|whom|between)\b[^.!?]{0,30}$")


def _spoils(match: re.Match[str], group: str, text: str) -> bool:
    """Cases that only look wrong: “if ... were”, two subjects joined by “and”, a noun that is itself an object."""
    before = text[max(0, match.start() - 12) : match.start()]
    if re.search(r"\b(?:if|wish|though)\s*$", before, re.IGNORECASE) or _asks_for_the_base(match, group, text):
        return True
    inside = match[0]
    joined = re.search(r"\band\s", inside, re.IGNORECASE)
    starts_with_and = inside.lower().startswith("and ")
    if match.re in (_SINGULAR_FAR, _MASS_NEAR) and (starts_with_and or re.search(r"\band\s+$", before)):
        return True
    if match.re is _MASS_NEAR and re.search(
        r"\b(?:of|from|with|for|to|in|about|at|on|by|and|make|made|help|helped|let)\s+$", before
    ):
        return True
    if match.re is _MASS_NEAR and _RELATIVE_NEAR.search(text[max(0, match.start() - 50) : match.start()]):
        return True
    return match.re is _PLURAL_HEAD_FAR and bool(starts_with_and or joined)
