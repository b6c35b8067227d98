"""House rules about marks, blanks, capitals and doubled words: what needs no grammar."""

import re
from collections.abc import Iterator

from gmail_followup.mail.message import Span
from gmail_followup.proofing.finding import Finding
from gmail_followup.proofing.house_frame import advise
from gmail_followup.proofing.layout import Layout, is_bullet, is_closing


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PROTECTED = re.compile(
    r"\b(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|"
    r"net|io|dev|ai|de|fr|es|uk|eu|edu|gov|co|app|me|ch|at|html?|js|py|md|txt|pdf)\b(?:/\S*)?"
    r"|(?<!\w)\.(?:NET|js|py)\b",
    re.IGNORECASE,
)
_MAY_DOUBLE = frozenset(
    {
        "had",
        "that",
        "is",
        "do",
        "so",
        "very",
        "really",
        "many",
        "bye",
        "ha",
        "no",
        "sie",
        "der",
        "die",
        "das",
        "nous",
        "vous",
        "blah",
    }
)
_DOUBLED = re.compile(
    r"\b(?P<w>[^\W\d_]+(?:['’][^\W\d_]+)?)(?P<gap>[^\S\n]+|[^\S\n]*\n)(?P<again>(?P=w))\b(?!['’-])", re.IGNORECASE
)
_DOUBLE_BLANK = re.compile(r"(?<=[^\s])(?P<x>[ \u00a0]{2,})(?=[^\s])")
_BEFORE_MARK = re.compile(r"(?<=[\w)\]\"”'’])(?P<x>[ \u00a0]+(?P<m>[,.]))(?=\s|$)")
_BEFORE_TALL_MARK = re.compile(r"(?<=[\w)\]])(?P<x>[ \u00a0]+(?P<m>[;:!?]))(?=\s|$)")
_AFTER_MARK = re.compile(r"(?<=[^\W\d_])(?P<m>,|[;?!]|\.)(?P<w>[^\W\d_]+['’]?[^\W\d_]*)")
_DOUBLE_MARK = re.compile(
    r"(?<![.])(?P<x>\.\.)(?![.])|(?P<y>,{2,}|,\.|\.,(?=\s)|;{2,}|;\.|:{2,}|\?\.|\?{2,}|!\.|\?,|,\?|\.\?)(?=\s|$)"
)
_LONG_DOTS = re.compile(r"(?<!\.)\.{4,}(?!\.)")
_LOWER_I = re.compile(r"(?<![\w.@/'’-])(?P<x>i)(?=(?:['’](?:m|ve|d|ll)\b)|\s|[,;?!])(?!\s*[.)])")
_ABBREVIATION = re.compile(
    r"\b(?:[A-Za-z]\.){1,}$|\b(?:etc|e\.g|i\.e|vs|approx|inc|ltd|co|corp|dept|no|req|st|jr|sr|"
    r"a\.m|p\.m|[bm]\.?tech|[bm]\.?sc|ph\.d|re|ref|inst|ult|prox|retd|ret|lda|ltda|bhd|sdn|pty|pte|cia|kft|zrt|srl|nos|incl|excl|est|ext|mt|ft|sgt|capt|lt|col|gen|rev|hon|bros|univ|wm|mr|mrs|ms|dr|prof|ca|bzw|usw|z\.b|p\.ex)\.$",
    re.IGNORECASE,
)
_LOWER_BRAND = re.compile(r"[a-z][\w'’-]*(?:[A-Z0-9_./+#]|\d)")
_APOSTROPHES = {
    "dont": "don't",
    "doesnt": "doesn't",
    "didnt": "didn't",
    "cant": "can't",
    "couldnt": "couldn't",
    "wouldnt": "wouldn't",
    "shouldnt": "shouldn't",
    "wont": "won't",
    "isnt": "isn't",
    "arent": "aren't",
    "wasnt": "wasn't",
    "werent": "weren't",
    "havent": "haven't",
    "hasnt": "hasn't",
    "hadnt": "hadn't",
    "im": "I'm",
    "ive": "I've",
    "youre": "you're",
    "youve": "you've",
    "theyre": "they're",
    "weve": "we've",
    "thats": "that's",
    "theres": "there's",
    "whats": "what's",
    "lets": "let's",
    "hes": "he's",
    "shes": "she's",
    "itll": "it'll",
    "youll": "you'll",
    "youd": "you'd",
    "theyve": "they've",
}
_APOSTROPHE = re.compile(r"\b(?P<x>" + "|".join(_APOSTROPHES) + r")\b(?!['’.@-])", re.IGNORECASE)
_LETS = re.compile(r"lets\s+(?:me|us|you|him|her|them|the|a|people|my|your)\b", re.IGNORECASE)
# Between two small words these are no part of a name or a title.
_CAPITAL_INSIDE = re.compile(
    r"(?<=[a-z]\s)(?P<x>You|Your|For|And|But|With|From|About|Because|That|This|These|My|We|It|They|He|She|Was|"
    r"Were|Is|Are|Have|Has|Would|Could|To|Of|The|In|At|On|When|If|So|As|Me|Us|Very|More|Two|Three|Tips|Thank|Thanks|Please|Interview|"
    r"Yesterday|Today|Tomorrow|Job|Position|Team|Company|Time|Feedback|Letter|Decision|Opportunity)(?=[.,]?\s[a-z]|\s(?:Yesterday|Today|Tomorrow)\b)"
)
_TITLE_BEFORE = re.compile(r"(?<![.!?]\s)(?<!\n)\b(?!I\b)[A-Z][\w&-]*\s\Z")
"""“our Talent Team”, “the Video Interview”: more than one word of a name or a title."""
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_MONTHS = "january february april june july august september october november december"
_CALENDAR = re.compile(
    rf"(?<![\w@./-])(?<!\ban )(?P<x>{'|'.join((_DAYS + ' ' + _MONTHS).split())})s?\b(?![@/]|\.\w)|\b(?:in|"
    rf"since|of|until|last|next)\s+(?P<y>march|may)\b(?=[\s.,;]+(?:\d|I\b|and\b|when\b|to\b|"
    rf"was\b)|[.,;])"
)
_LANGUAGES = re.compile(
    r"(?<![\w@./-])(?P<x>english|german|french|spanish|italian|american|british|european|chinese|"
    r"japanese|indian|dutch|portuguese|swedish|danish|norwegian|finnish|greek|russian|arabic|hindi|korean|turkish|ukrainian|"
    r"swiss|austrian|irish|scottish|canadian|australian|mexican|brazilian|african|asian|belgian|czech|hungarian|romanian|"
    r"germany|france|spain|italy|poland|portugal|england|scotland|ireland|britain|europe|asia|africa|america|canada|australia|"
    r"india|japan|brazil|mexico|austria|switzerland|belgium|sweden|norway|denmark|finland|greece|russia|ukraine|romania|"
    r"hungary|vietnam(?:ese)?|nigerian?|ghana|kenya|egypt(?:ian)?|morocco|moroccan|lebanon|syrian?|iran|iraq|israel|pakistani?|bangladesh|"
    r"philippines|thailand|indonesian?|malaysia|singapore|taiwan|nepal|sri\s+lanka|colombian?|argentina|chile|peru|venezuela|cuba|"
    r"bulgarian?|serbian?|croatian?|slovenian?|slovak(?:ia)?|lithuanian?|latvian?|estonian?|iceland(?:ic)?|netherlands|luxembourg|albanian?|"
    r"wales|welsh|ethiopia|somalia|tunisia|algeria|zealand|scandinavian?|persian|hebrew|mandarin|cantonese|urdu|bengali|tagalog|swahili|"
    r"manchester|birmingham|liverpool|glasgow|edinburgh|leeds|bristol|cardiff|belfast|cork|galway|toronto|vancouver|sydney|melbourne|"
    r"chicago|boston|seattle|texas|california|florida|rome|milan|prague|warsaw|budapest|bucharest|athens|istanbul|moscow|kyiv|lagos|"
    r"nairobi|cairo|mumbai|delhi|tokyo|beijing|shanghai|stockholm|oslo|copenhagen|helsinki|porto|frankfurt|cologne|stuttgart|geneva|"
    r"london|paris|berlin|madrid|munich|hamburg|vienna|zurich|dublin|amsterdam|barcelona|lisbon|brussels|"
    r"christmas|easter|linkedin|microsoft|google(?!d)|"
    r"polish(?=\s+(?:office|language|team)))\b(?![@/])(?!\.\w)"
    r"(?!\s+(?:fries|toast|doors?|windows?|polish\w*|press|horns?|beans?|bread|ovens?|delight|pastr\w+|rolls?|muffins?|sprouts|ink|plaits?))"
)


