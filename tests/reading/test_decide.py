"""How evidence is weighed: who is refused, what of, and what speaks against it."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from gmail_followup.mail.parse import parse
from gmail_followup.reading.decide import Reader
from gmail_followup.reading.senders import load_senders
from gmail_followup.reading.values import Kind, Stage, Verdict
from gmail_followup.rules.rule import load

PACKS = Path(__file__).resolve().parents[2] / "gmail_followup" / "rules" / "packs"
CORPUS = sorted((Path(__file__).resolve().parents[1] / "corpus").rglob("*.eml"))


@cache
def reader() -> Reader:
    return Reader(load(PACKS, None), load_senders())


def read(body: str, subject: str = "Hello", sender: str = "Jo <jo@oakfield.example>") -> Verdict:
    head = f"From: {sender}\nTo: Sam <sam@mail.example>\nSubject: {subject}\nMessage-ID: <a@b.example>\n"
    return reader().read(parse(f"{head}Content-Type: text/plain; charset=utf-8\n\n{body}\n".encode()))


NO = "We have decided to go with another candidate."


def test_a_no_and_an_application_for_a_job_make_a_rejection() -> None:
    assert read(f"Thank you for applying for the position of clerk. {NO}").is_rejection


@pytest.mark.parametrize(
    "body",
    [
        "Thanks for coming to see the flat last night. We've gone with someone else, good luck with the search!",
        "Ella heard from the bank, they've given the job to somebody else. She got as far as the final interview, poor thing.",
        "Your picture didn't meet the requirements and we couldn't continue with your application. Please upload another.",
        "The clerk's post has been filled, so please take the advert down.",
        "We weren't shortlisted for the award. Next year!",
        "I told the caterer that we've chosen another company. He took it well.",
        "Thank you for applying for a loan. After careful review we are unable to proceed with your application.",
    ],
)
def test_a_no_to_somebody_else_or_of_something_else_is_none(body: str) -> None:
    assert not read(body, sender="HR <hr@oakfield.example>").is_rejection


def test_one_word_said_twice_is_not_two_words() -> None:
    """"Job" and "position" say one thing; that the reader applied says another."""
    twice = read(f"The position is a nice job. {NO}")
    applied = read(f"Thank you for applying, the position is a nice job. {NO}")

    def context(verdict: Verdict) -> float:
        return sum(e.weight for e in verdict.evidence if e.says.startswith("job"))

    assert context(twice) < 0 < context(applied)


def test_an_application_for_nothing_named_is_no_job() -> None:
    assert not read("We have considered your application and decided not to proceed with it.").is_rejection


def test_a_clause_ends_at_its_comma() -> None:
    head = "Thank you for applying for the position of clerk."
    assert read(f"{head} Rather than keep you waiting, I write to say that you were not selected.").is_rejection
    assert not read(f"{head} If you are not selected, we will write, whatever comes.").is_rejection


def test_a_subject_has_parts() -> None:
    body = "Thank you for applying for the position of clerk at our mill."
    assert read(body, subject="Any news? Your application was unsuccessful").is_rejection
    assert not read(body, subject="What if your application was unsuccessful").is_rejection


def test_another_world_in_passing_does_not_hide_a_no() -> None:
    raffle = "You ran a raffle for us once, and I have not forgotten how many tickets you sold on that wet afternoon in May."
    filler = "The garden has come on since then and the new shed is up at last, as you will see when you come by."
    assert read(f"Thank you for applying for the position of clerk. {raffle} {filler} {NO}").is_rejection


def test_an_admissions_office_refuses_places() -> None:
    body = "Thank you for attending the interview. After careful consideration we cannot offer you a place."
    assert not read(body, subject="Your application to study Law", sender="Admissions <ug@uni.example>").is_rejection


def test_what_contradicts_is_not_outweighed_by_manner() -> None:
    body = f"You have withdrawn your application for the position of clerk. {NO} We wish you luck in your job search."
    verdict = read(body, sender="Recruiting <jobs@mill.example>")
    assert not verdict.is_rejection
    assert not [e for e in verdict.evidence if e.rule == "manner-of-the-mail" and e.weight > 0]


def test_an_interview_taken_back_with_the_job_is_a_no_and_one_that_is_moved_is_not() -> None:
    sender = "Recruiting <jobs@mill.example>"
    moved = "I am sorry, but I have to cancel our interview on Friday. Could we find another time?"
    gone = "We have to cancel the interview on Friday. You have not been selected, as we offered the position to another candidate."
    assert read(moved, "Interview", sender).kind is Kind.INTERVIEW
    assert read(gone, "Interview", sender).is_rejection


def test_a_no_that_speaks_of_no_meeting_comes_before_one() -> None:
    assert read(f"Thank you for applying for the position of clerk. {NO}").stage is Stage.APPLIED
    met = f"Thank you for coming in for an interview for the position of clerk. {NO}"
    assert read(met).stage is Stage.INTERVIEWED
    asked = "Thank you for visiting us and applying for the position of clerk. You have not been selected for interview."
    assert read(asked).stage is Stage.APPLIED
    assert read("See you on Sunday.").stage is Stage.UNKNOWN


def test_a_rule_of_the_user_is_not_talked_down(tmp_path: Path) -> None:
    toml = '[pack]\nlanguage = "en"\n[[rule]]\nid = "mine"\nsays = "rejection"\nweight = 4.0\n'
    toml += 'phrases = ["cold shoulder"]\nyes = ["They gave me the cold shoulder."]\nno = ["Cold soup."]\n'
    (tmp_path / "mine.toml").write_text(toml, encoding="utf-8")
    mine = Reader(load(PACKS, tmp_path), load_senders())
    body = "Love, poor thing, you got the cold shoulder, xx, come on Saturday. You applied for the position of clerk."
    raw = f"From: Mum <mum@home.example>\nSubject: Lucy\nMessage-ID: <a@b.example>\n\n{body}\n"
    verdict = mine.read(parse(raw.encode()))
    assert not [e for e in verdict.against if e.rule == "manner-of-the-mail"]


RECRUITING = "Recruiting <jobs@mill.example>"
ROLE = "your application for the position of clerk"


@pytest.mark.parametrize(
    ("kind", "subject", "body"),
    [
        (Kind.CONFIRMATION, f"We have received {ROLE}", "We will read it this week and write to you either way."),
        (Kind.INTERVIEW, "Clerk", f"Thank you for {ROLE}. Are you free on Thursday for a chat with the team?"),
        (Kind.INTERVIEW, "CANCELLED: interview on Thursday", "The panel is ill. I will send new times, we still want to meet you."),
        (Kind.OFFER, "Clerk", f"Thank you for {ROLE}. The job is yours: could you start on the first of May?"),
        (Kind.ASSESSMENT, "Clerk", f"Thank you for {ROLE}. Please complete the online test, you have 48 hours."),
        (Kind.STATUS, "Clerk", f"The status of {ROLE} has changed to: under review."),
        (Kind.STATUS, "Clerk", f"We are sorry that {ROLE} has been withdrawn, as you asked."),
        (Kind.OUTREACH, "Clerk in Leeds", "My client is looking for a clerk and your profile stood out. Shall I send the spec?"),
        (Kind.NEWSLETTER, "12 new jobs for you", "Clerk in Leeds, posted 3 days ago. View job. Unsubscribe."),
        (Kind.OTHER_REJECTION, "Your loan application", "We regret that your application for a loan was declined."),
        (Kind.OTHER, "Sunday", "Are you free on Sunday? We'd love to see you, and bring the cake."),
        (Kind.OTHER, "Your order", "Your order was shipped today. Track your booking at any time."),
    ],
)
def test_each_kind_is_known_by_its_marks(kind: Kind, subject: str, body: str) -> None:
    assert read(body, subject, RECRUITING if kind is not Kind.OTHER else "Jo <jo@oakfield.example>").kind is kind


def test_a_kind_is_not_outvoted_by_what_stands_before_it() -> None:
    """An invitation thanks for the application, and promises mail: each kind is heard by itself."""
    polite = f"Thank you for {ROLE}. We have received your documents and you will hear from us."
    assert read(polite, "Clerk", RECRUITING).kind is Kind.CONFIRMATION
    invites = f"{polite} We would like to invite you to an interview on Thursday at 10am."
    assert read(invites, "Clerk", RECRUITING).kind is Kind.INTERVIEW


def test_the_subject_of_an_answer_tells_of_another_mail() -> None:
    body = "By now you will have had the mail about the position of clerk. It was good to meet you. Do stay in touch."
    assert read(body, "Interview on Thursday", RECRUITING).kind is Kind.INTERVIEW
    assert read(body, "Re: Interview on Thursday", RECRUITING).kind is Kind.OTHER


def test_a_calendar_part_makes_an_interview_where_a_job_is_spoken_of() -> None:
    calendar = (
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@b.example\r\nDTSTART:20260504T100000Z\r\n"
        "DTEND:20260504T110000Z\r\nSUMMARY:{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )

    def invited(subject: str) -> Kind:
        head = "From: Jo <jo@oakfield.example>\nTo: Sam <sam@mail.example>\nMessage-ID: <a@b.example>\nMIME-Version: 1.0\n"
        head += f"Subject: {subject}\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nAs agreed.\n"
        part = f"--b\nContent-Type: text/calendar; method=REQUEST\n\n{calendar.format(subject)}--b--\n"
        return reader().read(parse((head + part).encode())).kind

    assert invited("Clerk: your application for the position of clerk") is Kind.INTERVIEW
    assert invited("Cake and tea") is Kind.OTHER


def test_marks_of_a_kind_never_speak_for_or_against_a_rejection() -> None:
    marks = [rule for rule in load(PACKS, None).rules if "/marks.toml" in rule.source]
    assert {rule.language for rule in marks} == {"en", "de", "fr", "es"}
    assert not [rule.id for rule in marks if rule.against or rule.says in ("rejection", Kind.OTHER_REJECTION)]


@pytest.mark.parametrize("threshold", [-1.0, 1.0, 3.0, 6.0])
def test_a_brief_reading_finds_the_same_rejections(threshold: float) -> None:
    """It may leave off weighing where no wording could make a rejection of a mail."""
    own = Reader(load(PACKS, None), load_senders(), threshold=threshold)
    spared = 0
    for path in CORPUS[:: 3 if threshold == 3.0 else 12]:
        message = parse(path.read_bytes())
        full, brief = own.read(message), own.read(message, brief=True)
        assert brief.is_rejection is full.is_rejection, path
        assert brief == full or not full.is_rejection, path
        spared += brief != full
    assert spared or threshold < 0


def test_a_correction_is_heard_in_a_brief_reading() -> None:
    message = parse(b"From: a@b.example\nMessage-ID: <a@b.example>\nSubject: Picnic\n\nHello.\n")
    word = replace(reader().read(message), kind=Kind.REJECTION)
    own = Reader(load(PACKS, None), load_senders(), correction={"<a@b.example>": word}.get)
    assert own.read(message, brief=True) == own.read(message)
    assert own.read(message, brief=True).is_rejection
