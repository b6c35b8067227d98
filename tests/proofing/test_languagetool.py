"""LanguageTool behind its guard: servers that hang, fail, die or talk nonsense; and the real one (marker
languagetool)."""

import http.server
import threading
import time
from typing import Any

import pytest

from gmail_followup.errors import UserError
from gmail_followup.proofing import house
from gmail_followup.proofing.grammar import Grammar, merge
from gmail_followup.proofing.languagetool import EngineFailed, LanguageToolEngine, checked_url, is_public
from tests.proofing.conftest import like_languagetool, reply
from tests.proofing.labelled import CLEAN, FAULTY

NONE: frozenset[str] = frozenset()
TEXT = "Dear Ada,\n\nThank you for the talk, which I realy enjoyed.\n\nBest,\nSam"


def match(
    offset: int, length: int, rule: str = "MORFOLOGIK_RULE_EN_US", category: str = "TYPOS", *words: str
) -> dict[str, Any]:
    return {
        "message": "Possible mistake",
        "replacements": [{"value": word} for word in words],
        "offset": offset,
        "length": length,
        "context": {"text": "x", "offset": 0, "length": length},
        "sentence": "x",
        "rule": {"id": rule, "issueType": "misspelling", "category": {"id": category}},
    }


def test_a_server_that_never_answers_is_given_up_soon(dumb: str) -> None:
    before = time.monotonic()
    with pytest.raises(EngineFailed, match="did not answer"):
        LanguageToolEngine(dumb)
    assert time.monotonic() - before < 10


def hangs_on_check(request: http.server.BaseHTTPRequestHandler) -> None:
    if request.path.startswith("/v2/check"):
        threading.Event().wait(30)
    else:
        like_languagetool(request)


def test_a_server_that_hangs_in_a_check_is_given_up_and_harper_takes_over(serve: Any) -> None:
    grammar = Grammar(LanguageToolEngine(serve(hangs_on_check), answer_seconds=0.4))
    before = time.monotonic()
    checked = grammar.examine(TEXT, "en", NONE)
    again = grammar.examine(TEXT, "en", NONE)
    assert time.monotonic() - before < 10
    assert checked.engine == again.engine == "harper 0.2.0" and [f.text for f in checked.findings] == ["realy"]
    assert any("did not answer" in note for note in checked.notes)


def drips(request: http.server.BaseHTTPRequestHandler) -> None:
    if not request.path.startswith("/v2/check"):
        return like_languagetool(request)
    request.send_response(200)
    request.end_headers()
    for _ in range(200):
        request.wfile.write(b" ")
        threading.Event().wait(0.1)
    return None


def test_a_server_that_sends_a_byte_now_and_then_is_given_up(serve: Any) -> None:
    engine = LanguageToolEngine(serve(drips), answer_seconds=0.4)
    before = time.monotonic()
    with pytest.raises(EngineFailed):
        engine.check(TEXT, "en", NONE)
    assert time.monotonic() - before < 10


@pytest.mark.parametrize("answer", [{}, [], {"matches": [{"rule": {}}]}, {"matches": None}, "text"])
def test_nonsense_is_a_failure(serve: Any, answer: Any) -> None:
    def nonsense(request: http.server.BaseHTTPRequestHandler) -> None:
        reply(request, answer) if request.path.startswith("/v2/check") else like_languagetool(request)

    engine = LanguageToolEngine(serve(nonsense))
    with pytest.raises(EngineFailed, match="does not talk like LanguageTool"):
        engine.check(TEXT, "en", NONE)


def test_an_error_answer_is_a_failure_without_the_letter_in_it(serve: Any) -> None:
    def fails(request: http.server.BaseHTTPRequestHandler) -> None:
        if not request.path.startswith("/v2/check"):
            return like_languagetool(request)
        request.rfile.read(int(request.headers["Content-Length"]))
        request.send_response(500)
        request.end_headers()
        request.wfile.write(b"Error: cannot check 'which I realy enjoyed'")
        return None

    with pytest.raises(EngineFailed) as failed:
        LanguageToolEngine(serve(fails)).check(TEXT, "en", NONE)
    assert "realy" not in str(failed.value)


def test_nobody_there() -> None:
    with pytest.raises(EngineFailed):
        LanguageToolEngine("http://127.0.0.1:9")


def test_dying_between_two_letters(serve: Any) -> None:
    alive = [True]

    def dies(request: http.server.BaseHTTPRequestHandler) -> None:
        if alive[0]:
            return like_languagetool(request)
        request.connection.close()
        return None

    grammar = Grammar(LanguageToolEngine(serve(dies)))
    assert grammar.examine(TEXT, "en", NONE).engine == "languagetool 6.8"
    alive[0] = False
    checked = grammar.examine(TEXT, "en", NONE)
    assert checked.engine == "harper 0.2.0" and checked.notes