def mark_findings(text: str, parts: Layout, names: frozenset[str], language: str) -> Iterator[Finding]:
    """Blanks and marks: too many, too few, or in the wrong order."""
    quiet = [match.span() for match in _PROTECTED.finditer(text)]
    yield from _blanks(text)
    yield from _misplaced(text, quiet)
    yield from _before_marks(text, language)
    yield from _after_marks(text, parts, quiet, names)
    for match in _DOUBLE_MARK.finditer(text):
        start, end = match.span("x") if match["x"] else match.span("y")
        if match["y"] and match["y"][0] == "." and _ABBREVIATION.search(text[max(0, start - 6) : start + 1]):
            continue
        yield advise("punctuation", text, start, end, "One mark is enough here.", _one_mark(match[0]))
    for match in _LONG_DOTS.finditer(text):
        yield advise("punctuation", text, *match.span(), "Three dots, or a single full stop, are enough.", "...", ".")


def _one_mark(marks: str) -> str:
    return next((mark for mark in "?!" if mark in marks), "." if "." in marks else marks[0])


def _blanks(text: str) -> Iterator[Finding]:
    for match in _DOUBLE_BLANK.finditer(text):
        line_start = text.rfind("\n", 0, match.start()) + 1
        if text[line_start : match.start()].strip() and not is_bullet(text, line_start):
            start, end = _with_neighbours(text, *match.span())
            better = re.sub(r"[ \u00a0]{2,}", " ", text[start:end])
            yield advise("spacing", text, start, end, "There are two blanks here; one is enough.", better)


