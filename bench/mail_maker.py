"""Mail from a seed, as it lies in an inbox: what `bench/scan.py` measures on. Everybody and everything in it is invented."""

import base64
import quopri
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

_NAMES = [
    "Anna",
    "Bela",
    "Carlos",
    "Dewi",
    "Emil",
    "Farah",
    "Goran",
    "Hana",
    "Iris",
    "Jonas",
    "Kaya",
    "Lena",
    "Mato",
    "Nora",
    "Otis",
    "Pia",
    "Quinn",
    "Rosa",
    "Sven",
    "Tara",
    "Ugo",
    "Vera",
]
_LAST = [
    "Abel",
    "Brandt",
    "Castro",
    "Dunn",
    "Ekman",
    "Ferro",
    "Graf",
    "Horn",
    "Ibsen",
    "Jansen",
    "Kern",
    "Lind",
    "Moreau",
    "Nowak",
    "Ortiz",
    "Pohl",
    "Rossi",
    "Sander",
    "Toth",
    "Weiss",
]
_SHOPS = [
    "Fernhill",
    "Bluebarn",
    "Oakline",
    "Tidewater",
    "Larkspur",
    "Ninepin",
    "Copperleaf",
    "Mapleton",
    "Sundial",
    "Riverbed",
    "Quillon",
    "Saltmarsh",
]
_THINGS = [
    "lamp",
    "kettle",
    "jacket",
    "backpack",
    "notebook",
    "keyboard",
    "blanket",
    "bicycle",
    "tent",
    "poster",
    "mug",
    "chair",
    "candle",
    "headset",
    "charger",
    "scarf",
    "printer",
    "shelf",
    "carpet",
    "mirror",
    "umbrella",
    "teapot",
    "monitor",
    "sweater",
    "wallet",
    "watch",
    "speaker",
    "drill",
    "ladder",
    "pillow",
]
_TOPICS = [
    "weather",
    "garden",
    "library",
    "council",
    "budget",
    "festival",
    "railway",
    "harbour",
    "museum",
    "school",
    "election",
    "recipe",
    "software",
    "database",
    "holiday",
    "marathon",
    "orchestra",
    "neighbour",
    "insurance",
    "energy",
    "traffic",
    "bakery",
    "theatre",
    "concert",
    "climate",
    "kitchen",
]
_VERBS = [
    "open",
    "close",
    "review",
    "repair",
    "move",
    "discuss",
    "visit",
    "publish",
    "paint",
    "measure",
    "deliver",
    "compare",
    "prepare",
    "test",
    "extend",
]
_WHEN = [
    "today",
    "tomorrow",
    "next week",
    "on Monday",
    "this spring",
    "by the end of the month",
    "over the weekend",
    "in October",
    "after lunch",
]

