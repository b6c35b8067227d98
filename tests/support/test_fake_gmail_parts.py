"""Small parts of the fake: partial answers, base64url, subjects, draft checks, MIME trees."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.fake_gmail import discovery, mime
from tests.support.fake_gmail.errors import ApiError
from tests.support.fake_gmail.fields import apply_fields, parse_fields
from tests.support.mails import mail


@pytest.mark.parametrize(
    ("fields", "value", "kept"),
    [
        ("id", {"id": "1", "raw": "x"}, {"id": "1"}),
        ("a(b,c),d", {"a": {"b": 1, "c": 2, "e": 3}, "d": 4, "f": 5}, {"a": {"b": 1, "c": 2}, "d": 4}),
        ("a/b", {"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}),
        ("m(id)", {"m": [{"id": 1, "t": 2}, {"id": 3}]}, {"m": [{"id": 1}, {"id": 3}]}),
        ("a/b(c),a/d", {"a": {"b": {"c": 1, "x": 2}, "d": 3, "e": 4}}, {"a": {"b": {"c": 1}, "d": 3}}),
        ("*", {"a": 1}, {"a": 1}),
        ("missing", {"a": 1}, {}),
    ],
)
def test_fields(fields: str, value: Any, kept: Any) -> None:
    assert apply_fields(parse_fields(fields), value) == kept


@pytest.mark.parametrize("fields", ["", ",", "a,", "a(", "a()", "a)", "a/", "(a)", "a b", "a;b"])
def test_malformed_fields(fields: str) -> None:
    with pytest.raises(ValueError):
        parse_fields(fields)


_JSON = st.recursive(
    st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=10,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("abc"), _JSON))
def test_fields_of_all_names_keep_everything(value: dict[str, Any]) -> None:
    assert apply_fields(parse_fields("a,b,c"), value) == value
    assert set(apply_fields(parse_fields("a"), value)) == {"a"} & set(value)


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=200))
def test_base64url_both_ways(data: bytes) -> None:
    text = mime.encode(data)
    assert mime.decode(text) == mime.decode(text.rstrip("=")) == data
    assert discovery.schema_problems("Message", {"raw": text}) == []


@pytest.mark.parametrize("text", ["", "=", "a+bc", "a/bc", "ab c", "abc\n", "abcd===", "a", "abcde"])
def test_not_base64url(text: str) -> None:
    with pytest.raises(ApiError):
        mime.decode(text)


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Your application", "Your application"),
        ("Re: Your application", "Your application"),
        ("RE: AW: Fwd: Re[2]:  Your\t application ", "Your application"),
        ("Re", "Re"),
        ("Recruiting: news", "Recruiting: news"),
        ("[Acme] Re: x", "[Acme] Re: x"),
    ],
)
def test_base_subject(subject: str, base: str) -> None:
    assert mime.base_subject(subject) == base
    assert mime.base_subject(base) == base


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_judged_as_a_draft(raw: bytes) -> None:
    assert mime.draft_problems(raw, {"jo@example.org"}), "random bytes are never a fit draft"


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_have_a_payload_that_google_could_send(raw: bytes) -> None:
    message = {"payload": mime.payload(mime.parse(raw)), "snippet": mime.snippet(mime.parse(raw))}
    assert discovery.schema_problems("Message", message) == []


def test_a_good_mail_is_a_fit_draft() -> None:
    assert mime.draft_problems(mail("Hi", "<d@x>", "<a@x>", sender="Jo <jo@example.org>"), {"jo@example.org"}) == []
    lf = mail("Hi", "<d@x>", sender="jo@example.org").replace(b"\r\n", b"\n")
    assert mime.draft_problems(lf, {"jo@example.org"}) == []
