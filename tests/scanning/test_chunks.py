"""Stretches of an mbox give the mails that `split` gives, wherever they are cut."""

import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.mailbox.mbox import split, unescape
from gmail_followup.scanning.chunks import count_chunks, mails_of_chunk

_LINES = st.sampled_from(
    [
        b"From 1@xxx Mon Jan 01 08:00:00 +0000 2024\n", b"From a@b Mon Jan  1 08:00:00 2024\r\n", b"From nobody\n", b"\n", b"\r\n",
        b"Subject: x\n", b"From here on we walk.\n", b">From a\n", b">>From b\n", b"word\r\n", b"word", b"From ", b" ",
    ]
)  # fmt: skip


def _by_split(data: bytes) -> list[bytes]:
    return [b"" if (mail := unescape(located.data)).isspace() else mail for located in split(io.BytesIO(data))]


@given(lines=st.lists(_LINES, max_size=40), chunk=st.integers(1, 120))
def test_same_mails_as_split(lines: list[bytes], chunk: int, tmp_path_factory) -> None:
    path: Path = tmp_path_factory.mktemp("mbox") / "a.mbox"
    data = b"".join(lines)
    path.write_bytes(data)
    found = [mail for index in range(count_chunks(len(data), chunk)) for mail in mails_of_chunk(path, index, chunk)]
    assert found == _by_split(data)


def test_a_mail_that_spans_many_chunks(tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    head = b"From 1@xxx Mon Jan 01 08:00:00 +0000 2024\nSubject: big\n\n"
    path.write_bytes(head + b"x" * 1_000_000 + b"\n\n" + head + b"last\n")
    found = [mail for index in range(count_chunks(path.stat().st_size, 4096)) for mail in mails_of_chunk(path, index, 4096)]
    assert found == _by_split(path.read_bytes())
    assert len(found) == 2 and len(found[0]) > 1_000_000


def test_a_mail_above_64_mb_is_cut_and_the_next_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    head = b"From 1@xxx Mon Jan 01 08:00:00 +0000 2024\nSubject: big\n\n"
    with path.open("wb") as file:
        file.write(head)
        file.seek(200_000_000)
        file.write(b"\n\n" + head + b"last\n")
    sizes = [len(mail) for index in range(count_chunks(path.stat().st_size)) for mail in mails_of_chunk(path, index)]
    assert sizes == [64 * 1024 * 1024, len(b"Subject: big\n\nlast")]