_SAID_IN_A_MAIL = 14
_CHATTER = (
    "The {topic} group will meet {when}, and {name} is going to bring the {thing}.",
    "I have not seen the {thing} since we {verb}ed it, but {name} may know more.",
    "Could you {verb} the {topic} page before {name} sends it out?",
    "However the {topic} turns out, we should not forget to thank {name}.",
    "We were able to {verb} most of it {when}; the rest has to wait.",
    "Please find the notes about the {topic} below and tell me what you think.",
    "It was a difficult choice between the {thing} and the {thing}.",
    "{name} asked whether the {topic} project is still on hold or moving on {when}.",
    "Thank you for your help with the {topic}, it made a real difference.",
    "We could not {verb} the {thing} because the {topic} office was closed.",
    "There will be another chance to {verb} it {when}.",
    "My sister started a new job {when} and she likes it so far.",
    "The {topic} committee has selected three proposals for the final round.",
    "If you are free {when}, let us {verb} the {thing} together.",
    "{name} said that the {thing} costs {number} euros, which is more than I expected.",
    "Nobody has answered my question about the {topic} yet.",
    "I will send you the {topic} figures {when}, as soon as {name} has checked them.",
    "The train was late again, so I missed the start of the {topic} talk.",
    "Shall we {verb} the {topic} plan in the small room or in the large one?",
    "The new timetable of the {topic} line starts {when}, and the last bus leaves at {number}.",
    "I put the {thing} into the cupboard next to the door, behind the {thing}.",
    "{name} and {name} want to {verb} the old {thing} before the {topic} fair begins.",
    "Here are the minutes of the {topic} evening; page {number} has the list of names.",
    "Do you remember the {thing} that we bought at the flea market {when}?",
    "The plumber comes {when} between nine and eleven to look at the tap.",
    "Our street will be closed for the {topic} race, so come on foot or by tram.",
    "The children built a {thing} out of paper and showed it to {name}.",
    "Attached you find the invoice for the {thing}, number {number}.",
    "If the weather holds, we can {verb} the fence and water the tomatoes.",
    "The {topic} lecture was full, people were sitting on the stairs.",
    "{name} sends greetings from the coast, where it has been raining for days.",
    "Grandmother asked me to {verb} her radio, which only plays the {topic} channel.",
    "There are {number} photos in the album; the one with the {thing} is my favourite.",
    "The library wants the book about {topic} back {when}.",
    "You can park behind the {topic} hall, the gate is open until eight.",
    "Yesterday the dog ran off with a {thing} and came back without it.",
    "The choir rehearses {when}; bring the blue folder and a pencil.",
    "Could {name} lend us the big {thing} for the summer party?",
    "We counted {number} birds at the lake, among them two herons.",
    "The {topic} section of the paper had a long piece on {name}.",
    "Please water the plants on the balcony while we are away {when}.",
    "The bread turned out well this time, with a little more salt and less yeast.",
    "I found the receipt for the {thing}: it cost {number} euros two years ago.",
    "The heating has been repaired, and the flat is warm once more.",
    "{name} would like to show us how to {verb} a {thing} properly.",
    "After the {topic} concert we had soup at the corner and walked home.",
    "The school asks parents to bring a {thing} and a cake {when}.",
    "Somebody left a {thing} in the hall, perhaps it belongs to {name}.",
    "We drove {number} kilometres and stopped twice for coffee.",
    "The {topic} museum has a room full of clocks, all of them running.",
    "My phone was in the pocket of the other coat the whole time.",
    "Let me know which {thing} you prefer, the red one or the green one.",
    "The neighbours planted a cherry tree where the {thing} used to stand.",
    "Tea at four {when}? I will bring the biscuits from the {topic} shop.",
    "The ferry was cancelled because of the wind, so we took the train.",
    "{name} has learned to {verb} and now does it all day.",
    "For the {topic} quiz we need a fifth person who knows about rivers.",
    "The soup needs an hour; in the meantime you can {verb} the table.",
    "They are painting the {topic} bridge in a rather bright yellow.",
)
_ADVERTS = (
    "Save up to {number} % on every {thing} {when}.",
    "Our new {thing} is here, and it goes well with the {thing} that you liked.",
    "Free delivery for orders above {number} euros, {when} only.",
    "Read how {name} turned an old {thing} into a {thing}.",
    "The {topic} edition: what you should not miss {when}.",
    "You have not opened our {topic} mails for a while. Here is what is new.",
    "Five ideas for your {topic}, from our readers.",
    "Unfortunately the {thing} sold out in {number} minutes; the next lot comes {when}.",
    "Looking for a career in {topic}? Our partners are hiring {when}.",
    "This week in {topic}: {name} talks about the opportunity of a lifetime.",
    "Other customers also bought the {thing} and the {thing}.",
    "We selected {number} offers that match your interests.",
    "Apply the code SAVE{number} when you pay.",
    "How to {verb} a {thing} without a {thing}, step by step.",
    "Tickets for the {topic} night go on sale {when}.",
)
_GERMAN = (
    "Das Treffen zum Thema {topic} ist {number} Tage später, leider können nicht alle kommen.",
    "Können Sie bitte prüfen, ob die Überweisung von {number} Euro schon eingegangen ist?",
    "{name} hat die Unterlagen für die Wohnung geschickt, sie sind noch nicht vollständig.",
    "Die neue Küche ist fertig, und das Fenster passt jetzt auch.",
    "Vielen Dank für die schönen Fotos, die Kinder haben sich sehr gefreut.",
)
_FRENCH = (
    "La réunion de {topic} est reportée, nous ne pouvons pas encore dire à quelle date.",
    "Merci pour les photos de l'été, les enfants étaient très contents.",
    "{name} a déjà envoyé la facture de {number} euros, elle n'est pas complète.",
    "Malheureusement le train avait du retard et nous avons raté le début.",
)
_REFUSALS = (
    "Thank you for applying for the {role} position at {shop}. After careful consideration we have decided not to move "
    "forward with your application. We wish you every success in your job search.",
    "Thank you for your interest in the {role} role at {shop}. Unfortunately, we have decided to proceed with other "
    "candidates whose experience more closely matches our needs.",
    "We appreciate the time you took to interview for the {role} position. We regret to inform you that you have not been "
    "selected for this role.",
    "Thank you for applying to {shop}. The {role} position has been filled, and we are no longer recruiting for it. We will "
    "keep your resume on file.",
)
_NEAR_MISSES = (
    "The position of the {thing} in the photo is not quite right.",
    "We have decided to go with another {thing}, which fits the kitchen better.",
    "The position of the {thing} has been taken by {name}.",
    "If your application is not successful, you will get the fee for the {topic} course back.",
    "Wir haben uns für ein anderes Modell entschieden, das besser in die Küche passt.",
    "Unfortunately your application for the {topic} card is not complete.",
)
_ROLES = ("Data Engineer", "Office Manager", "Nurse", "Product Designer", "Accountant", "Software Developer", "Teacher")
_ACKNOWLEDGED = (
    "Thank you for applying for the {role} position at {shop}. We have received your application and will review it. If "
    "your profile matches, we will contact you for an interview.",
)


