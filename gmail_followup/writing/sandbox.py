"""The engine room of templates: Jinja2 that cannot leave the letter, cannot run for ever, and knows its lines.

Why steps and not a stopwatch: Jinja2 has no `while`, so a template can only run long by loops, calls and values that
grow. Each round of a loop and each call costs a step, each value and each printed character is counted, and the
counters stop it. That needs no thread (which cannot be killed), no signal (main thread and Unix only), no child process
(150 ms), and it decides the same way on every machine.

Where a line came from: while Jinja2 reads a template, marks of private-use characters are put before what is printed.
They are taken out of the finished text by `layout`. Stretches that the template keeps in a variable (macros, block
`set`) stay unmarked, so that comparing and measuring them gives the same as without marks.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from datetime import date
from hashlib import sha256
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound, TemplateRuntimeError, pass_context
from jinja2.compiler import CodeGenerator
from jinja2.environment import Environment
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.nodes import Concat
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from gmail_followup.writing import filters
from gmail_followup.writing.front import instead, nearest
from gmail_followup.writing.variables import ATTRIBUTES, VARIABLES, Facts

MAX_STEPS = 10_000
MAX_CHARS = 20_000
MAX_ITEMS = 1_000
MARK_OPEN, MARK_ZERO, MARK_CLOSE = "\ue0f0", 0xE100, "\ue0f1"

TOP_NAMES = tuple(v.name for v in VARIABLES if "." not in v.name)
GLOBALS = ("pick", "range", "namespace")
_STRING_METHODS = frozenset(("lower", "upper", "title", "capitalize", "strip", "startswith", "endswith", "split"))
_FILTERS = frozenset(
    ["capitalize", "count", "d", "default", "first", "last", "length", "list", "lower", "map", "max", "min", "reject"]
) | {"rejectattr", "reverse", "select", "selectattr", "sort", "title", "trim", "unique", "upper", "wordcount"}
_OURS = ("first_name", "join_words", "date_words", "a_an", "role_short", "possessive", "join", "replace")
FILTERS = tuple(sorted(_FILTERS | set(_OURS)))


class TooMuch(TemplateRuntimeError):
    """The template went beyond its bounds."""


class Meter:
    """What one rendering has used up so far."""

    __slots__ = ("chars", "facts", "steps")

    def __init__(self, facts: Facts | None) -> None:
        self.steps = 0
        self.chars = 0
        self.facts = facts

    def step(self, cost: int = 1) -> None:
        self.steps += cost
        if self.steps > MAX_STEPS:
            raise TooMuch("this runs too long for a letter")

    def printed(self, count: int) -> None:
        self.chars += count
        if self.chars > MAX_CHARS:
            raise TooMuch(f"this prints more than {MAX_CHARS:,} characters")


meter: ContextVar[Meter | None] = ContextVar("meter", default=None)


def _step(cost: int = 1) -> str:
    running = meter.get()
    if running is not None:
        running.step(cost)
    return ""


def _sized(value: Any) -> Any:
    limit = MAX_CHARS if isinstance(value, str) else MAX_ITEMS
    if isinstance(value, str | list | tuple | dict) and len(value) > limit:
        raise TooMuch("a value grows too large for a letter")
    if isinstance(value, int) and abs(value) > 10**15:
        raise TooMuch("a number grows too large for a letter")
    return value


def _printable(value: Any) -> str:
    """What may stand in a letter: words and numbers. `None`, lists and dates are a mistake in the template."""
    if isinstance(value, str):
        return value
    if isinstance(value, StrictUndefined):
        return str(value)  # raises, naming the variable
    if isinstance(value, bool) or value is None:
        raise TemplateRuntimeError(f"this would print `{value}`: the value is not known here; ask for it with if first")
    if isinstance(value, int | float):
        return str(_sized(value))
    if isinstance(value, date):
        raise TemplateRuntimeError("this would print a raw date: write it with | date_words")
    if isinstance(value, list | tuple):
        raise TemplateRuntimeError("this would print a raw list: write it with | join_words")
    raise TemplateRuntimeError("this would print something that is not text")


def _finalize(value: Any) -> str:
    text = _printable(value)
    running = meter.get()
    if running is not None:
        running.printed(len(text))
    return text


def _range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > MAX_ITEMS:
        raise TooMuch(f"range() gives at most {MAX_ITEMS:,} numbers")
    return numbers


def _pick(place: str, *wordings: str) -> str:
    """One of the wordings: the same for the same facts, another one for another application (see docs of `Facts`)."""
    if not wordings:
        raise TemplateRuntimeError("pick() needs at least one wording")
    running = meter.get()
    facts = running.facts if running is not None else None
    known_turn = facts is not None and facts.turn is not None
    seed = "" if facts is None else facts.company if known_turn else facts.key
    start = int.from_bytes(sha256(f"{seed}\0{place}".encode()).digest()[:8], "big")
    return wordings[(start + (facts.turn or 0 if facts is not None else 0)) % len(wordings)]


def _join(values: Iterable[Any], between: str = "") -> str:
    text = _printable(between).join(_printable(value) for value in values)
    return str(_sized(text))


def _replace(text: str, old: str, new: str) -> str:
    text, old, new = _printable(text), _printable(old), _printable(new)
    if len(text) + text.count(old) * len(new) > MAX_CHARS:
        raise TooMuch("a value grows too large for a letter")
    return text.replace(old, new)


def _in_language(function: Callable[[Any, str], str]) -> Callable[..., str]:
    @pass_context
    def filter_(context: Context, value: Any, language: str = "") -> str:
        return function(value, language or str(context.get("language", "en")))

    return filter_


class Missing(StrictUndefined):
    """An unknown name: says which, and which known one looks like it."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        name, owner = str(self._undefined_name), self._undefined_obj
        if issubclass(self._undefined_exception, SecurityError):
            return f"`{name}` reaches into Python itself; a letter may only use the documented variables"
        if owner is missing:
            return unknown_name(name)
        known = ATTRIBUTES.get(type(owner), ())
        close = nearest(name, known)
        return f"there is no `{name}` here" + (f"; did you mean `{close}`?" if close else "")


