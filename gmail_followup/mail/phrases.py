"""The fixed phrases by which mail programs mark quoted mail, signatures and small print, in the languages we read.

Patterns only. Those that run over a whole body are anchored at line starts or at rare words, so that they stay linear.
"""

import re

_LINE = re.IGNORECASE | re.MULTILINE

QUOTE_MARK = re.compile(
    r"^[ \t]{0,3}(?:"
    r"[-_]{2,12}[ \t]*(?:original message|original appointment|forwarded message|forwarded by\b[^\n]{0,80}|"
    r"ursprüngliche nachricht|ursprungsnachricht|original-?nachricht|originalnachricht|weitergeleitete nachricht|"
    r"message d'origine|message d’origine|message original|message transféré|"
    r"mensaje original|mensaje reenviado|messaggio originale|messaggio inoltrato|"
    r"mensagem original|mensagem encaminhada|oorspronkelijk bericht|doorgestuurd bericht)[ \t]*[-_]{0,12}"
    r"|begin forwarded message:|anfang der weitergeleiteten nachricht:|début du message réexpédié ?:"
    r"|début du message transféré ?:|inicio del mensaje reenviado:|inizio messaggio inoltrato:"
    r")[ \t\r]*$",
    _LINE,
)
"""Lines below which another mail begins."""

FORWARD_MARK = re.compile(
    r"^[ \t]{0,3}(?:"
    r"-{2,12}[ \t]*(?:forwarded message|forwarded by\b[^\n]{0,80}|weitergeleitete nachricht|message transféré|mensaje reenviado|"
    r"messaggio inoltrato|mensagem encaminhada|doorgestuurd bericht)[ \t]*-{0,12}"
    r"|begin forwarded message:|anfang der weitergeleiteten nachricht:|début du message réexpédié ?:"
    r"|début du message transféré ?:|inicio del mensaje reenviado:|inizio messaggio inoltrato:"
    r")[ \t\r]*$",
    _LINE,
)

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

ATTRIBUTION_END = re.compile(
    r"(?:\b(?:wrote|writes|schrieb\b[^\n]{0,200}|schreef\b[^\n]{0,200}|escribió|escribio|scritto|escreveu|skrev\b[^\n]{0,200})"
    r"|\ba [ée]crit|[>\]])[ \t\u00a0]?[:：][ \t\r\u00a0]*$",
    _LINE,
)
"""Ends of lines that may close an attribution; `ATTRIBUTION` then looks at the whole."""

_WROTE = r"(?:wrote|writes|schrieb|a [ée]crit|escribi[óo]|ha scritto|escreveu|skrev|schreef)"
ATTRIBUTION = re.compile(
    r"(?=.*[\d@])(?:"
    r"(?:-+\s*)?(?:on|at)\b.{3,380}?\b(?:wrote|writes)"
    r"|am\b.{3,380}?\bschrieb\b.{0,200}"
    r"|le\b.{3,380}?\ba [ée]crit"
    r"|el\b.{3,380}?\bescribi[óo]"
    r"|(?:il|in data)\b.{3,380}?\bha scritto|em\b.{3,380}?\bescreveu|op\b.{3,380}?\bschreef\b.{0,200}|den\b.{3,380}?\bskrev\b.{0,200}"
    rf"|.{{1,120}}<\S{{1,120}}@\S{{1,120}}>.{{0,80}}?\b{_WROTE}\b.{{0,60}}"
    r"|.{1,80}\bschrieb am\b.{4,80}"
    r"|\d{4}[-/.]\d\d?[-/.]\d\d?.{0,120}<\S{1,120}@\S{1,120}>"
    r")[ \u00a0]?[:：]",
    re.IGNORECASE,
)
"""A whole attribution line, joined if it was wrapped. It names a day or an address: "as you wrote:" is somebody's own words."""