class Maker:
    """Makes mails one by one; the same seed makes the same bytes."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._number = 0
        self._moment = datetime(2024, 1, 1, 8, tzinfo=UTC)

    def mails(self, size: int) -> Iterator[tuple[bytes, bool]]:
        """Mails until their bytes come to `size`, each with whether it is a rejection."""
        kinds: list[tuple[float, Callable[[], bytes]]] = [
            (0.36, self.plain), (0.14, self.newsletter), (0.12, self.html_only), (0.08, self.encoded), (0.07, self.quoted_printable),
            (0.08, self.attachment), (0.05, self.other_charset), (0.08, self.reply), (0.01, self.acknowledgement), (0.01, self.near_miss),
        ]  # fmt: skip
        made = 0
        while made < size:
            rejection = self.random.random() < 0.01
            make = self.rejection if rejection else self.random.choices([k for _, k in kinds], [w for w, _ in kinds])[0]
            data = make()
            made += len(data)
            yield data, rejection

    def sentence(self, bank: tuple[str, ...]) -> str:
        pick = self.random.choice
        return pick(bank).format(
            topic=pick(_TOPICS), name=pick(_NAMES), thing=pick(_THINGS), verb=pick(_VERBS), when=pick(_WHEN),
            number=self.random.randint(2, 990), role=pick(_ROLES), shop=pick(_SHOPS),
        )  # fmt: skip

    def paragraphs(self, bank: tuple[str, ...], size: int) -> str:
        done: list[str] = []
        length = 0
        # Nobody says everything in every mail.
        bank = tuple(self.random.sample(bank, min(len(bank), _SAID_IN_A_MAIL)))
        while length < size:
            text = " ".join(self.sentence(bank) for _ in range(self.random.randint(2, 6)))
            length += len(text)
            done.append(_wrapped(text, 76))
        return "\n\n".join(done)

    def letter(self, bank: tuple[str, ...] = _CHATTER, size: int = 0) -> str:
        name = self.random.choice(_NAMES)
        body = self.paragraphs(bank, size or self.random.randint(400, 5_000))
        return f"Hi {self.random.choice(_NAMES)},\n\n{body}\n\nBest regards\n{name} {self.random.choice(_LAST)}\n"

    def head(self, subject: str, kind: str, encoding: str = "7bit", sender: str = "") -> str:
        self._number += 1
        self._moment += timedelta(minutes=self.random.randint(3, 90))
        pick = self.random.choice
        sender = sender or f"{pick(_NAMES)} {pick(_LAST)} <{pick(_NAMES).lower()}@{pick(_SHOPS).lower()}.example>"
        stamp = format_datetime(self._moment)
        relays = "".join(
            f"Received: from mx{i}.{pick(_SHOPS).lower()}.example (mx{i}.example [192.0.2.{self.random.randint(1, 250)}])\n"
            f"        by mx.mail.example with ESMTPS id {self.random.getrandbits(60):x}\n"
            f"        for <me@mail.example>; {stamp}\n"
            for i in range(3)
        )
        signed = _wrapped(base64.b64encode(self.random.randbytes(256)).decode(), 72, "        ")
        return (
            f"Delivered-To: me@mail.example\n{relays}"
            f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=mail.example; s=k1;\n        b={signed}\n"
            f"MIME-Version: 1.0\nFrom: {sender}\nTo: me@mail.example\nSubject: {subject}\nDate: {stamp}\n"
            f"Message-ID: <{self._number}.{self.random.getrandbits(64):x}@mail.example>\nContent-Type: {kind}\n"
            f"Content-Transfer-Encoding: {encoding}\n\n"
        )

    def plain(self) -> bytes:
        return (self.head(self.sentence(_CHATTER)[:60], "text/plain; charset=us-ascii") + self.letter()).encode()

    def encoded(self) -> bytes:
        head = self.head(_word("Nächstes Treffen"), 'text/plain; charset="utf-8"', "base64")
        return head.encode() + base64.encodebytes(self.letter(_CHATTER + _GERMAN).encode())

    def quoted_printable(self) -> bytes:
        head = self.head(_word("Grüße"), "text/plain; charset=utf-8", "quoted-printable")
        return head.encode() + quopri.encodestring(self.letter(_GERMAN).encode())

    def other_charset(self) -> bytes:
        charset = self.random.choice(("iso-8859-1", "windows-1252", "iso-8859-15"))
        head = self.head("Photos", f"text/plain; charset={charset}", "8bit")
        return head.encode() + self.letter(_FRENCH if charset == "iso-8859-15" else _GERMAN).encode(charset, "replace")

    def reply(self) -> bytes:
        earlier = self.letter()
        quoted = "".join(f"> {line}\n" for line in earlier.splitlines())
        text = f"{self.letter(size=600)}\nOn Mon, 6 May 2024 at 10:12, {self.random.choice(_NAMES)} <a@b.example> wrote:\n\n{quoted}"
        return (self.head("Re: " + self.sentence(_CHATTER)[:50], "text/plain; charset=utf-8") + text).encode()

    def attachment(self) -> bytes:
        mark = f"mix{self.random.getrandbits(60):x}"
        data = base64.encodebytes(self.random.randbytes(self.random.randint(20_000, 200_000))).decode()
        text = self.letter(size=500)
        return (
            self.head("The files", f'multipart/mixed; boundary="{mark}"')
            + f"--{mark}\nContent-Type: text/plain; charset=utf-8\n\n{text}\n--{mark}\nContent-Type: application/pdf; name=scan.pdf\n"
            f"Content-Disposition: attachment; filename=scan.pdf\nContent-Transfer-Encoding: base64\n\n{data}--{mark}--\n"
        ).encode()

    def newsletter(self) -> bytes:
        """With a plain text beside the HTML, as most senders do it."""
        mark = f"alt{self.random.getrandbits(60):x}"
        html = self.html(self.random.randint(20_000, 70_000))
        text = self.letter(_ADVERTS, 2_000)
        return (
            self.head(
                "Our news for you",
                f'multipart/alternative; boundary="{mark}"',
                sender=f"News <news@{self.random.choice(_SHOPS).lower()}.example>",
            )
            + f"--{mark}\nContent-Type: text/plain; charset=utf-8\n\n{text}\n--{mark}\nContent-Type: text/html; charset=utf-8\n"
            f"Content-Transfer-Encoding: quoted-printable\n\n{quopri.encodestring(html.encode()).decode()}\n--{mark}--\n"
        ).encode()

    def html_only(self) -> bytes:
        html = self.html(self.random.randint(18_000, 62_000))
        if self.random.random() < 0.3:
            return self.head("Only this week", "text/html; charset=utf-8", "base64").encode() + base64.encodebytes(
                html.encode()
            )
        return self.head(
            "Only this week", "text/html; charset=utf-8", "quoted-printable"
        ).encode() + quopri.encodestring(html.encode())

    def html(self, size: int) -> str:
        """Nested tables with styles, as newsletter builders write them."""
        parts = [_HTML_HEAD]
        length = len(_HTML_HEAD)
        while length < size:
            shop = self.random.choice(_SHOPS).lower()
            block = _HTML_BLOCK.format(
                width=self.random.randint(200, 640), link=f"https://click.{shop}.example/c/{self.random.getrandbits(180):x}",
                image=f"https://img.{shop}.example/{self.random.getrandbits(90):x}.png", title=self.sentence(_ADVERTS),
                text=self.sentence(_ADVERTS), more=self.sentence(_CHATTER),
            )  # fmt: skip
            length += len(block)
            parts.append(block)
        parts.append(
            '<p style="font-size:11px">You are receiving this because you signed up. <a href="https://x.example/u">Unsubscribe</a></p></body></html>'
        )
        return "\n".join(parts)

    def rejection(self) -> bytes:
        text = f"Dear Alex,\n\n{_wrapped(self.sentence(_REFUSALS), 76)}\n\nKind regards\n{self.random.choice(_SHOPS)} Recruiting Team\n"
        sender = f"{self.random.choice(_SHOPS)} Careers <no-reply@hire.example>"
        form = self.random.randrange(4)
        if form == 0:
            return (self.head("Your application", "text/plain; charset=utf-8", sender=sender) + text).encode()
        if form == 1:
            head = self.head("Your application", "text/plain; charset=utf-8", "base64", sender)
            return head.encode() + base64.encodebytes(text.encode())
        html = _HTML_HEAD + "".join(f"<p>{part}</p>\n" for part in text.split("\n\n")) + "</body></html>"
        if form == 2:
            head = self.head("Update on your application", "text/html; charset=utf-8", "quoted-printable", sender)
            return head.encode() + quopri.encodestring(html.encode())
        return self.head(
            "Your application", "text/html; charset=utf-8", "base64", sender
        ).encode() + base64.encodebytes(html.encode())

    def acknowledgement(self) -> bytes:
        text = f"Dear Alex,\n\n{_wrapped(self.sentence(_ACKNOWLEDGED), 76)}\n\nKind regards\nThe Recruiting Team\n"
        return (
            self.head("We have your application", "text/plain; charset=utf-8", sender="Jobs <jobs@hire.example>") + text
        ).encode()

    def near_miss(self) -> bytes:
        """Words of refusal that are about something else, or about nothing yet."""
        text = self.letter((*_CHATTER, *_NEAR_MISSES), 800)
        return (self.head(self.sentence(_NEAR_MISSES)[:60], "text/plain; charset=utf-8") + text).encode()


def write_mbox(path: str, seed: int, size: int) -> tuple[int, int]:
    """Writes an mbox of about `size` bytes; how many mails it holds, and how many of them are rejections."""
    count = rejections = 0
    with open(path, "wb") as file:  # noqa: PTH123
        for data, rejection in Maker(seed).mails(size):
            file.write(b"From 1790000000000000000@xxx Mon Jan 01 08:00:00 +0000 2024\n")
            file.write(data.replace(b"\nFrom ", b"\n>From ") + (b"\n" if data.endswith(b"\n") else b"\n\n"))
            count += 1
            rejections += rejection
    return count, rejections


def _word(text: str) -> str:
    return f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="


def _wrapped(text: str, width: int, indent: str = "") -> str:
    lines: list[str] = []
    line = ""
    for word in text.split() if " " in text else (text[i : i + width] for i in range(0, len(text), width)):
        if line and len(line) + len(word) + 1 > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return f"\n{indent}".join([*lines, line])


_HTML_HEAD = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>News</title><style>
body {margin: 0; padding: 0; font-family: Helvetica, Arial, sans-serif} table {border-collapse: collapse}
@media only screen and (max-width: 600px) {.column {width: 100% !important; display: block !important}}
.button a {color: #ffffff; text-decoration: none; font-weight: bold} .small {font-size: 11px; line-height: 16px}
</style></head><body style="background-color:#f4f4f4">"""
_HTML_BLOCK = """<table role="presentation" width="{width}" cellpadding="0" cellspacing="0" border="0" align="center" style="max-width:640px;margin:0 auto">
<tr><td class="column" style="padding:12px 24px;background-color:#ffffff;font-family:Helvetica,Arial,sans-serif">
<a href="{link}" target="_blank"><img src="{image}" width="{width}" height="180" alt="" style="display:block;border:0"></a></td></tr>
<tr><td style="padding:0 24px;color:#333333;font-size:22px;line-height:28px"><strong>{title}</strong></td></tr>
<tr><td style="padding:8px 24px;color:#555555;font-size:15px;line-height:22px"><span style="color:#777777">{text}</span><br>{more}&nbsp;</td></tr>
<tr><td class="button" style="padding:12px 24px"><a href="{link}" style="background:#225588;padding:10px 20px;border-radius:4px">See&nbsp;more</a></td></tr></table>"""
