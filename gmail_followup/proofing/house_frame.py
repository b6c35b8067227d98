"""House rules about the frame of a letter: its greeting, its closing line, and what a template left behind."""

import re
from collections.abc import Iterator

from gmail_followup.proofing.finding import Finding, Severity
from gmail_followup.proofing.layout import Layout, Line, in_foreign_closing, is_english_closing, looks_like_name

ENGINE = "house"


def advise(class_: str, text: str, start: int, end: int, message: str, *suggestions: str) -> Finding:
    return Finding(class_, Severity.ADVISE, start, end, text[start:end], message, suggestions, ENGINE)


def block(class_: str, text: str, start: int, end: int, message: str, *suggestions: str) -> Finding:
    return Finding(class_, Severity.BLOCK, start, end, text[start:end], message, suggestions, ENGINE)


# --- greeting -------------------------------------------------------------------------------------

_OPENERS = (
    r"dear|hello|hi|hey|good\s+(?:morning|afternoon|evening|day)|greetings|hallo|liebe[rs]?|sehr\s+geehrte[rs]?"
    r"(?:\s+(?:frau|herr|damen\s+und\s+herren))?|bonjour|bonsoir|ch[eè]re?|madame|monsieur|hola|"
    r"estimad[oa]s?(?:\s+(?:señor|señora))?|querid[oa]s?"
)
_TITLES = r"(?:mr|mrs|ms|mx|miss|dr|prof(?:essor)?|frau|herr|m|mme|sr|sra|señor|señora)\.?"
_EMPTY = re.compile(
    rf"(?:{_OPENERS})(?:\s+{_TITLES})?(?:\s+(?:none|null|undefined|nan|unknown|n/a))?\s*[,:!.;–—-]*", re.IGNORECASE
)
_ALONE_IS_FINE = re.compile(
    r"(?:hello|hi|hey|good\s+\w+|greetings|hallo|guten\s+\w+|"
    r"sehr\s+geehrte\s+damen\s+und\s+herren|bonjour|bonsoir|madame|monsieur|hola|buen[oa]s\s+\w+)"
    r"[,!:]?",
    re.IGNORECASE,
)
_MISSPELT_OPENER = re.compile(r"(?P<w>deer|dera|deaar|helo)\b", re.IGNORECASE)
_INLINE = re.compile(
    rf"(?P<g>(?:dear|hello|hi|hey)\s+(?:{_TITLES}\s+)?(?:[A-Z][\w'’-]*\s+){{0,2}}[A-Z][\w'’-]*)(?P<gap>\s+)"
    r"(?:I|it|we|this|that|thank|thanks|many|my|please|first)\s+\w+"
)


def greeting_findings(text: str, parts: Layout, language: str) -> Iterator[Finding]:
    """A greeting without its comma or colon, one that greets nobody, a misspelt one."""
    line = parts.greeting
    if line is None:
        yield from _inline_greeting(text, parts)
        return
    if _is_empty(line):
        message = "The greeting names nobody; write the name, or greet the team."
        yield block("greeting", text, line.start, line.end, message)
        return
    misspelt = _MISSPELT_OPENER.match(line.text)
    if misspelt:
        better = {"helo": "Hello"}.get(misspelt["w"].lower(), "Dear")
        yield advise("spelling", text, line.start, line.start + misspelt.end(), "This greeting is misspelt.", better)
    if line.text[0].islower():
        capital = line.text.split()[0]
        message = "A greeting starts with a capital letter."
        yield advise("capitalisation", text, line.start, line.start + len(capital), message, capital.capitalize())
    yield from _greeting_mark(text, line, language)


def _is_empty(line: Line) -> bool:
    return _EMPTY.fullmatch(line.text) is not None and _ALONE_IS_FINE.fullmatch(line.text) is None


def _greeting_mark(text: str, line: Line, language: str) -> Iterator[Finding]:
    if re.search(r"[,:!–—-]\s*$", line.text) or "{" in line.text:
        return
    mark = ":" if language.startswith("es") else ","
    if line.text[-1] in ".;" and not re.search(rf"\b{_TITLES}$", line.text, re.IGNORECASE):
        better = line.text[:-1] + mark
    elif _goes_on(line.text):
        return
    else:
        better = line.text + mark
    message = f"The greeting line ends with a {'colon' if mark == ':' else 'comma'}."
    yield advise("greeting", text, line.start, line.end, message, better)


def _goes_on(line: str) -> bool:
    """Whether the letter begins on the greeting's own line, behind its comma: “Dear Sam, thank you.”"""
    return re.search(r",\s+\S+(?:\s+\S+)*[.!?]$", line) is not None


def _inline_greeting(text: str, parts: Layout) -> Iterator[Finding]:
    if not parts.lines:
        return
    line = parts.lines[0]
    match = _INLINE.match(line.text)
    if match:
        words = match["g"]
        yield advise(
            "greeting", text, line.start, line.start + len(words), "A comma follows the greeting.", words + ","
        )


# --- closing --------------------------------------------------------------------------------------