def test_places_are_code_points_also_after_an_emoji(serve: Any) -> None:
    text = "Dear Ada,\n\nGreat 🙂🙂 talk, I realy enjoyed it.\n\nBest,\nSam"
    at = text.index("realy")
    url = serve(
        lambda request: like_languagetool(request, [match(at, 5, "MORFOLOGIK_RULE_EN_US", "TYPOS", "ready", "really")])
    )
    (finding,) = LanguageToolEngine(url).check(text, "en", NONE)
    assert (finding.text, finding.suggestions[0], finding.class_) == ("realy", "really", "spelling")
    assert finding.engine == "languagetool 6.8"


def test_names_and_capitals_are_not_misspelt(serve: Any) -> None:
    text = "Dear Zoë,\n\nI met Nguyễn at recieve and liked it.\n\nBest,\nŁucja"
    words = ("Zoë", "Nguyễn", "recieve", "Łucja")
    better = {"recieve": "receive"}
    matches = [
        match(text.index(word), len(word), "MORFOLOGIK_RULE_EN_US", "TYPOS", better.get(word, "Zoe")) for word in words
    ]
    engine = LanguageToolEngine(serve(lambda request: like_languagetool(request, matches)))
    assert engine.check(text, "en", frozenset({"recieve"})) == ()
    assert [f.text for f in engine.check(text, "en", NONE)] == ["recieve"]


def test_words_of_a_trade_are_not_misspelt(serve: Any) -> None:
    """The dictionary lacks them, and what it offers in their place is no word that people write often."""
    text = "I have fettled castings, dug fertigation lines and met your scaffolder at the kōrero."
    offers = {"fettled": "fettle", "fertigation": "fumigation", "scaffolder": "scaffolded", "kōrero": "Korea"}
    matches = [match(text.index(w), len(w), "MORFOLOGIK_RULE_EN_US", "TYPOS", better) for w, better in offers.items()]
    engine = LanguageToolEngine(serve(lambda request: like_languagetool(request, matches)))
    assert engine.check(text, "en", NONE) == ()


def test_style_is_not_reported(serve: Any) -> None:
    style = match(12, 3, "TOO_LONG_SENTENCE", "STYLE", "x")
    assert LanguageToolEngine(serve(lambda r: like_languagetool(r, [style]))).check(TEXT, "en", NONE) == ()


def test_addresses() -> None:
    assert checked_url("127.0.0.1:8081/v2/", allow_public=False) == "http://127.0.0.1:8081"
    assert checked_url("https://lt.example.com/api/", allow_public=False) == "https://lt.example.com/api"
    assert is_public("https://api.languagetool.org/v2") and not is_public("https://languagetool.org.example.com")
    assert checked_url("https://api.languagetool.org", allow_public=True) == "https://api.languagetool.org"
    for wrong in ("", "ftp://host", "http://"):
        with pytest.raises(UserError, match="not the address"):
            checked_url(wrong, allow_public=False)


@pytest.mark.languagetool
def test_the_real_server_with_the_house_rules(languagetool: str) -> None:
    engine = LanguageToolEngine(languagetool)
    assert engine.name == "languagetool 6.8"
    missed = []
    for number, case in enumerate(FAULTY):
        own = house.check(case.text, names=NONE, language="en")
        # The server takes its time. It is asked for every fault that the house rules leave to it, and of the others for
        # each fifth: a second engine must not hide what was found.
        if number % 5 and any(case.touched_by(f) for f in own):
            continue
        if not any(case.touched_by(f) for f in merge(engine.check(case.text, "en", NONE), own)):
            missed.append(case.file)
    assert len(missed) <= 0.02 * len(FAULTY), missed
    # Every third of these; of 650 others test_clean_letters.py has it read some, and of ours test_matrix.py all.
    clean = [case for case in CLEAN if case.language == "en"][::3]
    loud = {case.file: engine.check(case.text, case.language, case.names) for case in clean}
    assert {file: findings for file, findings in loud.items() if findings} == {}


@pytest.mark.languagetool
def test_the_real_server_in_german(languagetool: str) -> None:
    engine = LanguageToolEngine(languagetool, first_answer_seconds=115)
    text = (
        "Sehr geehrte Frau Groß,\n\nvielen Dank für das freundliche Gespräch. Ich habe mich ser "
        "gefreut.\n\nViele Grüße\nJan"
    )
    assert [f.text for f in engine.check(text, "de", NONE)] == ["ser"]


@pytest.mark.languagetool
def test_the_real_server_and_threads(languagetool: str) -> None:
    engine = LanguageToolEngine(languagetool)
    texts = [case.text for case in FAULTY[:4]]
    alone = [engine.check(text, "en", NONE) for text in texts]
    together: list[Any] = [None] * len(texts)

    def work(number: int) -> None:
        together[number] = engine.check(texts[number], "en", NONE)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone
