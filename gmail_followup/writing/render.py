"""Template and facts in, letter out. The same facts give the same letter."""

from typing import Any

from gmail_followup.errors import FileError
from gmail_followup.writing.letter import Letter
from gmail_followup.writing.templates import Template, TemplateSet
from gmail_followup.writing.variables import Facts, plain

_BOUNDS = "A letter needs few steps and few words: look for a loop, or a macro or part that calls itself."


def render(templates: TemplateSet, template: Template, facts: Facts, *, thread_subject: str = "") -> Letter:
    """The letter that `template` makes of `facts`.

    thread_subject: the subject of the mail that is answered; a reply always keeps it, so that Gmail keeps the thread.
    "" writes a new message, whose subject comes from the template.
    Raises FileError (file, line, fix) if the template has a mistake, asks for what does not exist, or runs too long.
    """
    if template.problem is not None:
        raise template.problem
    if template.front is None:
        raise FileError(template.path, 1, "the head is missing")
    from gmail_followup.writing.layout import lay_out

    front = template.front
    printed = _run(templates, template, facts)
    text, lines = lay_out(printed, front.body_line)
    if not text:
        raise FileError(
            template.path, front.body_line, "the letter comes out empty", fix="Write some text below the head."
        )
    return Letter(
        template=template.name,
        path=template.path,
        language=template.language,
        subject=_subject(templates, template, facts, thread_subject),
        text=text,
        moves=front.moves,
        lines=lines,
        names=facts.names,
        max_words=front.max_words,
        never=front.never,
        to_fill=front.to_fill,
    )


def _run(templates: TemplateSet, template: Template, facts: Facts) -> str:
    from gmail_followup.writing import sandbox
    from gmail_followup.writing.layout import last_line

    token = sandbox.meter.set(sandbox.Meter(facts))
    pieces: list[str] = []
    size = 0
    try:
        compiled = templates.engine.get_template(template.key)
        for piece in compiled.generate(**facts.context()):
            size += len(piece)
            # The marks count as well: they are at most ten characters a line.
            if size > 2 * sandbox.MAX_CHARS:
                what = f"this prints more than {sandbox.MAX_CHARS:,} characters"
                raise FileError(template.path, last_line("".join(pieces)), what, fix=_BOUNDS)
            pieces.append(piece)
        return "".join(pieces)
    except Exception as error:
        raise _explained(error, template.path) from None
    finally:
        sandbox.meter.reset(token)


def _subject(templates: TemplateSet, template: Template, facts: Facts, thread_subject: str) -> str:
    if thread_subject.strip():
        from gmail_followup.mail.threads import reply_subject

        return reply_subject(thread_subject)
    front = template.front
    if front is None or not front.subject:
        return ""
    from gmail_followup.writing import sandbox
    from gmail_followup.writing.layout import unmarked

    token = sandbox.meter.set(sandbox.Meter(facts))
    try:
        return plain(unmarked(templates.engine.from_string(front.subject).render(**facts.context())))
    except Exception as error:
        explained = _explained(error, template.path)
        raise FileError(
            template.path, front.subject_line, f"in the subject: {_bare(explained)}", fix=explained.fix
        ) from None
    finally:
        sandbox.meter.reset(token)


def _bare(error: FileError) -> str:
    where = error.path if error.line is None else f"{error.path}:{error.line}"
    return error.what.removeprefix(f"{where}: ")


def _explained(error: Exception, path: str) -> FileError:
    """Any mistake of a template as file, line, what and fix. No values are repeated: they come from the user's mail."""
    from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError
    from jinja2.exceptions import SecurityError, TemplateError

    from gmail_followup.writing.sandbox import TooMuch

    if isinstance(error, FileError):
        return error
    where, line = _place(error, path)
    if isinstance(error, TemplateSyntaxError):
        return FileError(
            error.filename or where,
            error.lineno,
            f"not valid template syntax: {error.message}",
            fix="Correct the line.",
        )
    if isinstance(error, TooMuch):
        return FileError(where, line, str(error), fix=_BOUNDS)
    if isinstance(error, RecursionError | MemoryError):
        return FileError(where, line, "a macro or a part calls itself without end", fix=_BOUNDS)
    if isinstance(error, TemplateNotFound):
        return FileError(
            where, line, f"there is no file `{error.name}` to include", fix="Put it beside the shipped ones in parts/."
        )
    if isinstance(error, SecurityError):
        return FileError(where, line, str(error), fix="Use the documented variables: gmail-followup templates vars.")
    if isinstance(error, UndefinedError):
        return FileError(where, line, str(error), fix="See all of them: gmail-followup templates vars.")
    if isinstance(error, TemplateError):
        return FileError(where, line, str(error), fix="Example: {% if learned %}{{ learned }}{% endif %}")
    return FileError(
        where, line, f"this cannot be worked out ({type(error).__name__})", fix="Write the line more simply."
    )


def _place(error: BaseException, path: str) -> tuple[str, int | None]:
    """The innermost template file and line in a traceback."""
    found: tuple[str, int | None] = (path, None)
    frame: Any = error.__traceback__
    while frame is not None:
        compiled = frame.tb_frame.f_globals.get("__jinja_template__")
        if compiled is not None:
            found = (compiled.filename or path, compiled.get_corresponding_lineno(frame.tb_lineno))
        elif "<template>" not in frame.tb_frame.f_code.co_filename and frame.tb_frame.f_code.co_filename.endswith(
            ".j2"
        ):
            # `Template.generate` has already put the file and line in place of the compiled code.
            found = (frame.tb_frame.f_code.co_filename, frame.tb_lineno)
        frame = frame.tb_next
    return found