def unknown_name(name: str) -> str:
    """What to say of a variable that does not exist."""
    return f"there is no variable `{name}`. {instead(name, TOP_NAMES)}"


class _Code(CodeGenerator):
    """Compiles `a ~ b` to a joining that is measured."""

    def visit_Concat(self, node: Concat, frame: Any) -> None:
        self.write("environment.joined((")
        for child in node.nodes:
            self.visit(child, frame)
            self.write(", ")
        self.write("))")


_RAW = re.compile(r"\{%[-+]?\s*raw\b")
_ONLY_TAGS = re.compile(r"(?ms)^([ \t]*(?:(?:\{#(?:(?!#\}).)*#\}|\{%(?:(?!%\}).)*%\})[ \t]*)+)\n")


class LineMarks(Extension):
    """Rewrites the tokens of a template: line marks, steps in loops and macros, and a place for each `pick`."""

    _CAPTURES = frozenset(("macro", "filter", "call"))
    _ENDS = frozenset(("endmacro", "endfilter", "endcall", "endset"))
    _MARKED = frozenset(("include", "extends", "call", "filter", "block"))

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """Lines with nothing but tags and comments print no line.

        Jinja2's own `trim_blocks` also eats the line break after "Hello{% if x %} {{ x }}{% endif %}", and with it the
        blank line that begins a paragraph. Hiding the line break in a comment keeps the line numbers.
        """
        return source if _RAW.search(source) else _ONLY_TAGS.sub(r"\1{#\n#}", source)

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        tokens = list(stream)
        name = stream.name or ""
        marking = bool(name) and "/parts/" not in name
        cost = 1 + (tokens[-1].lineno if tokens else 0) // 50
        captured = picks = 0
        word = ""
        for index, token in enumerate(tokens):
            line, following = token.lineno, tokens[index + 1] if index + 1 < len(tokens) else token
            marked = marking and not captured
            if token.type == "data":
                yield Token(line, "data", _marked(token.value, line) if marked else token.value)
                continue
            if token.type == "block_begin":
                word = str(following.value)
                marked = marked and word in self._MARKED
                captures = word in self._CAPTURES or (word == "set" and not _assigns(tokens[index:]))
                captured += captures - (word in self._ENDS)
            if marked and token.type in ("variable_begin", "block_begin"):
                yield Token(line, "data", mark(line))
            yield token
            if token.type == "block_end" and word in ("for", "macro"):
                yield from _step_tokens(line, cost)
            if token.type == "lparen" and index and tokens[index - 1].test("name:pick"):
                picks += 1
                yield Token(line, "string", f"{name}#{picks}")
                if following.type != "rparen":
                    yield Token(line, "comma", ",")


