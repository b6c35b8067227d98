"""A mailbox full of rejections: each from its own person at its own company, so that each wants a letter of its own."""

from tests.support.rooms import wire

_SYLLABLES = ("al", "ber", "cor", "dun", "el", "fer", "gil", "hol", "is", "jor", "kel", "lor", "mar", "nor")
_NAMES = ("Ann", "Ben", "Cleo", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jana")
_ROLES = ("Data Engineer", "Nurse", "Office Manager", "Welder", "Translator", "Product Designer", "Accountant")


def company(number: int) -> str:
    """A name of its own for each number."""
    first, second = divmod(number, len(_SYLLABLES))
    third, first = divmod(first, len(_SYLLABLES))
    return (_SYLLABLES[first] + _SYLLABLES[second] + _SYLLABLES[third % 14] + "wick").capitalize()


def message_id(number: int) -> str:
    """The Message-ID of that rejection."""
    return f"<no-{number}@{company(number).lower()}.example>"


def rejection(number: int, days: float | None = None) -> bytes:
    """The rejection of that number, a few days before NOW, cooled off."""
    name, role = f"{_NAMES[number % 10]} {company(number)[:-4]}", _ROLES[number % 7]
    first = name.split()[0]
    text = (
        f"Hello Jo,\n\nThank you for applying for the {role} role at {company(number)}. After careful consideration we "
        "have decided not to move forward with your application. Unfortunately, you have not been selected for this role."
        f"\n\nBest regards,\n{first}\n"
    )
    return wire(
        text,
        id=message_id(number),
        days=3 + number % 20 if days is None else days,
        sender=f"{name} <{first.lower()}@{company(number).lower()}.example>",
        subject=f"Your application to {company(number)}",
    )


def rejections(count: int) -> list[bytes]:
    """Rejections 0 to count - 1."""
    return [rejection(number) for number in range(count)]


def small_talk(number: int) -> bytes:
    """A mail that is no rejection."""
    return wire(f"Lunch on Friday at {number}?", id=f"<talk-{number}@friend.example>", sender="Kit <kit@friend.example>",
                subject=f"Lunch {number}")  # fmt: skip
