"""The little English grammar that the house rules need: forms of a verb or a noun, made by rule with the usual
exceptions."""

import re

_VOWELS = "aeiou"

_IRREGULAR_PLURALS = {
    "person": "people",
    "child": "children",
    "man": "men",
    "woman": "women",
    "half": "halves",
    "life": "lives",
    "criterion": "criteria",
    "analysis": "analyses",
}

# base: (past, past participle). Only where the two differ from base + ed.
_IRREGULAR_VERBS = {
    "be": ("was", "been"),
    "become": ("became", "become"),
    "begin": ("began", "begun"),
    "bring": ("brought", "brought"),
    "build": ("built", "built"),
    "buy": ("bought", "bought"),
    "choose": ("chose", "chosen"),
    "come": ("came", "come"),
    "do": ("did", "done"),
    "drive": ("drove", "driven"),
    "fall": ("fell", "fallen"),
    "feel": ("felt", "felt"),
    "find": ("found", "found"),
    "forget": ("forgot", "forgotten"),
    "get": ("got", "got"),
    "give": ("gave", "given"),
    "go": ("went", "gone"),
    "grow": ("grew", "grown"),
    "have": ("had", "had"),
    "hear": ("heard", "heard"),
    "hold": ("held", "held"),
    "keep": ("kept", "kept"),
    "know": ("knew", "known"),
    "lead": ("led", "led"),
    "leave": ("left", "left"),
    "lose": ("lost", "lost"),
    "make": ("made", "made"),
    "mean": ("meant", "meant"),
    "meet": ("met", "met"),
    "pay": ("paid", "paid"),
    "put": ("put", "put"),
    "read": ("read", "read"),
    "say": ("said", "said"),
    "see": ("saw", "seen"),
    "send": ("sent", "sent"),
    "show": ("showed", "shown"),
    "speak": ("spoke", "spoken"),
    "spend": ("spent", "spent"),
    "take": ("took", "taken"),
    "teach": ("taught", "taught"),
    "tell": ("told", "told"),
    "think": ("thought", "thought"),
    "understand": ("understood", "understood"),
    "wear": ("wore", "worn"),
    "write": ("wrote", "written"),
}
_FROM_PAST = {past: base for base, (past, _) in _IRREGULAR_VERBS.items()}
_PARTICIPLE_OF_PAST = dict(_IRREGULAR_VERBS.values())

_REGULAR = (
    "accept achieve add admire advise agree allow answer apply appreciate approach ask attend "
    "call care change check clarify "
    "collaborate comment consider contact continue contribute discuss develop earn enjoy expand "
    "explain expect explore follow "
    "gain guide handle help highlight hope identify impress improve include inform interview "
    "invite join learn like listen "
    "live look love manage mention need notice offer participate pass point practise practice prepare present provide "
    "question reach realise realize receive recommend reconnect reflect reply respect "
    "respond return review share start "
    "stay strengthen study submit suggest support talk thank tell try update use value visit "
    "wait want welcome wish work"
)
VERBS = frozenset(_REGULAR.split()) | (frozenset(_IRREGULAR_VERBS) - {"be", "have", "do"})
"""Base forms that turn up in letters of this kind."""

PASTS = frozenset(_FROM_PAST) - {
    "was",
    "had",
    "did",
    "put",
    "became",
    "came",
    "led",
    "left",
    "felt",
    "found",
    "met",
    "read",
}
"""Irregular simple pasts that cannot be read as something else after an auxiliary."""


_DOUBLED = frozenset(
    "get put begin submit forget chat plan run sit stop win admit commit fit cut drop swim refer occur permit prefer regret "
    "set let dig grab shop ship transfer upset quit".split()
)
"""Verbs whose last letter is doubled before -ing, and before -ed where they have it."""


def gerund(verb: str) -> str:
    """hear -> hearing, write -> writing, get -> getting."""
    if verb in {"be", "see", "agree", "die", "lie"}:
        return {"die": "dying", "lie": "lying"}.get(verb, verb + "ing")
    if verb.endswith("e") and not verb.endswith("ee"):
        return verb[:-1] + "ing"
    if verb in _DOUBLED:
        return verb + verb[-1] + "ing"
    return verb + "ing"


def base(form: str) -> str:
    """The base of a gerund, a third person or a past: improving -> improve, understands -> understand, knew -> know."""
    if form in _FROM_PAST:
        return _FROM_PAST[form]
    for verb in VERBS | {"be", "have", "do"}:
        if form in {gerund(verb), third(verb), past(verb), participle(verb)}:
            return verb
    return form


def third(verb: str) -> str:
    """have -> has, try -> tries, teach -> teaches."""
    if verb in {"have", "be", "do", "go"}:
        return {"have": "has", "be": "is", "do": "does", "go": "goes"}[verb]
    return plural(verb) if verb not in _IRREGULAR_PLURALS else verb + "s"


def past(verb: str) -> str:
    """go -> went, ask -> asked."""
    if verb in _IRREGULAR_VERBS:
        return _IRREGULAR_VERBS[verb][0]
    return _regular_past(verb)


def participle(verb: str) -> str:
    """The past participle of a base or of a past: go -> gone, wrote -> written, ask -> asked."""
    if verb in _PARTICIPLE_OF_PAST:
        return _PARTICIPLE_OF_PAST[verb]
    if verb in _IRREGULAR_VERBS:
        return _IRREGULAR_VERBS[verb][1]
    return _regular_past(verb)


def _regular_past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ied"
    if verb in _DOUBLED:
        return verb + verb[-1] + "ed"
    return verb + "ed"


def plural(noun: str) -> str:
    """tip -> tips, company -> companies, approach -> approaches, person -> people."""
    if noun in _IRREGULAR_PLURALS:
        return _IRREGULAR_PLURALS[noun]
    if noun.endswith("y") and len(noun) > 1 and noun[-2] not in _VOWELS:
        return noun[:-1] + "ies"
    if re.search(r"(s|x|z|ch|sh)$", noun):
        return noun + "es"
    return noun + "s"


def degrees(adjective: str) -> tuple[str, str]:
    """big -> bigger, biggest; easy -> easier, easiest; of adjectives that are compared by an ending."""
    if adjective in _IRREGULAR_DEGREES:
        return _IRREGULAR_DEGREES[adjective]
    stem = re.sub("y$", "i", adjective.removesuffix("e"))
    if re.fullmatch(r"[^aeiou]+[aeiou][bdgmnt]", adjective):
        stem += stem[-1]
    return f"{stem}er", f"{stem}est"


_IRREGULAR_DEGREES = {
    "good": ("better", "best"),
    "bad": ("worse", "worst"),
    "far": ("further", "furthest"),
    "little": ("less", "least"),
}


_DEGREE = re.compile(r"M(?:Sc|Phil|Eng|Res|Mus|Ed)s?")


def article(word: str) -> str:
    """`a` or `an`, by the sound a word starts with; a word of capitals is spelt out letter by letter."""
    lower = word.lower()
    if len(word) > 1 and (word.isupper() or _DEGREE.fullmatch(word)):
        return "an" if word[0] in "AEFHILMNORSX" else "a"
    if re.match(r"(hour|honest|honou?r|heir)", lower):
        return "an"
    if re.match(
        r"(uni(?!n|m|dent)|ur[il]|us[bp]\b|utf|ux\b|ui\b|uk\b|us(e|a|u|ing)|uti|eu|ewe|one\b|once|ubiq|ura|u\b)",
        lower,
    ):
        return "a"
    return "an" if lower[:1] in {"a", "e", "i", "o", "u"} else "a"
