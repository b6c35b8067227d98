"""The look at oneself while the mail cools off (A2): the questions, the answers, and what of them a letter may repeat."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from gmail_followup.errors import FileError
from gmail_followup.notebook.store import read_toml
from gmail_followup.notebook.values import Page, Review
from gmail_followup.writing.variables import plain

SHIPPED = Path(__file__).with_name("questions.toml")
WISH = "wish"
"""The id of the question whose answer may go into the letter."""
LONGEST_WISH = 80
_ID = re.compile(r"[a-z][a-z0-9_-]{0,40}")


@dataclass(frozen=True, slots=True)
class Question:
    """One question. id: what the answer is kept under; hint: a few words that help, or ""."""

    id: str
    text: str
    hint: str = ""


def load_questions(path: Path = SHIPPED) -> tuple[Question, ...]:
    """The questions of a file, in its order. Raises FileError (file, line, fix)."""
    text, data = read_toml(path)
    parts = data.get("question", [])
    if not isinstance(parts, list) or not parts or not all(isinstance(part, dict) for part in parts):
        raise FileError(str(path), None, "there is no question in it", fix="Begin each with a line [[question]].")
    heads = [number for number, line in enumerate(text.splitlines(), 1) if line.strip().startswith("[[question]]")]
    lines = heads if len(heads) == len(parts) else [None] * len(parts)
    found_questions: dict[str, Question] = {}
    for part, line in zip(parts, lines, strict=True):
        question = _question(part, str(path), line)
        if question.id in found_questions:
            raise FileError(str(path), line, f"the id {question.id!r} is there twice", fix="Give each its own id.")
        found_questions[question.id] = question
    return tuple(found_questions.values())


def _question(part: dict[str, object], path: str, line: int | None) -> Question:
    name, text, hint = (part.get(key, "") for key in ("id", "text", "hint"))
    if not isinstance(name, str) or not _ID.fullmatch(name) or name == "finished":
        raise FileError(path, line, "this question has no usable id", fix='Write id = "word", in small letters.')
    if not isinstance(text, str) or not text.strip():
        raise FileError(path, line, "this question has no text", fix='Write text = "..."')
    if not isinstance(hint, str):
        raise FileError(path, line, "`hint` must be a text", fix='Write hint = "...", or leave it out.')
    return Question(name, " ".join(text.split()), " ".join(hint.split()))


def with_answer(page: Page, question: str, answer: str) -> Page:
    """The page with that answer; an empty one takes an earlier answer away."""
    answers = {key: value for key, value in page.review.answers if key != question or answer.strip()}
    if answer.strip():
        answers[question] = answer.strip()
    return replace(page, review=Review(tuple(answers.items()), page.review.finished))


def finished(page: Page) -> Page:
    """The page with its review done: it is not asked for again."""
    return replace(page, review=replace(page.review, finished=True))


_LEAD = re.compile(
    r"(?:(?:i(?:'d| would|’d)?|please|most of all|above all|mostly)\s+)*"
    r"(?:(?:most\s+)?(?:want|wanted|like|love|prefer|wish|need)\s+(?:most\s+)?to\s+"
    r"(?:know|hear|learn|understand|find out)|tell me|to know|know)(?:\s+(?:more|something))?(?:\s+about)?\s*:?\s+|"
    r"(?:two or three |some |a few |any )?(?:tips|advice|feedback|something)\s+(?:about|on|for)\s+|about\s+",
    re.I,
)
_TURNED = re.compile(
    r"(?P<what>how(?: (?:much|well|often))?|what(?: else)?|where|which \w+)\s+"
    r"(?P<verb>could|should|can|would|might|may|was|am|must)\s+i\s+(?P<rest>.+)",
    re.I,
)
_QUESTION = re.compile(r"(?:how|what|where|which|when|who|why|whose)\b", re.I)
_ASKED = re.compile(r"(?:how|what|where|which|when)\b.*?\b(?:i|my|me)\b", re.I)
_TURNED_ROUND = re.compile(
    r"(?:how|what|where|which(?: \w+)?|when)(?: (?:much|well|else|often|exactly))*\s+"
    r"(?:do|did|does|is|are|was|were|am|can|could|should|would|will|have|has|had|might|may|must)\b",
    re.I,
)
_NOT_A_TOPIC = re.compile(
    r"(?:why|who|whose|if|whether|because|that|i|we|you|they|he|she|it|there|was|were|is|are|am|do|did|does|have|has|had|"
    r"can|could|should|would|will|please|nothing|none|no|not|n/?a|yes|ok|idk|dunno|don'?t|everything|anything|all|whatever|"
    r"warum|wieso|weshalb|ob|ich|nichts|keine|pourquoi|si|je|rien|por qu[eé]|nada)\b",
    re.I,
)


def wish(page: Page) -> str:
    """What the user most wants to hear about, as a phrase that completes "tips about ..."; "" if it cannot.

    In his own words, on one line, at most 80 characters, without a full stop. Whole sentences, reproaches ("why ...")
    and questions that can only be asked, not hung on "about", give "": a letter without the phrase is better than a
    letter with a broken sentence.
    """
    text = plain(page.review.of(WISH), 400)
    phrase = text.strip(" .,;:!?…-–*\"'“”„«»")
    lead = _LEAD.match(phrase)
    if lead:
        phrase = phrase[lead.end() :].strip(" :\"'“”„«»")
    turned = _TURNED.fullmatch(phrase)
    if turned:
        phrase = f"{turned['what']} I {turned['verb'].lower()} {turned['rest']}"
    if not _completes(phrase, asked=text.rstrip().endswith("?")):
        return ""
    first = phrase.split(maxsplit=1)[0]
    known_small = _QUESTION.match(phrase) or first.lower() in ("my", "the", "a", "an", "their", "your", "its", "being")
    return phrase[:1].lower() + phrase[1:] if known_small else phrase


_ITSELF = re.compile(r"what (?:is|was|were) (?:still )?(?:missing|lacking|unclear|weak|weakest)\b.*", re.I)


def _completes(phrase: str, *, asked: bool) -> bool:
    if not 3 <= len(phrase) <= LONGEST_WISH or not any(c.isalpha() for c in phrase):
        return False
    if re.search(r"[.?!;…](?:\s|$)|[\[\]{}<>|]|https?:|\S@\S", phrase):
        return False
    if _ITSELF.fullmatch(phrase):
        return True
    if _NOT_A_TOPIC.match(phrase) or _TURNED_ROUND.match(phrase):
        return False
    return not asked or _ASKED.match(phrase) is not None