_STRONG = re.compile(r"regards|wishes|sincerely|faithfully|truly|respectfully|cordially", re.IGNORECASE)
_CLOSING_WITH_NAME = re.compile(
    r"(?P<c>(?:with\s+)?(?:best|kind|warm|kindest|warmest)\s+(?:regards|wishes)|"
    r"(?:yours\s+)?(?:sincerely|faithfully|truly|respectfully))"
    r"\s+(?P<n>[A-Z][\w.'’-]*(?:\s+[A-Z][\w.'’-]*){0,3})",
)


def closing_findings(text: str, parts: Layout, language: str) -> Iterator[Finding]:
    """An English closing line without its comma; German ones have none, French ones may."""
    if not language.startswith("en"):
        return
    line = parts.closing
    if line is None:
        yield from _closing_with_name(text, parts)
        return
    singular = re.search(r"\b(?:kind|best|warm)(?:est)?\s+(?P<x>regard|wish)\b", line.text, re.IGNORECASE)
    if singular:
        start, end = line.start + singular.start("x"), line.start + singular.end("x")
        word = singular["x"]
        yield advise(
            "closing", text, start, end, "These are always several.", word + ("s" if word == "regard" else "es")
        )
    last = line.text[-1]
    below = next((other for other in parts.lines if other.start > line.end), None)
    listed = is_english_closing(line.text)
    foreign = in_foreign_closing(parts, line.start)
    if last.isalnum() and not foreign and (below is None or looks_like_name(below.text) or _STRONG.search(line.text)):
        yield advise("closing", text, line.start, line.end, "A comma follows the closing line.", line.text + ",")
    elif last in ".;:" and listed and _STRONG.search(line.text):
        yield advise("closing", text, line.start, line.end, "The closing line ends with a comma.", line.text[:-1] + ",")
    if line.text[0].islower() and not line.text.startswith("xo"):
        word = line.text.split()[0]
        message = "The closing line starts with a capital letter."
        yield advise("capitalisation", text, line.start, line.start + len(word), message, word.capitalize())
    yield from _capital_yours(text, line)


def _capital_yours(text: str, line: Line) -> Iterator[Finding]:
    for wrong, right in (("your", "Yours"), ("you", "Yours"), ("you're", "Yours")):
        match = re.match(rf"{wrong}\s+(?=sincerely|faithfully|truly)", line.text, re.IGNORECASE)
        if match:
            end = line.start + len(wrong)
            yield advise("confusion", text, line.start, end, "The closing is “Yours sincerely”.", right)


def _closing_with_name(text: str, parts: Layout) -> Iterator[Finding]:
    for line in parts.lines[-3:]:
        match = _CLOSING_WITH_NAME.fullmatch(line.text)
        if match:
            end = line.start + match.end("c")
            yield advise("closing", text, line.start, end, "A comma follows the closing words.", match["c"] + ",")


# --- what a template left behind ------------------------------------------------------------------

