"""What became of a letter: pure, from facts to how an application stands and what may come next.

rejected → cooling_off → drafted → asked → answered or silent → closed. Nothing here reads mail or writes: it works on
the facts in the ledger, with time as a value. Advice A11, A13, A17, A18, A20, A23.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gmail_followup.answers.values import AnswerKind
from gmail_followup.ledger.records import AnswerRecord, DraftRecord, Purpose, Rejection, Standing, State
from gmail_followup.reading.application import other_role
from gmail_followup.reading.company_names import company_key
from gmail_followup.reading.known import Known
from gmail_followup.reading.people import is_me
from gmail_followup.reading.senders import Senders, organisation
from gmail_followup.reading.values import Kind, Reason, Stage

_WORD_OF_THEIRS = frozenset((AnswerKind.FEEDBACK, AnswerKind.CALL, AnswerKind.OTHER))
_FINAL = frozenset((AnswerKind.REFUSAL, AnswerKind.INVITATION))
_NOT_ANSWERS = frozenset((Kind.NEWSLETTER, Kind.OUTREACH, Kind.CONFIRMATION, Kind.ASSESSMENT, Kind.OTHER_REJECTION))
_LONGEST = timedelta(days=180)
"""How long after a letter a mail in a new thread is still taken for the answer to it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """[later] as spans of time."""

    silent_after: timedelta
    second_chance_within: timedelta
    leads_after: timedelta
    keep_in_touch_after: timedelta


class Mails:
    """All known mail, so that an application's share is found without going through everything."""

    def __init__(self, known: Sequence[Known]) -> None:
        self.by_thread: Mapping[str, list[Known]] = defaultdict(list)
        self.by_person: Mapping[str, list[Known]] = defaultdict(list)
        self.by_place: Mapping[str, list[Known]] = defaultdict(list)
        self.by_id = {k.message_id: k for k in known}
        for k in known:
            if k.thread_key:
                self.by_thread[k.thread_key].append(k)
            for email in {k.sender.email, *(a.email for a in k.recipients), *k.gone}:
                self.by_person[email].append(k)
            self.by_place[organisation(k.sender.domain)].append(k)


@dataclass(frozen=True, slots=True)
class Exchange:
    """The mail of an application after its rejection, oldest first.

    sent: what the user wrote to them. received: what came from those he wrote to, or in their threads. asked: the
    addresses that he wrote to. news: other mail from the same employer.
    """

    sent: tuple[Known, ...] = ()
    received: tuple[Known, ...] = ()
    asked: frozenset[str] = frozenset()
    news: tuple[Known, ...] = ()


def exchange_of(
    rejection: Rejection,
    letters: Sequence[DraftRecord],
    elsewhere: frozenset[str],
    mails: Mails,
    senders: Senders,
    me: frozenset[str],
) -> Exchange:
    """Who wrote what since. letters: ours for this rejection. elsewhere: threads that belong to other applications."""
    told = mails.by_id.get(rejection.id)
    threads = {t for t in (rejection.thread_key, *(letter.thread_key for letter in letters)) if t}
    people = {email for letter in letters for email in letter.recipients}
    if told is not None:
        people |= {
            a.email for a in (told.sender, *told.reply_to) if not senders.is_robot(a) and not senders.is_ats(a.domain)
        }
    for thread in threads:
        people |= {k.sender.email for k in mails.by_thread.get(thread, ()) if not k.sent and not k.automatic}
    people = {p for p in people if not is_me(p, me)}
    houses = {h for p in people if (h := _house(p, senders))}
    if told is not None and (house := _house(told.sender.email, senders)):
        houses.add(house)
    found = {k.key: k for t in threads for k in mails.by_thread.get(t, ())}
    found |= {k.key: k for p in people for k in mails.by_person.get(p, ())}
    found |= {k.key: k for h in houses for k in mails.by_place.get(h, ())}
    after = sorted(
        (k for k in found.values() if k.date and k.date > rejection.date and k.message_id != rejection.id),
        key=lambda k: (k.date or rejection.date, k.key),
    )
    sent: list[Known] = []
    received: list[Known] = []
    news: list[Known] = []
    asked: set[str] = set()
    for k in after:
        if k.thread_key in elsewhere and k.thread_key not in threads:
            continue
        to = {a.email for a in k.recipients}
        if k.sent:
            if k.thread_key in threads or to & people:
                sent.append(k)
                asked |= {email for email in to if not is_me(email, me)}
                threads |= {k.thread_key} - {""}
        elif _answers(k, rejection, threads, people | asked, sent, houses, senders):
            received.append(k)
        elif not k.automatic and not other_role(k.role, rejection.role):
            news.append(k)
    return Exchange(tuple(sent), tuple(received), frozenset(asked), tuple(news))


