"""How a whole mail reads: the table, what it is made of, and how it is learned."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.learn_wording import Sample, learn, write
from gmail_followup.reading import wording
from gmail_followup.reading.wording import LEAST, MOST, Wording, signs, wording_of
from gmail_followup.rules.signs import learned_rows

APPLICANT = (
    "Thank you for the time you put into your application. We were impressed, but have chosen somebody whose experience is "
    "closer to what the role needs. We hope you will apply again."
)
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
    assert english().read("Your application", APPLICANT).shift > 0 > english().read("Lucy", FRIEND).shift


def test_a_meeting_and_a_last_round_show_in_the_wording() -> None:
    met = english().read("Thank you for coming in", "It was lovely meeting you on Tuesday, and the panel enjoyed your talk.")
    last = english().read("The final round", "You were one of two finalists, and after the final interview it was very close.")
    unread = english().read("Your application", "We have read your CV and received many applications for this vacancy.")
    assert met.met > 0 > unread.met
    assert last.final > met.final


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
    assert LEAST <= read.shift <= MOST
    assert read == english().read(subject, body)


@given(st.text(alphabet="abc de", max_size=60), st.text(alphabet="abc de", max_size=60))
def test_nothing_but_words_counts(subject: str, body: str) -> None:
    assert signs(subject, body) == signs(f"  {subject.upper()}!", body.replace(" ", " ,\n"))


def test_what_can_be_told_apart_is_learned(tmp_path: Path) -> None:
    yes, met, no = "we thank you for your time", "we thank you for meeting us", "see you on the river bank"
    data = [Sample(frozenset(signs("", yes)), True, "applied"), Sample(frozenset(signs("", met)), True, "final")]
    table = learn([*data, Sample(frozenset(signs("", no)), False)] * 6)
    write(table, tmp_path / "en.tsv")
    rows = {sign: cells for sign, *cells in learned_rows(tmp_path, "en") or ()}
    assert len(rows) == len(table.rareness) + 1
    assert float(rows["thank you"][1]) > 0 > float(rows["river bank"][1])
    assert float(rows["meeting us"][2]) > 0 > float(rows["your time"][2])
    assert len(rows["river bank"]) == 2
    assert table.final == {"": 0.0}


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_the_shipped_tables_name_nobody_of_the_ordinary_mails(language: str) -> None:
    rows = learned_rows(Path(wording.__file__).with_name("wording"), language) or []
    assert len(rows) > 3000
    assert all(3 <= len(row) <= 5 and float(row[1]) >= 0 for row in rows)
    assert not [sign for sign, *_ in rows if {"alex", "morton"} & set(sign.split())]
