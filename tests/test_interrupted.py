"""A run that dies between the intent and the draft of a thank-you: the next one writes it, once."""

from datetime import timedelta
from pathlib import Path

import pytest

from gmail_followup.ledger.records import Purpose
from tests.support.rooms import ME, NOW, drafts_in, go, maildir, on_maildir, wire
from tests.test_story_promises import ANN, SAYS, SUBJECT


@pytest.mark.parametrize("after_the_draft", [False, True])
def test_a_thank_you_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after_the_draft: bool) -> None:
    asked = "Could you share two or three tips?"
    me = f"Jo Doe <{ME}>"
    sent = wire(asked, id="<o@example.org>", days=3, sender=me, to=ANN, subject=SUBJECT, answers="<r1@acme.example>")
    answer = wire(
        SAYS["feedback"], id="<a@acme.example>", days=1, sender=ANN, subject=SUBJECT, answers="<o@example.org>"
    )
    box = maildir(tmp_path / "m", wire(days=4), answer, sent=(sent,))
    r = on_maildir(box)
    create = r.mailbox.create_draft

    def dies(mime: bytes, thread_key: str) -> None:
        if after_the_draft:
            create(mime, thread_key)
        raise KeyboardInterrupt

    monkeypatch.setattr(r.mailbox, "create_draft", dies)
    with pytest.raises(KeyboardInterrupt):
        go(r)
    monkeypatch.setattr(r.mailbox, "create_draft", create)
    assert [o.action for o in go(r)] == ["thanked"]
    assert [letter.state for letter in r.ledger.drafts() if letter.purpose is Purpose.THANKS] == ["saved"]
    assert len(drafts_in(box)) == 1
    assert go(r, NOW + timedelta(hours=1)) == []
