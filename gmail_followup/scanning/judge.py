"""One mail's bytes to its verdict, by the shortest way that gives the same answer."""

from collections.abc import Callable
from dataclasses import dataclass

from gmail_followup.mail.message import Message
from gmail_followup.reading.decide import Reader
from gmail_followup.reading.values import Verdict
from gmail_followup.rules.rule import RuleSet
from gmail_followup.scanning.lean import lean_parse
from gmail_followup.scanning.sieve import Chance, Sieve


@dataclass(frozen=True, slots=True)
class Judge:
    """A reader, and the sieve that stands before it where only rejections are asked for."""

    reader: Reader
    sieve: Sieve | None = None

    def read(self, raw: bytes) -> tuple[Message, Verdict] | None:
        """Message and verdict; with a sieve, None for what is no rejection. Never raises, whatever the bytes."""
        if self.sieve is None:
            message = lean_parse(raw)
            return message, self.reader.read(message)
        chance = self.sieve.chance_of(raw)
        if chance is Chance.NONE:
            return None
        message = lean_parse(raw)
        if chance is Chance.BY_WORDING and not self.reader.may_stand_alone(message):
            return None
        verdict = self.reader.read(message, brief=True)
        return (message, verdict) if verdict.is_rejection else None


def judge_of(
    rules: RuleSet, reader: Reader, *, only_rejections: bool, correction: Callable[[str], Verdict | None] | None = None
) -> Judge:
    """rules, correction: those that the reader was made from."""
    return Judge(reader, Sieve(rules, reader, correction) if only_rejections else None)
