"""The fixed phrases by which mail programs mark quoted mail, signatures and small print, in the languages we read.

Patterns only. Those that run over a whole body are anchored at line starts or at rare words, so that they stay linear.
"""

import re
from collections.abc import Iterable

_LINE = re.IGNORECASE | re.MULTILINE
_MAIL = r"(?:e-?mail|message)"
_MAIL_DE = r"(?:e-?mail|nachricht)"
_MAIL_FR = r"(?:e-?mail|mail|message|courriel)"
_MAIL_ES = r"(?:e-?mail|correo|mensaje)(?: electrónico)?"


def _any(patterns: Iterable[str]) -> str:
    return "(?:" + "|".join(patterns) + ")"


_FORWARDED = (
    r"forwarded message", r"forwarded by\b[^\n]{0,80}", r"weitergeleitete nachricht", r"message transféré",
    r"mensaje reenviado", r"messaggio inoltrato", r"mensagem encaminhada", r"doorgestuurd bericht",
)  # fmt: skip
_ORIGINAL = (
    r"original message", r"original appointment", r"urspr(?:ü|ue)ngliche nachricht", r"ursprungsnachricht",
    r"original-?nachricht", r"message d['’]origine", r"message original", r"mensaje original", r"messaggio originale",
    r"mensagem original", r"oorspronkelijk bericht",
)  # fmt: skip
_APPLE_FORWARD = (
    r"begin forwarded message:", r"anfang der weitergeleiteten nachricht:", r"début du message réexpédié ?:",
    r"début du message transféré ?:", r"inicio del mensaje reenviado:", r"inizio messaggio inoltrato:",
)  # fmt: skip


def _mark(words: Iterable[str]) -> re.Pattern[str]:
    dashed = rf"[-_]{{2,12}}[ \t]*{_any(words)}[ \t]*[-_]{{0,12}}"
    return re.compile(rf"^[ \t]{{0,3}}{_any((dashed, *_APPLE_FORWARD))}[ \t\r]*$", _LINE)


QUOTE_MARK = _mark((*_ORIGINAL, *_FORWARDED))
"""Lines below which another mail begins."""

FORWARD_MARK = _mark(_FORWARDED)
"""Those of them that say that the mail was passed on."""

FORWARD_SUBJECT = re.compile(r"\s*\[?\s*(?:fwd?|wg|tr|rv|doorst|enc)\s*:", re.IGNORECASE)
"""Fwd: and FW:, WG: (de), TR: (fr), RV: (es), Doorst: (nl), Enc: (pt)."""

HEADER_START = re.compile(r"^[ \t]{0,3}\*?(?:from|von|de|da|van|från|fra)[ \t\u00a0]?:\*?[ \t\u00a0]*\S", _LINE)
HEADER_FIELD = re.compile(
    r"[ \t]{0,3}\*?(?:"
    r"(?P<date>sent|date|gesendet(?: am)?|datum|envoyé(?: le)?|enviado(?: el)?|fecha|inviato|data|verzonden|skickat)"
    r"|(?P<to>to|an|à|a|para|aan|till|cc|kopie|copie)"
    r"|(?P<subject>subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne)"
    r"|(?P<reply>reply-to|antwort an)"
    r")[ \t\u00a0]?:",
    re.IGNORECASE,
)
"""The other fields of the header that Outlook and Apple Mail print above a quoted mail."""

_WROTE = (
    r"wrote", r"writes", r"schrieb", r"a [ée]crit", r"escribi[óo]", r"ha scritto", r"escreveu", r"skrev", r"schreef",
)  # fmt: skip

ATTRIBUTION_WORD = re.compile(rf"{_any(_WROTE)}|>[ \u00a0]?[:：]", re.IGNORECASE)
"""What the last line of an attribution contains; `ATTRIBUTION` then looks at the whole."""

ATTRIBUTION = re.compile(
    r"(?=.*[\d@])"
    + _any(
        (
            r"(?:-+\s*)?(?:on|at)\b.{3,380}?\b(?:wrote|writes)",
            r"am\b.{3,380}?\bschrieb\b.{0,200}",
            r"le\b.{3,380}?\ba [ée]crit",
            r"el\b.{3,380}?\bescribi[óo]",
            r"(?:il|in data)\b.{3,380}?\bha scritto",
            r"em\b.{3,380}?\bescreveu",
            r"op\b.{3,380}?\bschreef\b.{0,200}",
            r"den\b.{3,380}?\bskrev\b.{0,200}",
            rf".{{1,120}}<\S{{1,120}}@\S{{1,120}}>.{{0,80}}?\b{_any(_WROTE)}\b.{{0,60}}",
            r".{1,80}\bschrieb am\b.{4,80}",
            r"\d{4}[-/.]\d\d?[-/.]\d\d?.{0,120}<\S{1,120}@\S{1,120}>",
        )
    )
    + r"[ \u00a0]?[:：]",
    re.IGNORECASE,
)
"""A whole attribution, joined if wrapped. It names a day or an address: "as you wrote:" is somebody's own words."""

