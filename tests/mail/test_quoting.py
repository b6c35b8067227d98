"""Own words apart from quoted ones, signatures and small print."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_followup.mail.message import Part
from gmail_followup.mail.quoting import is_forward, split_parts


def kinds(text: str) -> dict[Part, str]:
    found: dict[Part, str] = {}
    for span, part in split_parts(text):
        found[part] = found.get(part, "") + text[span.start : span.end]
    return found


def own(text: str) -> list[str]:
    return kinds(text).get(Part.OWN, "").split()


ATTRIBUTIONS = [
    "On Mon, 2 Nov 2026 at 09:14, Ann Lee <ann@acme.example> wrote:",
    "On Mon, 2 Nov 2026 at 09:14, Ann Lee <ann@acme.example>\nwrote:",
    "On Monday, November 2nd, 2026 at 9:14 AM, a very long name of somebody at Acme\n<ann.lee@acme.example> wrote:",
    "On 02.11.26 09:14, Ann Lee wrote:",
    "On Nov 2, 2026, at 9:14 AM, Ann Lee <ann@acme.example> wrote:",
    "Am 02.11.2026 um 09:14 schrieb Ann Lee:",
    "Am Mo., 2. Nov. 2026 um 09:14 Uhr schrieb Ann Lee <ann@acme.example>:",
    "Am Mo., 2. Nov. 2026 um 09:14 Uhr schrieb Ann Lee <\nann@acme.example>:",
    "Ann Lee <ann@acme.example> schrieb am Mo., 2. Nov. 2026, 09:14:",
    "Le lun. 2 nov. 2026 à 09:14, Ann Lee <ann@acme.example> a écrit :",
    "Le 2 nov. 2026 à 09:14, Ann Lee <ann@acme.example> a écrit\u00a0:",
    "Le 02/11/2026 à 09:14, Ann Lee a écrit\u00a0:",
    "El lun, 2 nov 2026 a las 9:14, Ann Lee (<ann@acme.example>) escribió:",
    "El 2/11/26 a las 9:14, Ann Lee escribió:",
    "2026-11-02 9:14 GMT+01:00 Ann Lee <ann@acme.example>:",
    "Ann Lee <ann@acme.example> wrote:",
    "Op ma 2 nov. 2026 om 09:14 schreef Ann Lee <ann@acme.example>:",
]
MARKS = [
    "-----Original Message-----",
    "-------- Original Message --------",
    "---------- Forwarded message ---------",
    "---------- Forwarded message ----------",
    "-----Ursprüngliche Nachricht-----",
    "-------- Weitergeleitete Nachricht --------",
    "-----Message d'origine-----",
    "---------- Message transféré ----------",
    "-----Mensaje original-----",
    "---------- Mensaje reenviado ----------",
    "Begin forwarded message:",
    "Anfang der weitergeleiteten Nachricht:",
    "Début du message réexpédié :",
    "Inicio del mensaje reenviado:",
]
HEADERS = [
    "From: Ann Lee <ann@acme.example>\nSent: Monday, 2 November 2026 09:14\nTo: Jo\nSubject: Your application",
    "*From:* Ann Lee <ann@acme.example>\n*Sent:* Monday\n*To:* Jo\n*Subject:* Your application",
    "From: Ann Lee\nDate: Monday, 2 November 2026\nTo: Jo\nSubject: Your application",
    "Von: Ann Lee <ann@acme.example>\nGesendet: Montag, 2. November 2026 09:14\nAn: Jo\nBetreff: Ihre Bewerbung",
    "De : Ann Lee <ann@acme.example>\nEnvoyé : lundi 2 novembre 2026 09:14\nÀ : Jo\nObjet : Votre candidature",
    "De: Ann Lee <ann@acme.example>\nEnviado el: lunes, 2 de noviembre de 2026 9:14\nPara: Jo\nAsunto: Su candidatura",
]


@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_quoted_below_an_attribution(line: str) -> None:
    assert own(f"Thanks, that is fine.\n\n{line}\n\n> theirs\n> more theirs\n") == ["Thanks,", "that", "is", "fine."]
    assert own(f"Thanks, that is fine.\n\n{line}\n\ntheirs, not marked at all\n") == ["Thanks,", "that", "is", "fine."]


@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_own_words_between_and_below_marked_quotes(line: str) -> None:
    text = f"{line}\n> theirs\n\nmine one\n\n> theirs again\n\nmine two\n"
    assert own(text) == ["mine", "one", "mine", "two"]


@pytest.mark.parametrize("introduction", MARKS + HEADERS)
def test_all_below_an_introduction_is_quoted(introduction: str) -> None:
    assert own(f"Mine.\n\n{introduction}\n\ntheirs\n\nand theirs\n") == ["Mine."]


@pytest.mark.parametrize("introduction", [*HEADERS, "---------- Forwarded message ---------\n" + HEADERS[0]])
def test_a_mail_that_is_only_forwarded_has_no_own_words(introduction: str) -> None:
    text = f"{introduction}\n\nUnfortunately, no.\n"
    assert own(text) == []
    assert is_forward("", text)


@pytest.mark.parametrize(
    "text",
    [
        "On Monday, 2 Nov 2026, we wrote:\n\nYour application was not successful.\n",
        "On your CV you wrote:\nPython. We were impressed.\n",
        "As you wrote:\n\nyou are available from 1 May.\n",
        "Mine.\n\nOn our call of 2 May you asked what we wrote: nothing.\n",
        "Requirements:\n\n- Python\n",
        "Hello,\n\nFrom: now on we are closed.\n\nRegards\n",
        "Date: 2 May\nTo: nobody\n\nwords\n",
        "--- Our news ---\n\nwords\n",
    ],
)
def test_own_words_are_not_taken_for_quoted(text: str) -> None:
    assert Part.QUOTED not in kinds(text)


SIGN_OFFS = [
    "Best regards,", "Kind regards", "Sincerely,", "Best,", "Thanks,", "Thank you,", "Many thanks,", "Warmly,",
    "Cheers", "All the best,",
    "Best wishes,", "Yours sincerely,", "Yours faithfully,", "With kind regards,", "Thanks again,", "Best of luck,",
    "Mit freundlichen Grüßen", "Viele Grüße", "Beste Grüße aus Berlin", "Freundliche Grüsse", "Herzliche Grüße,",
    "Liebe Grüße", "MfG", "LG",
    "Cordialement,", "Bien cordialement", "Bien à vous,", "Sincères salutations,",
    "Je vous prie d'agréer, Madame, l'expression de mes salutations distinguées.",
    "Saludos,", "Un saludo,", "Saludos cordiales,", "Atentamente,", "Reciba un cordial saludo,",
]  # fmt: skip


@pytest.mark.parametrize("line", SIGN_OFFS)
def test_names_below_a_sign_off_are_the_signature(line: str) -> None:
    found = kinds(f"Hello Jo,\n\nit is a no.\n\n{line}\n\nAnn Lee\nRecruiter\nAcme\n")
    assert found[Part.SIGNATURE].split() == ["Ann", "Lee", "Recruiter", "Acme"]
    assert found[Part.OWN].rstrip().endswith(line)


def test_the_signature_ends_where_sentences_go_on() -> None:
    text = "It is a no.\n\nBest,\nAnn\n\nP.S. We will keep your file for two years.\n"
    assert kinds(text)[Part.SIGNATURE].split() == ["Ann"]
    assert own(text)[-1] == "years."
    long = "No.\n\nBest,\nAnn\n" + "You can reply to this mail, and we will read it.\n"
    assert "reply" in own(long)


def test_at_most_eight_lines_of_names() -> None:
    text = "No.\n\nBest,\n" + "\n".join(f"Line {number}" for number in range(12))
    assert len(kinds(text)[Part.SIGNATURE].split("\n")) == 9


def test_thanks_in_the_middle_is_no_sign_off() -> None:
    text = "Thank you\n\nfor your time with us last week, which we enjoyed and which we shall remember for long.\n"
    assert Part.SIGNATURE not in kinds(text)


@pytest.mark.parametrize("mark", ["-- ", "--", "--\u00a0"])
def test_signature_mark(mark: str) -> None:
    assert kinds(f"Hello.\n{mark}\nAnn Lee\nAcme\n")[Part.SIGNATURE].split() == [mark.strip(), "Ann", "Lee", "Acme"]


def test_a_rule_above_a_long_mail_is_no_signature() -> None:
    text = "News\n--\n" + "One more line of words.\n" * 40
    assert Part.SIGNATURE not in kinds(text)


FOOTERS = [
    "To unsubscribe, click here.",
    "You are receiving this email because you applied at Acme.",
    "This email was sent to jo@example.org.",
    "This message is confidential and may be privileged.",
    "This e-mail and any files are intended only for the person to whom it is addressed.",
    "Acme is an equal opportunity employer.",
    "We consider everybody without regard to race, color or religion.",
    "© 2026 Acme, Inc.\n1 Main Street, Springfield",
    "Diese E-Mail enthält vertrauliche Informationen.",
    "Geschäftsführer: Ann Lee\nAmtsgericht Berlin HRB 1234",
    "Ce message est strictement confidentiel.",
    "Vous recevez cet e-mail parce que vous avez postulé.",
    "Este mensaje es confidencial.",
    "Si no quiere recibir más correos puede darse de baja aquí.",
    "Privacy Policy | Help Center",
]


@pytest.mark.parametrize("footer", FOOTERS)
def test_small_print_at_the_end(footer: str) -> None:
    found = kinds(f"Hello Jo,\n\nunfortunately it is a no.\n\nBest regards,\nAnn\n\n{footer}\n")
    assert found[Part.FOOTER].strip() == footer
    assert found[Part.SIGNATURE].strip() == "Ann"


@pytest.mark.parametrize("footer", FOOTERS)
def test_small_print_alone_or_in_the_middle_stays_own(footer: str) -> None:
    assert kinds(footer) == {Part.OWN: footer}
    assert Part.FOOTER not in kinds(f"{footer}\n\nUnfortunately we have to say no, and we are very sorry about it.\n")


def test_small_print_below_the_words_in_one_paragraph() -> None:
    text = "Unfortunately we have decided to go on with others, and we wish you well.\nYou can unsubscribe here.\n"
    assert kinds(text)[Part.FOOTER].startswith("You can unsubscribe")


@pytest.mark.parametrize(
    ("subject", "text", "wanted"),
    [
        ("Fwd: Your application", "", True),
        ("WG: Ihre Bewerbung", "", True),
        ("TR: candidature", "", True),
        ("RV: candidatura", "", True),
        ("[Fwd: x]", "", True),
        ("Re: Fwd: Your application", "mine", False),
        ("Forward deployed engineer", "mine", False),
        ("", "look\n\n---------- Forwarded message ---------\nFrom: x", True),
        ("", "look\n\nBegin forwarded message:\n\n> From: x", True),
        ("", "mine\n\n-----Original Message-----\nFrom: x", False),
        ("", "> ---------- Forwarded message ---------\n> From: x", False),
        ("", "", False),
    ],
)
def test_is_forward(subject: str, text: str, wanted: bool) -> None:
    assert is_forward(subject, text) is wanted


LINES = st.sampled_from(
    [
        *ATTRIBUTIONS,
        *MARKS,
        *HEADERS,
        *SIGN_OFFS,
        *FOOTERS,
        "",
        "> theirs",
        ">> more",
        "words",
        "A sentence, and it goes on.",
        "-- ",
    ]
)


@given(st.lists(LINES | st.text(max_size=30), max_size=25).map("\n".join))
def test_parts_cover_the_text_without_gaps(text: str) -> None:
    parts = split_parts(text)
    assert "".join(text[span.start : span.end] for span, _ in parts) == text
    assert all(span.start < span.end for span, _ in parts)
    assert all(first is not second for (_, first), (_, second) in itertools.pairwise(parts))


@given(st.lists(LINES, max_size=20).map("\n".join))
def test_marked_lines_are_quoted_whatever_stands_around(text: str) -> None:
    for span, part in split_parts(text):
        if part is not Part.QUOTED:
            assert not any(line.startswith(">") for line in text[span.start : span.end].split("\n"))
