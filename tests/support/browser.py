"""A browser without a screen: opens the authorisation page, presses what a test tells it to, follows the redirects."""

import contextlib
import http.client
import threading
import webbrowser
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class ScriptedBrowser(webbrowser.BaseBrowser):
    """For `InstalledAppFlow.run_local_server(browser=...)` and for addresses printed with --no-browser.

    email: whose button to press where a page asks who one is (the emulator's does; the fake's answers with a redirect).
    It only ever talks to loopback addresses.
    """

    def __init__(self, email: str = "") -> None:
        super().__init__("scripted")
        self.email = email
        self.visited: list[str] = []
        self.status = 0
        """Status of the last page."""
        self.page = ""
        self.errors: list[BaseException] = []
        self._threads: list[threading.Thread] = []

    def register(self) -> "ScriptedBrowser":
        """Makes it known to the standard library's webbrowser under `name`."""
        self.name = f"scripted-{id(self)}"
        webbrowser.register(self.name, None, self)
        return self

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        """Starts the visit and returns: the caller begins to listen for the redirect only afterwards."""
        thread = threading.Thread(target=self._open, args=(url,), daemon=True)
        self._threads.append(thread)
        thread.start()
        return True

    def _open(self, url: str) -> None:
        try:
            self.visit(url)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.errors.append(error)

    def join(self, seconds: float = 10.0) -> None:
        """Waits for the visits that `open` began and raises what went wrong in them."""
        for thread in self._threads:
            thread.join(seconds)
            assert not thread.is_alive(), "the scripted browser still waits for an answer"
        if self.errors:
            raise self.errors[0]

    def visit(self, url: str) -> str:
        """The text of the page at the end of all redirects and of the form of `email`."""
        method, body = "GET", ""
        for _ in range(6):
            location = self._fetch(method, url, body)
            if location:
                method, body, url = "GET", "", urljoin(url, location)
                continue
            form = _Forms.of(self.page).get(self.email) if self.email and self.status == 200 else None
            if form is None:
                return self.page
            method, body, url = "POST", urlencode(form.fields), urljoin(url, form.action)
        raise ValueError("too many redirects")

    def _fetch(self, method: str, url: str, body: str) -> str:
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in _LOOPBACK:
            raise ValueError(f"not a loopback address: {parts.scheme}://{parts.hostname}")
        self.visited.append(url)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
        with contextlib.closing(connection):
            connection.request(method, f"{parts.path or '/'}?{parts.query}", body or None, headers)
            answer = connection.getresponse()
            self.status = answer.status
            self.page = answer.read().decode("utf-8", "replace")
            return answer.getheader("Location", "") if answer.status in (301, 302, 303, 307) else ""


class _Form:
    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: dict[str, str] = {}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[_Form] = []

    @classmethod
    def of(cls, page: str) -> dict[str, _Form]:
        """The forms of a page by the e-mail address that they send."""
        parser = cls()
        parser.feed(page)
        return {form.fields.get("email", ""): form for form in parser.found}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.found.append(_Form(values.get("action", "")))
        elif tag == "input" and self.found and "name" in values:
            self.found[-1].fields[values["name"]] = values.get("value", "")