_FROM_AND = r"(?: and (?:best|kind|warm) (?:regards|wishes))?"
_SIGN_OFFS = (
    # English
    r"(?:(?:best|kind|kindest|warm|warmest|many|sincere|friendly|good)(?: and (?:best|kind|warm))? )?"
    r"(?:regards|wishes|greetings)",
    r"(?:all )?(?:the )?(?:very )?best(?: of luck)?(?: wishes| regards)?", r"all the best to you",
    r"(?:best|kind|warm)est", r"(?:best|good) luck",
    r"(?:yours )?(?:very )?(?:sincerely|truly|faithfully|respectfully)(?: yours)?",
    r"yours", r"warmly", r"cordially", r"cheers", r"take care", r"respectfully", r"talk soon", r"until then",
    r"many thanks(?: again)?", rf"thanks(?: again)?(?: so much| very much)?{_FROM_AND}",
    rf"thank you(?: again)?(?: so much| very much)?{_FROM_AND}",
    # German
    r"(?:freundlichen?|besten?|lieben?|vielen?|herzlichen?|schönen?|sonnigen?) (?:grü(?:ß|ss)en?|gruß|gruss|dank)",
    r"(?:freundlichem|bestem|liebem) gru(?:ß|ss)", r"hochachtungsvoll", r"mfg", r"lg", r"vg", r"bg", r"grü(?:ß|ss)e",
    r"danke", r"alles gute",
    # French
    r"(?:bien )?cordialement", r"bien à vous",
    r"(?:sincères |meilleures |cordiales )?salutations(?: distinguées| cordiales)?",
    r"sincèrement", r"(?:très )?(?:belle|bonne) (?:journée|continuation)", r"merci", r"amicalement",
    # Spanish
    r"(?:cordial(?:es)? |atentos? )?saludos?(?: cordial(?:es)?| atentos?)?", r"atentamente", r"cordialmente",
    r"gracias", r"un abrazo",
)  # fmt: skip
SIGN_OFF = re.compile(
    _any(
        (
            rf"(?:with |mit |un |reciban? un |in |all |my )?{_any(_SIGN_OFFS)}(?: (?:from|aus) .{{1,30}})?",
            r".{0,90}(?:agréer|recevoir|croire)\b.{0,120}\b(?:salutations|sentiments|considération)\b.{0,30}",
        )
    )
    + r"[\s,.!;:–—-]*",
    re.IGNORECASE,
)
"""A line that only takes leave."""

POSTSCRIPT = re.compile(r"p\.?\s?p?\.?\s?s\b\.?|nb\b|note:", re.IGNORECASE)

SENTENCE_WORD = re.compile(
    r"\b(?:you|your|please|is|are|was|will|not|we|this|sie|ist|sind|bitte|nicht|wir|vous|est|sont|veuillez|nous|es|son|no)\b",
    re.IGNORECASE,
)
"""Words of sentences, not of names and titles."""

_FOOTERS = (
    r"unsubscribe\b", r"opt[- ]out of\b",
    r"manage (?:your )?(?:e-?mail |job alert |notification |communication )?(?:preferences|settings|alerts)\b",
    r"(?:update|change|edit) your (?:e-?mail |communication )?preferences\b",
    r"you(?:'re| are|’re) receiving this\b", rf"you (?:have )?received this {_MAIL} because\b",
    rf"this {_MAIL} (?:was|has been|is) (?:automatically )?(?:sent|generated) (?:to|for)\b", r"sent to:? \S+@\S+",
    r"(?:this|the) (?:information (?:contained )?in this )?(?:e-?mail|message|communication|transmission)\b.{0,120}\b"
    r"(?:confidential|privileged|intended (?:only|solely)|for the sole use)",
    r"if you (?:are not|aren['’]t) the intended recipient\b", r"confidentiality notice\b",
    r"think before (?:you )?print", r"consider the environment\b",
    r"equal[- ](?:employment[- ])?opportunit(?:y|ies)\b", r"without regard to (?:race|age|colou?r|gender|sex)\b",
    r"e-verify\b", r"all rights reserved\b",
    r"(?:newsletter|job-?alert|e-mails?) (?:abbestellen|abmelden)\b", r"abmelden\b.{0,40}\bklick",
    rf"diese {_MAIL_DE} (?:wurde|ging) an\b", rf"sie erhalten diese {_MAIL_DE}\b",
    rf"diese {_MAIL_DE}\b.{{0,80}}\bvertrauliche?\b",
    r"amtsgericht\b.{0,80}\bhr ?b\b", r"handelsregister\b", r"geschäftsführ(?:er|ung|erin)(?:innen)?\s?:",
    r"sitz der gesellschaft\b",
    r"se désabonner\b", r"désinscri(?:re|ption|vez)\b", rf"ce {_MAIL_FR}\b.{{0,100}}\bconfidentiel",
    rf"cet? {_MAIL_FR} (?:vous )?a été envoyé", rf"vous recevez (?:cet?|ce) {_MAIL_FR}\b",
    r"darse de baja\b", r"cancelar (?:la|tu|su) suscripción\b", rf"este {_MAIL_ES}\b.{{0,100}}\bconfidencial",
    rf"este {_MAIL_ES} (?:ha sido|fue|se) envi", rf"recibes? este {_MAIL_ES}\b",
)  # fmt: skip
FOOTER = re.compile(rf"\b{_any(_FOOTERS)}", re.IGNORECASE)
"""Words that make a paragraph at the end of a mail small print."""

_SHORT_FOOTERS = (
    r"©", r"\(c\)", r"copyright\b", rf"view (?:this )?(?:{_MAIL} )?(?:in|on) ", r"powered by",
    r"privacy (?:policy|notice)", r"datenschutz(?:erklärung)?", r"impressum",
    r"politique de confidentialité", r"mentions légales",
    r"política de privacidad", r"aviso legal", r"terms (?:of (?:use|service)|and conditions)", r"help cent(?:er|re)",
    r"sent (?:via|from|with) ",
)  # fmt: skip
FOOTER_WEAK = re.compile(rf"^\W{{0,3}}{_any(_SHORT_FOOTERS)}", re.IGNORECASE)
"""Words that are small print only where they stand at the start of a short line."""