def _assigns(tokens: list[Token]) -> bool:
    """Does this `{% set ... %}` have an equals sign (and so no block)?"""
    for token in tokens:
        if token.type == "block_end":
            return False
        if token.type == "assign":
            return True
    return False


def _step_tokens(line: int, cost: int) -> Iterator[Token]:
    for kind, value in (
        ("variable_begin", "{{"),
        ("name", "_step"),
        ("lparen", "("),
        ("integer", cost),
        ("rparen", ")"),
        ("variable_end", "}}"),
    ):
        yield Token(line, kind, value)  # type: ignore[arg-type]  # the lexer puts the number itself into integer tokens


def mark(line: int) -> str:
    """The mark that says: from here on the text comes from this template line."""
    return MARK_OPEN + "".join(chr(MARK_ZERO + int(digit)) for digit in str(line)) + MARK_CLOSE


def _marked(text: str, line: int) -> str:
    return "\n".join(mark(line + i) + part for i, part in enumerate(text.split("\n")))


class Files(BaseLoader):
    """Serves templates from memory; `sources` maps "en/applied.j2" to (text to compile, path to name in errors)."""

    def __init__(self, sources: dict[str, tuple[str, str]]) -> None:
        self.sources = sources

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002
        if template not in self.sources:
            raise TemplateNotFound(template)
        text, path = self.sources[template]
        return text, path, lambda: True


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 for letters: few filters, few globals, everything measured."""

    code_generator_class = _Code
    intercepted_binops = frozenset(("+", "*", "**", "%"))

    def __init__(self, sources: dict[str, tuple[str, str]]) -> None:
        super().__init__(
            loader=Files(sources),
            undefined=Missing,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
            finalize=_finalize,
            extensions=[LineMarks],
        )
        self.trees: dict[str, Any] = {}
        """Syntax trees by template key, kept while a set is loaded: parsing is most of the work."""
        self.globals = {"pick": _pick, "range": _range, "namespace": self.globals["namespace"], "_step": _step}
        self.filters = {name: function for name, function in self.filters.items() if name in _FILTERS}
        for simple in ("first_name", "a_an", "role_short"):
            self.filters[simple] = getattr(filters, simple)
        for spoken in ("join_words", "date_words", "possessive"):
            self.filters[spoken] = _in_language(getattr(filters, spoken))
        self.filters.update(join=_join, replace=_replace)

    def join_path(self, template: str, parent: str) -> str:
        """`parts/x.j2` belongs to the language of the letter that asks for it."""
        language = parent.partition("/")[0]
        return template if template.partition("/")[0] != "parts" else f"{language}/{template}"

    def joined(self, values: tuple[Any, ...]) -> str:
        """`a ~ b`: like printing both."""
        return str(_sized("".join(_printable(value) for value in values)))

    def wrap_str_format(self, value: Any) -> None:  # noqa: ARG002
        """No `"{:1000000}".format(...)`: Jinja2 would let it pass before `is_safe_attribute` is asked."""
        return

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str):
            return attr in _STRING_METHODS
        if isinstance(obj, date):
            return attr in ("year", "month", "day")
        if isinstance(obj, int | float | bytes):
            return False
        return bool(super().is_safe_attribute(obj, attr, value))

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        _step()
        return super().call(__context, __obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        if operator == "%" and isinstance(left, str):
            raise SecurityError("% works on numbers only; join words with ~")
        if operator == "**" or (operator == "*" and not (_number(left) and _number(right))):
            raise TooMuch(f"`{operator}` works on small numbers only, and not on text")
        if operator == "+" and isinstance(left, str) and not isinstance(right, str):
            raise TemplateRuntimeError("join words with ~")
        return _sized(self.binop_table[operator](left, right))


def _number(value: Any) -> bool:
    return isinstance(value, int | float)