_FIELD = (
    r"(?:your\s+|my\s+|the\s+|first\s+|last\s+|full\s+|company'?s?\s+|hiring\s+|recruiter'?s?\s+|"
    r"interviewer'?s?\s+|insert\s+|job\s+|recipient'?s?\s+)*"
)
_FIELDS = (
    r"(?:name|company|position|role|title|job|manager|interviewer|recruiter|date|team|department|"
    r"email|e-mail|phone|number|skill|"
    r"contact|address|signature|employer|organi[sz]ation|topic|reason|tip|feedback|recipient|"
    r"sender|linkedin|url|link|day|month|"
    r"surname|vorname|nachname|firma|unternehmen|stelle|datum|nom|prénom|entreprise|poste|nombre|empresa|puesto)"
)
_REMAINS = (
    (re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}"), "A piece of the template is left here."),
    (re.compile(r"\$\{[^}\n]*\}|%\(\w+\)s|<%.*?%>|%[A-Z_]{3,}%"), "A piece of the template is left here."),
    (re.compile(r"\{[\w .'-]*\}|\{\{|\}\}"), "A field of the template was not filled in."),
    (
        re.compile(r"\[[A-Z][A-Z _/'’-]{2,}\]|\[(?:[A-Z][\w'’/-]*)(?:\s+[\w'’/-]+){0,5}\]|\[(?:\.{2,}|…|_+|\s*)\]"),
        "This field wants filling in.",
    ),
    (re.compile(rf"\[{_FIELD}{_FIELDS}s?\]", re.IGNORECASE), "This field wants filling in."),
    (re.compile(rf"<{_FIELD}{_FIELDS}s?>", re.IGNORECASE), "This field wants filling in."),
    (re.compile(r"\[(?!sic\b)[a-z][a-z _-]{2,30}\]"), "This field wants filling in."),
    (re.compile(r"\b[A-Z]{2,}(?:_[A-Z]{2,})+\b"), "This field wants filling in."),
    (re.compile(r"<[A-Z][\w ]{1,30}>|<[A-Z][A-Z_ ]{2,}>"), "This field wants filling in."),
    (
        re.compile(r"(?<![\w.])(?:X{3,}|_{3,}|TODO|FIXME|TBD|TKTK|\?{3,})(?!\w)"),
        "Something is still to be filled in here.",
    ),
    (re.compile(r"\blorem\s+ipsum\b", re.IGNORECASE), "This is filler text."),
    (re.compile(r"\(\s*\)|\[\s*\]|(?<!\w)[\"“]\s*[\"”](?!\w)"), "Something is missing between these marks."),
)
_NOTHING = r"(?:None|null|NULL|undefined|NaN|nan|N/A)"
_BEFORE_VALUE = (
    r"(?:at|for|with|from|by|of|as|the|a|an|your|and|to|about|in|on|joining|dear|hello|hi|role|"
    r"position|bei|für|als|chez|pour|en|para)"
)
_AFTER_VALUE = (
    r"(?:position|role|team|job|opening|opportunity|interview|department|office|company|and|,|\.|!|\?|"
    r"’s|'s|as|for|on|in|at|to|last|during|is|was|has|with)"
)
_NONE = (
    re.compile(rf"(?i:\b{_BEFORE_VALUE})\s+(?P<x>{_NOTHING})(?=\s*{_AFTER_VALUE}(?!\w)|\s*$|\s*\n)"),
    re.compile(
        rf"(?i:\b(?:at|with|for|joining|from|dear|hello|hi))\s+(?P<x>{_NOTHING})\b(?!\s+(?:of|"
        rf"pointer|hypothesis|the|behavio))"
    ),
    re.compile(r"(?P<x>\bNone(?=\s+(?:position|role|team|job|opening|interview)\b))"),
    re.compile(r"(?m)^\s*(?P<x>None|null|undefined|nan)\s*[,.]?\s*$"),
    re.compile(
        r"(?P<x>\b(?:null|undefined|NaN)\b)(?!\s+(?:pointer|hypothes|value|safety|check|island|set|space|result|and\s+void|"
        r"reference|exception|behavio|field|byte|character|model|terminated|handling))(?<!\bthe\snull)(?<!\ba\snull)"
    ),
    re.compile(r"(?P<x>\[object Object\])"),
)
_MISSING = (
    re.compile(
        r"\b(?:interview|position|role|job|opening|opportunity|chance|time|day|visit|conversation|"
        r"call|talk|everyone|team|people|"
        r"colleagues|process|application|engineer|manager|developer|designer|analyst|work)\s+"
        r"(?P<x>(?:at|with|from|by|for|of|as)[.,;!?])(?=\s|$)"
    ),
    re.compile(r"\b(?P<x>(?:at|with|from|by|for|joining|of|als|bei|für|chez|pour|para)\s+[.,;!?])(?=\s|$)"),
    re.compile(r"\b(?P<x>(?:the|your|my|our|an?)\s*[.,;!?])(?=\s|$)"),
    re.compile(
        r"\b(?P<x>(?:at|with|from)\s+(?:and\s+(?:for|to)\s+the|for\s+the\s+(?:role|position|"
        r"opportunity|interview|chance)|as\s+an?))\b"
    ),
    re.compile(
        r"\b(?P<x>as\s+an?\s+(?:at|with|in|for)|(?:position|role)\s+of\s+(?:at|with)|for\s+the\s+(?:at|with))\b(?=\s)"
    ),
)
_ENDS_WELL = re.compile(
    r"\b(?:firms?|compan(?:y|ies)|places?|people|teams?|things?|reasons?|\w+s)\b[^.,;]{0,25}\b(?:I|you|we)(?:['’]d|['’]ve|\s)[^.,;]*$|"
    r"\b(?:what|which|who|whom|option|plan|grade|team\s+to|people\s+to|someone\s+to|company\s+to|"
    r"vitamin|hepatitis|plan)\s+$|\bto\s+work\s+$|\b(?:that|which|who|whom|what)\s+(?:I|you|we|they|he|she)\b[^.,;]*$",
    re.IGNORECASE,
)


def remains_findings(text: str, parts: Layout, names: frozenset[str], language: str) -> Iterator[Finding]:
    """Fields that were not filled in, and the holes that empty values leave."""
    taken: list[tuple[int, int]] = []
    for start, end, message in _remains(text, names):
        if not any(start < b and a < end for a, b in taken):
            taken.append((start, end))
            yield block("placeholder", text, start, end, message)
    if not language.startswith("en"):
        return
    for pattern in _MISSING:
        for match in pattern.finditer(text):
            start, end = match.span("x")
            free = not any(start < b and a < end for a, b in taken)
            if free and parts.in_body(start, end) and not _ENDS_WELL.search(text, max(0, start - 60), start):
                taken.append((start, end))
                yield block("placeholder", text, start, end, "A name or a word seems to be missing here.")


def _remains(text: str, names: frozenset[str]) -> Iterator[tuple[int, int, str]]:
    for pattern, message in _REMAINS:
        for match in pattern.finditer(text):
            if match[0].strip("<>[]{}()") not in names:
                yield match.start(), match.end(), message
    for pattern in _NONE:
        for match in pattern.finditer(text):
            if match["x"] not in names:
                yield *match.span("x"), "A value was missing when this letter was filled in."
