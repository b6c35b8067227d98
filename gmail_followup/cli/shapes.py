"""The JSON shapes that others rely on (docs/contracts.md)."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gmail_followup.mail.message import Message
from gmail_followup.reading.values import Verdict

if TYPE_CHECKING:
    from gmail_followup.proofing.finding import Finding, Report
    from gmail_followup.rooms import Outcome


def iso(moment: datetime | None) -> str | None:
    """UTC with a Z, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def scan_line(source: str, message: Message, verdict: Verdict) -> dict[str, Any]:
    """A line of `scan --json`."""
    return {
        "id": message.id,
        "source": source,
        "date": iso(message.date),
        "from": str(message.from_),
        "subject": message.subject,
        "verdict": "rejection" if verdict.is_rejection else "other",
        "kind": verdict.kind.value,
        "score": verdict.score,
        "stage": verdict.stage.value,
        "reason": verdict.reason.value,
        "answerable": verdict.answerable.value,
        "company": verdict.company,
        "role": verdict.role,
        "language": verdict.language,
        "evidence": [
            {"rule": e.rule, "text": e.text, "field": e.field, "start": e.start, "end": e.end, "weight": e.weight}
            for e in verdict.evidence
            if e.weight and not e.guard
        ],
    }


_WITH_DRAFT = frozenset(("drafted", "thanked", "offered", "reminded"))


def run_line(outcome: "Outcome") -> dict[str, Any]:
    """A line of `run --json`."""
    letter, envelope = outcome.letter, outcome.envelope
    application = outcome.application
    line: dict[str, Any] = {
        "id": outcome.id,
        "action": outcome.action.value,
        "why": outcome.why,
        "not_before": iso(outcome.not_before),
        "application": {
            "company": application.company,
            "role": application.role,
            "stage": application.stage.value,
            "state": outcome.standing.value,
        },
        "draft": None,
        "findings": [finding_shape(f) for f in outcome.report.findings] if outcome.report else [],
    }
    if outcome.about:
        line["about"] = outcome.about
    if outcome.offer:
        line["offer"] = outcome.offer
    if outcome.action in _WITH_DRAFT and letter and envelope:
        line["draft"] = {
            "id": outcome.draft_id or None,
            "to": [a.email for a in envelope.to],
            "from": envelope.from_.email,
            "subject": letter.subject,
            "template": letter.template,
            "in_reply_to": envelope.in_reply_to or None,
            "thread_id": outcome.thread_key,
        }
    return line


def finding_shape(f: "Finding") -> dict[str, Any]:
    """One finding."""
    shape: dict[str, Any] = {
        "class": f.class_,
        "severity": f.severity.value,
        "start": f.start,
        "end": f.end,
        "text": f.text,
        "message": f.message,
        "suggestions": list(f.suggestions),
        "engine": f.engine,
    }
    if f.template_line is not None:
        shape["template_line"] = f.template_line
    return shape


def check_line(source: str, report: "Report") -> dict[str, Any]:
    """A line of `check --json`."""
    return {
        "source": source,
        "ok": report.ok,
        "moves": report.moves,
        "engine": report.engine,
        "notes": list(report.notes),
        "fixed": list(report.fixed),
        "findings": [finding_shape(f) for f in report.findings],
    }