def _house(email: str, senders: Senders) -> str:
    """The organisation of an address, "" where its domain says nothing of one."""
    place = organisation(email.rpartition("@")[2])
    return "" if senders.is_free(place) or senders.is_ats(place) else place


def _answers(
    k: Known,
    rejection: Rejection,
    threads: set[str],
    people: set[str],
    sent: Sequence[Known],
    houses: set[str],
    senders: Senders,
) -> bool:
    """Whether a mail may be an answer to the user: by its thread, by its sender, or by a colleague of the one he asked."""
    if k.thread_key in threads or set(k.gone) & people:
        return True
    if not sent or k.kind in _NOT_ANSWERS or k.kind is Kind.REJECTION or other_role(k.role, rejection.role):
        return False
    asked_at = sent[-1].date
    if asked_at is None or k.date is None or k.date - asked_at > _LONGEST:
        return False
    if k.sender.email in people:
        return True
    return _house(k.sender.email, senders) in houses and not senders.is_robot(k.sender) and k.kind is not Kind.INTERVIEW


@dataclass(frozen=True, slots=True)
class Position:
    """Where an application stands, since when, and the mail that brought it there ("" if none)."""

    standing: Standing
    since: datetime
    why: str
    about: str = ""


def position_of(
    rejection: Rejection,
    letters: Sequence[DraftRecord],
    exchange: Exchange,
    answers: Sequence[AnswerRecord],
    pace: Pace,
    now: datetime,
) -> Position:
    """How the application stands at `now`. letters: with `state` as last looked at; answers: oldest first."""
    ask = next((letter for letter in letters if letter.purpose is Purpose.ASK), None)
    if not exchange.sent:
        return _before_sending(rejection, ask, answers)
    asked = _last_asking(exchange, letters)
    heard = [a for a in answers if a.date >= (asked.date or rejection.date)]
    over = next((a for a in reversed(answers) if a.kind in _FINAL), None)
    if over is not None:
        return Position(Standing.CLOSED, over.date, ENDED[over.kind], over.message_id)
    word = next((a for a in reversed(heard) if a.kind in _WORD_OF_THEIRS), None)
    if word is not None:
        feedback = next((a for a in reversed(heard) if a.kind is AnswerKind.FEEDBACK), None)
        thanked = next((k for k in exchange.sent if feedback and k.date and k.date > feedback.date), None)
        declined = any(letter.purpose is Purpose.THANKS and letter.state == "deleted" for letter in letters)
        if feedback is not None and (thanked or declined):
            why = "you have thanked them" if thanked else "you chose not to answer their feedback"
            since = thanked.date if thanked and thanked.date else feedback.date
            return Position(Standing.CLOSED, since, why, feedback.message_id)
        return Position(Standing.ANSWERED, word.date, "they have answered", word.message_id)
    asked_at = asked.date or rejection.date
    last = max([asked_at, *(a.date for a in heard)])
    if now - last >= pace.silent_after:
        why = "no answer came; that is an answer too, and nothing more is written to them"
        return Position(Standing.SILENT, last + pace.silent_after, why, asked.message_id)
    return Position(Standing.ASKED, asked_at, "you have written to them: now it is their turn", asked.message_id)


ENDED = {
    AnswerKind.REFUSAL: "they give no feedback, and that is final; you asked well",
    AnswerKind.INVITATION: "they have come back to you: the process is open again, and from here it is yours",
}


def _before_sending(rejection: Rejection, ask: DraftRecord | None, answers: Sequence[AnswerRecord]) -> Position:
    since = rejection.changed or rejection.date
    back = next((a for a in reversed(answers) if a.kind is AnswerKind.INVITATION), None)
    if back is not None:
        return Position(Standing.CLOSED, back.date, ENDED[AnswerKind.INVITATION], back.message_id)
    if ask is None or ask.state == "intended":
        waits = rejection.state is State.WAITING
        return Position(Standing.COOLING_OFF if waits else Standing.REJECTED, since, rejection.why)
    if ask.state == "deleted":
        return Position(Standing.CLOSED, since, "you deleted the draft: that is a no, and it will not come back")
    if ask.state == "sent":
        return Position(Standing.ASKED, ask.created, "you have written to them: now it is their turn")
    return Position(Standing.DRAFTED, ask.created, "a draft waits in your mailbox")


