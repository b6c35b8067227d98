"""The search language of the fake."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.fake_gmail import FakeGmail
from tests.support.fake_gmail.mailbox import Mail, Mailbox
from tests.support.fake_gmail.query import QueryError, compile_query
from tests.support.mails import mail

NOW = datetime(2026, 11, 2, tzinfo=UTC)
LABELS = {name.lower(): name for name in ("INBOX", "SENT", "DRAFT", "SPAM", "TRASH", "UNREAD")} | {
    "job/done": "Label_1"
}


def stored(labels: tuple[str, ...] = ("INBOX", "Label_1")) -> Mail:
    raw = mail("Your application: Data Engineer", "<CA+x-1.2@acme.example>", text="We will not be moving forward.\n")
    return Mailbox("jo@example.org", NOW).add(raw, set(labels), None)


def finds(query: str, mail_: Mail | None = None) -> bool:
    return compile_query(query, now=NOW, label_names=LABELS).test(mail_ or stored())


EPOCH = int(NOW.timestamp())


@pytest.mark.parametrize(
    "query",
    [
        "",
        "forward",
        "FORWARD moving",
        '"moving forward"',
        "from:ann@acme.example",
        "from:acme.example",
        "from:@acme.example",
        "from:example",
        "from:ann",
        'from:"Ann Lee"',
        "to:jo@example.org",
        "subject:application",
        'subject:"data engineer"',
        "subject:(data application)",
        "subject:{banana data}",
        "from:(other.example OR acme.example)",
        "from:(-other.example)",
        "rfc822msgid:CA+x-1.2@acme.example",
        "rfc822msgid:<CA+x-1.2@acme.example>",
        f"after:{EPOCH - 1}",
        f"before:{EPOCH + 1}",
        "in:inbox",
        "in:anywhere",
        "label:job/done",
        'label:"job/done"',
        "is:read",
        "-in:sent",
        "-from:other.example",
        "banana OR forward",
        "forward OR banana moving",
        "{banana forward}",
        "{from:other.example from:acme.example} -in:draft",
        "(banana OR moving) forward",
        "-(banana moving)",
        "-{banana apple}",
        "newer_than:1d",
    ],
)
def test_found(query: str) -> None:
    assert finds(query)


@pytest.mark.parametrize(
    "query",
    [
        "banana",
        "forw",
        '"forward moving"',
        "from:jo@example.org",
        "from:cme.example",
        "to:ann@acme.example",
        "subject:forward",
        'subject:"engineer data"',
        "subject:(data banana)",
        "rfc822msgid:x-1.2@acme.example",
        f"after:{EPOCH}",
        f"before:{EPOCH}",
        "in:sent",
        "is:unread",
        "-forward",
        "-in:inbox",
        "banana OR apple",
        "forward OR banana apple",
        "-{banana forward}",
        "older_than:1d",
    ],
)
def test_not_found(query: str) -> None:
    assert not finds(query)


@pytest.mark.parametrize(
    "query",
    [
        "after:2026/11/02",
        "list:x",
        "in:nowhere",
        "OR x",
        "x OR",
        "(x",
        "x)",
        "{x",
        "from:",
        "from: ann",
        "newer_than:x",
        "-",
        "(-)",
        "from:(to:x)",
        "from:()",
        '"',
    ],
)
def test_refused(query: str) -> None:
    with pytest.raises(QueryError):
        compile_query(query, now=NOW, label_names=LABELS)


_WORD = st.sampled_from(["forward", "moving", "banana", "apple", "from:acme.example", "in:sent", '"moving forward"'])
_EXPRESSION = st.recursive(
    _WORD,
    lambda inner: st.one_of(
        inner.map("-({})".format),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: "(" + " ".join(parts) + ")"),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: "{" + " ".join(parts) + "}"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} OR {pair[1]})"),
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(left=_EXPRESSION, right=_EXPRESSION)
def test_the_language_is_boolean(left: str, right: str) -> None:
    one = stored()
    assert finds(f"{left} {right}", one) == (finds(left, one) and finds(right, one))
    assert finds(f"{left} OR {right}", one) == (finds(left, one) or finds(right, one))
    assert finds("{" + f"{left} {right}" + "}", one) == (finds(left, one) or finds(right, one))
    assert finds(f"-({left})", one) != finds(left, one)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_query_or_is_refused(text: str) -> None:
    with contextlib.suppress(QueryError):
        assert finds(text) in (True, False)


def test_a_bad_query_is_a_violation(fake_gmail: FakeGmail) -> None:
    messages = fake_gmail.service().users().messages()
    with pytest.raises(Exception, match="midnight Pacific"):
        messages.list(userId="me", q="after:2026/11/02").execute()
    assert [violation.kind for violation in fake_gmail.take_violations()] == ["bad_query"]
