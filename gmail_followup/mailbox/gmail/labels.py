"""The user's labels: names to ids, made when they are missing."""

from collections.abc import Iterable

from gmail_followup.errors import Exit, UserError
from gmail_followup.mailbox.gmail.failures import Refused
from gmail_followup.mailbox.gmail.service import Api
from gmail_followup.mailbox.protocol import AmbiguousWrite


class Labels:
    """Knows the ids of labels by name, in any case, as Gmail does. 1 unit a run, and 5 units for a new label."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._ids: dict[str, str] | None = None

    def ids(self, names: Iterable[str], *, create: bool) -> list[str]:
        """The ids of those names; missing ones are created, parents first, or left out."""
        found = []
        for name in names:
            key = self._find(name)
            if key is None and create:
                for end in [i for i, c in enumerate(name) if c == "/"]:
                    # Gmail shows `A/B` below `A` only where `A` exists.
                    self._find(name[:end]) or self._create(name[:end])
                key = self._create(name)
            if key is not None:
                found.append(key)
        return found

    def forget(self) -> None:
        """Ask again: an id was not accepted."""
        self._ids = None

    def _known(self) -> dict[str, str]:
        if self._ids is None:
            answer = self._api.call(self._api.users.labels().list(userId="me"))
            self._ids = {}
            for label in answer.get("labels") or ():
                # Gmail's own labels (INBOX, TRASH ...) are not ours to put on or take off.
                own = label.get("type") != "system"
                self._ids[str(label.get("name", "")).casefold()] = str(label["id"]) if own else ""
        return self._ids

    def _find(self, name: str) -> str | None:
        key = self._known().get(name.casefold())
        if key == "":
            raise _not_ours(name)
        return key

    def _create(self, name: str) -> str:
        body = {"name": name, "labelListVisibility": "labelShow", "messageListVisibility": "show"}
        try:
            key = str(self._api.call(self._api.users.labels().create(userId="me", body=body))["id"])
        except (Refused, AmbiguousWrite) as error:
            # 409: somebody was faster. A lost answer: it may be there now. Both are seen in a new list.
            if isinstance(error, Refused) and error.status not in (400, 409):
                raise
            self.forget()
            found = self._find(name)
            if found is None:
                raise _not_ours(name) from None
            return found
        self._known()[name.casefold()] = key
        return key


def _not_ours(name: str) -> UserError:
    return UserError(
        f"Gmail did not accept the label '{name}'.",
        fix="Choose another name for it in [gmail.labels] of config.toml; Gmail keeps some names for itself.",
        code=Exit.ACCOUNT,
    )
