"""How a whole mail reads: the table, what it is made of, and how it is learned."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bench.learn_wording import learn, write
from gmail_followup.reading import wording
from gmail_followup.reading.wording import LEAST, MOST, Wording, signs, wording_of

APPLICANT = "Thank you for the time you put into your application and for meeting our team. We hope you will apply again."
FRIEND = "so they gave it to someone else, poor thing. come over on Saturday and I'll cook. love, Mum"


def english() -> Wording:
    table = wording_of("en")
    assert table is not None
    return table


def test_words_pairs_and_what_stands_apart() -> None:
    assert signs("Re: Job 12", "We met YOU, Anna") == {
        "we", "met", "you", "anna", "we met", "met you", "you anna", "we _ you", "met _ anna",
        "s:re", "s:job", "s:0", "s:re job", "s:job 0",
    }  # fmt: skip


def test_a_letter_to_an_applicant_reads_more_like_it_than_one_from_home() -> None:
    assert english().read("Your application", APPLICANT).weight > 0 > english().read("Lucy", FRIEND).weight


def test_the_signs_that_did_most_are_told() -> None:
    told = english().read("Your application", APPLICANT).words
    assert len(told) == 3
    assert all(" _ " not in sign and not sign.startswith("s:") for sign in told)


def test_there_is_no_table_of_other_languages() -> None:
    assert wording_of("xx") is None
    assert wording_of("") is None
    assert wording_of("../en") is None


@given(st.text(max_size=300), st.text(max_size=2000))
def test_the_weight_stays_within_bounds(subject: str, body: str) -> None:
    read = english().read(subject, body)
    assert LEAST <= read.weight <= MOST
    assert read == english().read(subject, body)


@given(st.text(alphabet="abc de", max_size=60), st.text(alphabet="abc de", max_size=60))
def test_nothing_but_words_counts(subject: str, body: str) -> None:
    assert signs(subject, body) == signs(f"  {subject.upper()}!", body.replace(" ", " ,\n"))


def test_what_can_be_told_apart_is_learned(tmp_path: Path) -> None:
    yes, no = signs("", "we thank you for your time"), signs("", "see you on the river bank")
    table, base = learn([(yes, True), (no, False)] * 6)
    path = tmp_path / "en.tsv"
    write(table, base, path)
    made = Wording(table, base)
    assert made.read("", "we thank you for your time").weight > made.read("", "see you on the river bank").weight
    assert len(path.read_text(encoding="utf-8").splitlines()) == len(table) + 1


def test_words_of_a_no_never_speak_against_one() -> None:
    refused = signs("", "we decided not to lend you money")
    table, _ = learn([(refused, False), (signs("", "welcome back"), True)] * 6)
    assert table["decided not"][1] >= 0 > table["money"][1]


def test_the_shipped_table_names_nobody_of_the_ordinary_mails() -> None:
    path = Path(wording.__file__).with_name("wording") / "en.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(rows) > 3000
    assert all(len(row) == 3 and float(row[1]) >= 0 for row in rows)
    assert not [sign for sign, _, _ in rows if {"alex", "morton"} & set(sign.split())]