_COMMA_MISPLACED = re.compile(r"(?P<a>[\w)’”\"'-]+)[ \u00a0]+(?P<m>[,;])(?P<b>[^\W\d_][\w'’-]*)")
_BRACKET_TIGHT = re.compile(r"(?P<a>[^\W\d_]{2,})\((?P<gap>\s*)(?P<inner>[^()\n]{3,80}?)(?P<end>\s*)\)(?P<b>\w*)")
_BRACKET_BLANKS = re.compile(r"(?<=\s)\((?P<gap>[ \u00a0]*)(?P<inner>[^()\n]{2,80}?)(?P<end>[ \u00a0]*)\)(?P<b>\w*)")


def _misplaced(text: str, quiet: list[tuple[int, int]]) -> Iterator[Finding]:
    """Blanks on the wrong side: “Ada ,who”, “report( all of it)on”."""
    for match in _COMMA_MISPLACED.finditer(text):
        better = f"{match['a']}{match['m']} {match['b']}"
        yield advise("spacing", text, *match.span(), "The blank belongs after the comma.", better)
    for pattern, before in ((_BRACKET_TIGHT, True), (_BRACKET_BLANKS, False)):
        for match in pattern.finditer(text):
            loose = match["gap"] or match["end"] or match["b"] or (before and " " in match["inner"])
            if loose and not any(a <= match.start() < b for a, b in quiet):
                after = f" {match['b']}" if match["b"] else ""
                better = (f"{match['a']} " if before else "") + f"({match['inner']}){after}"
                yield advise("spacing", text, *match.span(), "Blanks stand outside a bracket, not inside.", better)


def _with_neighbours(text: str, start: int, end: int) -> tuple[int, int]:
    """The blanks with the word before and the word after: a finding on blanks alone cannot be read."""
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end


def _before_marks(text: str, language: str) -> Iterator[Finding]:
    patterns = [_BEFORE_MARK]
    if not language.startswith("fr"):
        patterns.append(_BEFORE_TALL_MARK)
    for pattern in patterns:
        for match in pattern.finditer(text):
            start = match.start()
            while start > 0 and not text[start - 1].isspace():
                start -= 1
            better = text[start : match.start()] + match["m"]
            name = {",": "a comma", ".": "a full stop"}.get(match["m"], "this mark")
            yield advise("spacing", text, start, match.end(), f"No blank comes before {name}.", better)


def _after_marks(text: str, parts: Layout, quiet: list[tuple[int, int]], names: frozenset[str]) -> Iterator[Finding]:
    for match in _AFTER_MARK.finditer(text):
        start, end = match.span()
        if any(a <= start < b for a, b in quiet) or start >= parts.foot or _is_initials(text, start, match):
            continue
        begin = start
        while begin > 0 and (text[begin - 1].isalnum() or text[begin - 1] in "'’-"):
            begin -= 1
        word = text[begin:start]
        if match["m"] == "." and (len(word) < 2 or not _sentence_break(word, match["w"], names)):
            continue
        if f"{word}{match[0]}" in names:
            continue
        better = f"{word}{match['m']} {match['w']}"
        yield advise("spacing", text, begin, end, "A blank belongs after this mark.", better)