def _last_asking(exchange: Exchange, letters: Sequence[DraftRecord]) -> Known:
    """The user's mail that wants an answer: his first, or a later letter of ours that asks anew."""
    again = _asking(letters)
    return next((k for k in reversed(exchange.sent) if k.message_id in again), exchange.sent[0])


def _asking(letters: Sequence[DraftRecord]) -> set[str]:
    anew = (Purpose.SECOND_CHANCE, Purpose.LEADS, Purpose.KEEP_IN_TOUCH)
    return {letter.message_id for letter in letters if letter.purpose in anew}


def unanswered(exchange: Exchange, letters: Sequence[DraftRecord], email: str) -> bool:
    """Whether a letter to this person is still without an answer: then no further one is written (A23).

    One mail after their answer is a thank-you and wants none, unless it is a letter of ours that asks anew.
    """
    to = [k for k in exchange.sent if any(a.email == email for a in k.recipients)]
    threads = {k.thread_key for k in to} - {""}
    back = [
        k.date
        for k in exchange.received
        if k.date and not k.automatic and not k.gone and (k.sender.email == email or k.thread_key in threads)
    ]
    if not back:
        return bool(to)
    after = [k for k in to if k.date and k.date > max(back)]
    return len(after) > 1 or any(k.message_id in _asking(letters) for k in after)


@dataclass(frozen=True, slots=True)
class NextStep:
    """A letter or a reminder that is now possible. about: the mail that it comes from."""

    purpose: Purpose
    why: str
    about: str


def next_step(
    rejection: Rejection,
    position: Position,
    letters: Sequence[DraftRecord],
    answers: Sequence[AnswerRecord],
    *,
    fixable: bool,
    pace: Pace,
    now: datetime,
) -> NextStep | None:
    """What may be offered now, None if nothing. fixable: a feedback note names something that can be mended."""
    had = {letter.purpose for letter in letters}
    feedback = next((a for a in reversed(answers) if a.kind is AnswerKind.FEEDBACK), None)
    refused = any(a.kind is AnswerKind.REFUSAL for a in answers)
    back = any(a.kind is AnswerKind.INVITATION for a in answers)
    if refused or back or (Purpose.SECOND_CHANCE in had and _pending(letters, Purpose.SECOND_CHANCE)):
        return None
    gone = rejection.reason in (Reason.FILLED, Reason.CANCELLED) or any(a.filled for a in answers)
    if feedback is not None and position.standing is Standing.CLOSED:
        fresh = now - feedback.date <= pace.second_chance_within
        if fixable and fresh and not gone and Purpose.SECOND_CHANCE not in had:
            why = "their concern is one that you can answer, and nothing says that the job is taken: you may ask once more"
            return NextStep(Purpose.SECOND_CHANCE, why, feedback.message_id)
        if Purpose.LEADS not in had and pace.leads_after <= now - feedback.date < pace.keep_in_touch_after:
            why = "they helped you once: you may ask them for counsel and leads, once"
            return NextStep(Purpose.LEADS, why, feedback.message_id)
    came_far = rejection.stage in (Stage.INTERVIEWED, Stage.FINAL)
    settled = position.standing in (Standing.CLOSED, Standing.ANSWERED) and now - position.since >= pace.silent_after
    rests = settled or position.standing is Standing.SILENT
    if came_far and rests and now - rejection.date >= pace.keep_in_touch_after:
        months = max(1, round(pace.keep_in_touch_after / timedelta(days=30.4)))
        why = f"{months} months have gone by: companies hire again, and they know you"
        return NextStep(Purpose.KEEP_IN_TOUCH, why, rejection.id)
    return None


def _pending(letters: Iterable[DraftRecord], purpose: Purpose) -> bool:
    return any(letter.purpose is purpose and letter.state in ("intended", "saved", "changed") for letter in letters)


def wrote_again(position: Position, exchange: Exchange) -> Known | None:
    """The latest mail of the same employer that looks like a new opening, once the application is over (A20)."""
    if position.standing not in (Standing.CLOSED, Standing.SILENT, Standing.ANSWERED):
        return None
    openings = (Kind.OUTREACH, Kind.NEWSLETTER, Kind.CONFIRMATION, Kind.INTERVIEW)
    found = [k for k in exchange.news if k.kind in openings and k.date and k.date > position.since]
    return found[-1] if found else None


def same_company(a: Rejection, b: Rejection) -> bool:
    """Whether two rejections come from one employer, as far as their names tell."""
    return bool(a.company) and company_key(a.company) == company_key(b.company)