SIGN_OFF = re.compile(
    r"(?:(?:with |mit |un |reciba un |reciban un |in |all |my )?(?:"
    r"(?:(?:best|kind|kindest|warm|warmest|many|sincere|friendly|good)(?: and (?:best|kind|warm))? )?(?:regards|wishes|greetings)"
    r"|(?:all )?(?:the )?(?:very )?best(?: of luck)?(?: wishes| regards)?|all the best(?: to you)?|(?:best|kind|warm)est"
    r"|(?:best|good) luck|(?:yours )?(?:very )?(?:sincerely|truly|faithfully|respectfully)(?: yours)?|yours|warmly|cordially|cheers|take care|"
    r"many thanks(?: again)?|thanks(?: again)?(?: so much| very much| and (?:best|kind|warm) (?:regards|wishes))?|"
    r"thank you(?: again)?(?: so much| very much)?(?: and (?:best|kind|warm) (?:regards|wishes))?|regards|respectfully|talk soon|until then"
    r"|(?:freundlichen?|besten?|lieben?|vielen?|herzlichen?|schönen?|sonnigen?) (?:grü(?:ß|ss)en?|gruß|gruss|dank)(?: aus \w+)?"
    r"|(?:freundlichem|bestem|liebem) gru(?:ß|ss)|hochachtungsvoll|mfg|lg|vg|bg|grü(?:ß|ss)e|danke|alles gute"
    r"|(?:bien )?cordialement|bien à vous|(?:sincères |meilleures |cordiales )?salutations(?: distinguées| cordiales)?|sincèrement"
    r"|(?:très )?(?:belle|bonne) (?:journée|continuation)|merci|amicalement"
    r"|(?:cordial(?:es)? |atentos? )?saludos?(?: cordial(?:es)?| atentos?)?|atentamente|cordialmente|gracias|un abrazo"
    r")(?: from .{1,30}| aus .{1,30})?"
    r"|.{0,90}(?:agréer|recevoir|croire)\b.{0,120}\b(?:salutations|sentiments|considération)\b.{0,30})"
    r"[\s,.!;:–—-]*",
    re.IGNORECASE,
)
"""A line that only takes leave."""

POSTSCRIPT = re.compile(r"p\.?\s?p?\.?\s?s\b\.?|nb\b|note:", re.IGNORECASE)

FOOTER = re.compile(
    r"\bunsubscribe\b|\bopt[- ]out of\b|\bmanage (?:your )?(?:e-?mail |job alert |notification |communication )?(?:preferences|settings|alerts)\b"
    r"|\b(?:update|change|edit) your (?:e-?mail |communication )?preferences\b|\byou(?:'re| are|’re) receiving this\b|\byou (?:have )?received this (?:e-?mail|message) because\b"
    r"|\bthis (?:e-?mail|message) (?:was|has been|is) (?:automatically )?(?:sent|generated) (?:to|for)\b|\bsent to:? \S+@\S+"
    r"|\b(?:this|the) (?:information (?:contained )?in this )?(?:e-?mail|message|communication|transmission)\b.{0,120}\b(?:confidential|privileged|intended (?:only|solely)|for the sole use)"
    r"|\bif you (?:are not|aren't) the intended recipient\b|\bconfidentiality notice\b|\bthink before (?:you )?print|\bconsider the environment\b"
    r"|\bequal[- ](?:employment[- ])?opportunit(?:y|ies)\b|\bwithout regard to (?:race|age|color|colour|gender|sex)\b|\be-verify\b|\ball rights reserved\b"
    r"|\b(?:newsletter|job-?alert|e-mails?) (?:abbestellen|abmelden)\b|\babmelden\b.{0,40}\bklick|\bvom newsletter abmelden\b|\bdiese (?:e-?mail|nachricht) (?:wurde|ging) an\b|\bsie erhalten diese (?:e-?mail|nachricht)\b"
    r"|\bdiese (?:e-?mail|nachricht)\b.{0,80}\bvertrauliche?\b|\bamtsgericht\b.{0,80}\bhr ?b\b|\bhandelsregister\b|\bgeschäftsführ(?:er|ung|erin)(?:innen)?\s?:|\bsitz der gesellschaft\b"
    r"|\bse désabonner\b|\bdésinscri(?:re|ption|vez)\b|\bce (?:message|courriel|mail|e-mail)\b.{0,100}\bconfidentiel|\bcet? (?:e-?mail|message|courriel) (?:vous )?a été envoyé\b|\bvous recevez (?:cet?|ce) (?:e-?mail|message|courriel)\b"
    r"|\bdarse de baja\b|\bcancelar (?:la|tu|su) suscripción\b|\beste (?:correo|mensaje|e-?mail)\b.{0,100}\bconfidencial|\beste (?:correo|mensaje|e-?mail)(?: electrónico)? (?:ha sido|fue|se) envi|\brecibes? este (?:correo|mensaje)\b",
    re.IGNORECASE,
)

FOOTER_WEAK = re.compile(
    r"^\W{0,3}(?:©|\(c\)|copyright\b)|^\W{0,3}(?:view (?:this )?(?:e-?mail |message )?(?:in|on) |powered by|privacy (?:policy|notice)|datenschutz(?:erklärung)?|impressum"
    r"|politique de confidentialité|mentions légales|política de privacidad|aviso legal|terms (?:of (?:use|service)|and conditions)|help cent(?:er|re)|sent (?:via|from|with) )",
    re.IGNORECASE,
)
"""Words that are small print only where they stand at the start of a short line."""