def _is_initials(text: str, start: int, match: re.Match[str]) -> bool:
    return match["m"] == "." and start >= 2 and text[start - 2] == "."


def _sentence_break(word: str, following: str, names: frozenset[str]) -> bool:
    """Whether `word.Following` is two sentences: “.NET”, “Node.js”, “example.com” are not."""
    if f"{word}.{following}" in names:
        return False
    return word[-1].islower() and (
        following[0].isupper()
        and (
            following == "I" or (len(following) > 1 and following[1:].islower()) or "'" in following or following == "A"
        )
    )


# --- doubled words --------------------------------------------------------------------------------


def doubled_findings(text: str, parts: Layout, names: frozenset[str]) -> Iterator[Finding]:
    """A word that stands twice. “had had” and “that that” can be right and are left alone, as are names."""
    for match in _DOUBLED.finditer(text):
        word = match["w"]
        if not is_doubled(match, names) or match.end() > parts.foot:
            continue
        message = f"The word “{word.lower()}” stands twice."
        yield advise("doubled", text, match.start(), match.end(), message, word)


_REPEATED = re.compile(r"\b(?P<w>(?:I|[A-Za-z][a-z]*['’]?[a-z]*)[ ]+[a-z]+)[ ]+(?P=w)\b(?!['’-])")


def repeated_findings(text: str, parts: Layout) -> Iterator[Finding]:
    """Two words that stand twice: “for your for your time”."""
    for match in _REPEATED.finditer(text):
        if parts.in_body(*match.span()):
            yield advise("doubled", text, *match.span(), "These words stand twice.", match["w"])


def doubled_words(text: str) -> Iterator[re.Match[str]]:
    return _DOUBLED.finditer(text)


def is_doubled(match: re.Match[str], names: frozenset[str]) -> bool:
    """Whether a repeated word is a slip and not a name or an idiom."""
    word, again = match["w"], match["again"]
    if word.lower() in _MAY_DOUBLE or word in names or again in names:
        return False
    if word[0].isupper() and again[0].isupper() and word.lower() not in {"the", "i", "thank", "it", "we"}:
        return False
    return not (word.isupper() and len(word) == 1 and word != "I")


# --- capitals and apostrophes ---------------------------------------------------------------------


def capital_findings(
    text: str, parts: Layout, spans: tuple[Span, ...], names: frozenset[str], language: str
) -> Iterator[Finding]:
    """A sentence that starts small, a small “i”, days and months without their capital."""
    english = language.startswith("en")
    if english:
        yield from _small_words(text, parts, names)
    for index, span in enumerate(spans):
        word = re.match(r"[\"'“‘(]*(?P<w>[^\W\d_][\w'’.-]*)", text[span.start : span.end])
        if not word or not word["w"][0].islower() or _may_start_small(word["w"], names):
            continue
        start = span.start + word.start("w")
        if not _is_sentence_start(text, parts, spans, index, language):
            continue
        message = "A sentence starts with a capital letter."
        yield advise(
            "capitalisation", text, start, start + len(word["w"]), message, word["w"][0].upper() + word["w"][1:]
        )


def _may_start_small(word: str, names: frozenset[str]) -> bool:
    lower = {name.lower() for name in names}
    bare = word.rstrip(".,;:'’")
    bare = re.sub(r"['’]s$", "", bare)
    return (
        bare in names
        or bare.lower() in lower
        or bool(_LOWER_BRAND.match(bare))
        or bare in {"e.g", "i.e", "cf", "adidas", "iPhone", "eBay", "npm", "pytest", "stripe"}
    )


def _is_sentence_start(text: str, parts: Layout, spans: tuple[Span, ...], index: int, language: str) -> bool:
    span = spans[index]
    if is_bullet(text, text.rfind("\n", 0, span.start) + 1) or text[span.start] in "(":
        return False
    before = text[: span.start].rstrip()
    if not before:
        return True
    if before[-1] in ".?!":
        return not _ABBREVIATION.search(before[-12:]) and not before.endswith(("...", "…"))
    if before[-1] in "\"”'’)" and len(before) > 1 and before[-2] in ".?!":
        return language.startswith("en")
    first = any(span.start == paragraph.start for paragraph in parts.body)
    if not first:
        return False
    after_greeting = parts.greeting is not None and before.endswith(parts.greeting.text)
    # German goes on small after the greeting's comma; so do many English writers who learned it there.
    return not (after_greeting and before[-1] == "," and not language.startswith("en"))


