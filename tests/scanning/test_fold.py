"""Folding by the few letters that a text has beyond ASCII is folding letter by letter."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gmail_followup.rules import fold as room
from gmail_followup.rules.fold import fold

_PIECES = st.sampled_from(["Über ", "naïve ", "`x` ", "“q” – ", "日本語 ", "İi ", "ΣΑΣ ", "\u00a0", "plain words and more ", "ŁØß ", "\ud800", "e\u0301 "])


@settings(max_examples=200, deadline=None)
@given(pieces=st.lists(_PIECES, max_size=60), invisible=st.booleans())
def test_same_as_letter_by_letter(pieces: list[str], invisible: bool) -> None:
    text = "".join(pieces) + ("soft\u00adhyphen" if invisible else "")
    folded = fold(text)
    kept = [char for char in text if not room._INVISIBLE.match(char)]
    assert folded.text == "".join(kept).translate(room._TABLE)
    assert (folded.offsets is None) is (len(kept) == len(text))
