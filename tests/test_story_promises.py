"""Whatever happens after a letter, in whatever order: at most one of each letter, none for a machine, none after a no,
never a second unanswered one to a person, and nothing told twice."""

import itertools
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gmail_followup.config import Config, Later, Me
from gmail_followup.ledger.records import Purpose, Standing
from gmail_followup.mail.parse import parse
from gmail_followup.pipeline import run
from gmail_followup.rooms import Options, Outcome, Rooms
from tests.support.rooms import ME, NOW, REJECTION, on_maildir, wire
from tests.test_stories import OnMaildir

ANN = "Ann Lee <ann@acme.example>"
SUBJECT = "Re: Your application to Acme"
SAYS = {
    "feedback": "Hi Jo,\n\nyou did not show us how you handle conflicts in a team. A concrete example would have helped.\n\nAnn\n",
    "call": "Hi Jo,\n\nhappy to. Would Thursday or Friday work for a short call? Just let me know what suits you.\n\nAnn\n",
    "refusal": "Dear Jo,\n\nwe are not able to provide individual feedback, as a matter of policy.\n\nAnn\n",
    "promise": "Hi Jo,\n\nthanks for your note. I will send you some feedback next week.\n\nAnn\n",
    "away": "I am out of the office until Monday.\n",
}
_ANEW = frozenset((Purpose.SECOND_CHANCE, Purpose.LEADS, Purpose.KEEP_IN_TOUCH))
MOVES = st.lists(
    st.sampled_from([*SAYS, "sends", "sends", "deletes", "own", "day", "month", "half a year"]), min_size=2, max_size=9
)


class Play:
    """One application, and what was seen of it."""

    def __init__(self, folder: Path) -> None:
        self.world = OnMaildir(folder)
        later = Later(second_chance="draft", leads="draft", keep_in_touch="draft")
        self.rooms: Rooms = on_maildir(folder, config=Config(me=Me(name="Jo Doe", addresses=(ME,)), later=later))
        self.now: datetime = NOW
        self.count = itertools.count()
        self.letter = "<r1@acme.example>"
        self.refused = False
        self.told: list[tuple[str, str, str]] = []
        self.world.arrive(wire(REJECTION.replace("After careful", "Thank you for the interview. After careful"), days=3), NOW)
        self.look()

    def look(self) -> list[Outcome]:
        options = Options(now=self.now, since=NOW - timedelta(days=90), as_of=True)
        outcomes = list(run(self.rooms, options))
        assert list(run(self.rooms, options)) == []
        return outcomes

    def act(self, move: str) -> None:
        self.now += timedelta(days={"month": 31, "half a year": 183}.get(move, 1))
        before = {parse(raw).id for raw in self.world.drafts()}
        machine = ""
        if move in SAYS:
            id_ = f"<a{next(self.count)}@acme.example>"
            automatic = {"Auto_Submitted": "auto-replied"} if move == "away" else {}
            days = (NOW - self.now) / timedelta(days=1) + 0.1
            raw = wire(SAYS[move], id=id_, sender=ANN, subject=SUBJECT, answers=self.letter, days=days, **automatic)
            self.world.arrive(raw, self.now)
            machine = id_ if move == "away" else ""
        elif move == "sends" and before:
            self.letter = self.world.send(self.now - timedelta(hours=1))
            before.discard(self.letter)
        elif move == "deletes" and before:
            self.world.delete()
        elif move == "own":
            id_ = f"<o{next(self.count)}@example.org>"
            days = (NOW - self.now) / timedelta(days=1) + 0.1
            self.world.arrive(
                wire("Hello Ann, any news?", id=id_, sender=f"Jo Doe <{ME}>", to=ANN, subject=SUBJECT, answers=self.letter, days=days),
                self.now, sent=True,
            )  # fmt: skip
            self.letter = id_
        refused_before = self.refused
        outcomes = self.look()
        asked = any(r.standing not in (Standing.REJECTED, Standing.DRAFTED) for r in self.rooms.ledger.rejections())
        self.refused |= move == "refusal" and asked and any(a.kind == "refusal" for a in self.rooms.ledger.answers())
        self.check(outcomes, before, machine, refused_before)

    def check(self, outcomes: list[Outcome], before: set[str], machine: str, refused_before: bool) -> None:
        letters = self.rooms.ledger.drafts()
        assert len({letter.purpose for letter in letters}) == len(letters)
        assert not machine or all(letter.about != machine for letter in letters)
        new = {parse(raw).id: parse(raw) for raw in self.world.drafts() if parse(raw).id not in before}
        assert len(new) <= 1
        if refused_before:
            replies = (Purpose.THANKS, Purpose.ACCEPT_CALL)
            further = [letter for letter in letters if letter.message_id in new and letter.purpose not in replies]
            assert not further, "a no is final"
        mails = [k for k in self.rooms.ledger.known(self.rooms.mailbox.name) if k.date]
        mine = [k.date for k in mails if k.sent and k.date]
        theirs = [k.date for k in mails if not k.sent and not k.automatic and k.date]
        for letter in letters:
            if letter.message_id in new and letter.purpose in _ANEW:
                since = [d for d in mine if not theirs or d > max(theirs)]
                assert len(since) <= 1, "an unanswered letter was lying there"
        for o in outcomes:
            line = (o.action.value, o.about, o.why)
            assert line not in self.told or o.action == "drafted", line
            self.told.append(line)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves=MOVES)
@example(moves=["half a year", "sends", "feedback"])
def test_whatever_happens_afterwards(moves: list[str]) -> None:
    with TemporaryDirectory() as folder:
        play = Play(Path(folder) / "m")
        for move in moves:
            play.act(move)
        letters = play.rooms.ledger.drafts()
        assert len({letter.purpose for letter in letters}) == len(letters)


def test_every_letter_can_come() -> None:
    """So that the promises above are not kept by writing nothing."""
    stories = {
        Purpose.SECOND_CHANCE: ["sends", "feedback", "sends", "day"],
        Purpose.LEADS: ["sends", "feedback", "sends", "deletes", "month"],
        Purpose.ACCEPT_CALL: ["sends", "call"],
        Purpose.KEEP_IN_TOUCH: ["sends", "feedback", "sends", "deletes", "month", "deletes", "half a year"],
    }
    for purpose, moves in stories.items():
        with TemporaryDirectory() as folder:
            play = Play(Path(folder) / "m")
            for move in moves:
                play.act(move)
            assert purpose in {letter.purpose for letter in play.rooms.ledger.drafts()}, (purpose, play.told)