def _small_words(text: str, parts: Layout, names: frozenset[str]) -> Iterator[Finding]:
    for match in _LOWER_I.finditer(text):
        yield advise("capitalisation", text, *match.span("x"), "“I” is always a capital.", "I")
    for pattern, message in (
        (_CALENDAR, "Days and months start with a capital."),
        (_LANGUAGES, "Names of places, peoples and languages start with a capital."),
    ):
        for match in pattern.finditer(text):
            group = "x" if match["x"] else "y"
            word = match[group]
            if word not in names and match.start(group) < parts.foot:
                better = {"linkedin": "LinkedIn"}.get(word, word.capitalize())
                yield advise("capitalisation", text, *match.span(group), message, better)
    for match in _CAPITAL_INSIDE.finditer(text):
        start, end = match.span("x")
        of_a_title = _TITLE_BEFORE.search(text, max(0, start - 30), start) is not None
        if parts.in_body(start, end) and match["x"] not in names and not of_a_title:
            message = "This word has a small letter inside a sentence."
            yield advise("capitalisation", text, start, end, message, match["x"].lower())
    for match in _APOSTROPHE.finditer(text):
        word = match["x"]
        if word in names or (word.isupper() and len(word) > 2) or match.start() >= parts.foot:
            continue
        if word.lower() == "lets" and _LETS.match(text, match.start()):
            continue
        better = _APOSTROPHES[word.lower()]
        better = better[0].upper() + better[1:] if word[0].isupper() else better
        yield advise("punctuation", text, *match.span("x"), "An apostrophe is missing.", better)


# --- ends and pairs -------------------------------------------------------------------------------


def end_findings(text: str, parts: Layout) -> Iterator[Finding]:
    """A paragraph of the body that stops without an end mark."""
    for number, span in enumerate(parts.body):
        last_line = text.rfind("\n", span.start, span.end) + 1 or span.start
        words = text[last_line : span.end]
        if is_bullet(text, last_line) or _closes(words) or not _wants_mark(text[span.start : span.end], words):
            continue
        if number == len(parts.body) - 1 and parts.closing is None and len(words.split()) < 6:
            continue
        start = span.start + re.search(r"\S+$", text[span.start : span.end]).start()  # type: ignore[union-attr]
        yield advise(
            "punctuation", text, start, span.end, "The sentence has no end mark.", text[start : span.end] + "."
        )


def _closes(line: str) -> bool:
    """Whether a line ends with closing words behind its last sentence: “... in touch. All the best,” of a short note."""
    tail = re.split(r"(?<=[.!?])\s+", line)[-1]
    return is_closing(tail) and tail != line


def _wants_mark(paragraph: str, last_line: str) -> bool:
    if len(paragraph.split()) < 4 or not re.search(r"[\w)\]\"”’,;]$", last_line):
        return False
    if re.search(r"[.!?…][\"”’)\]]*$", last_line) or re.search(r"(?:https?://|www\.|@)\S+$", last_line):
        return False
    return "|" not in last_line


def pair_findings(text: str, parts: Layout) -> Iterator[Finding]:
    """Brackets and quotation marks that open and do not close, or the other way round."""
    for span in parts.body:
        yield from _brackets(text, span)
        yield from _quotes(text, span)


def _brackets(text: str, span: Span) -> Iterator[Finding]:
    opened: list[int] = []
    for at in range(span.start, span.end):
        if text[at] == "(":
            opened.append(at)
        elif text[at] == ")":
            if opened:
                opened.pop()
            elif not re.search(r"(?:^|\s)\w{1,2}$|[:;]-?$", text[span.start : at]):
                yield advise("punctuation", text, at, at + 1, "This bracket was never opened.", "")
    for at in opened:
        yield advise("punctuation", text, at, at + 1, "This bracket is never closed.", "")


def _quotes(text: str, span: Span) -> Iterator[Finding]:
    straight = [at for at in range(span.start, span.end) if text[at] == '"' and not (at and text[at - 1].isdigit())]
    if len(straight) % 2:
        at = straight[-1]
        yield advise("punctuation", text, at, at + 1, "This quotation mark has no partner.", "")
    paragraph = text[span.start : span.end]
    for opening, closing in (("“", "”"), ("«", "»")):
        if "„" not in paragraph and paragraph.count(opening) != paragraph.count(closing):
            at = span.start + max(paragraph.rfind(opening), paragraph.rfind(closing))
            yield advise("punctuation", text, at, at + 1, "This quotation mark has no partner.", "")
