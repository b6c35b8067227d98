"""The insights as one HTML page with plots: no scripts, nothing loaded from anywhere, so that it can be kept and printed."""

from collections.abc import Sequence
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from gmail_followup.errors import UserError
from gmail_followup.notebook.insights import Insights, Rate, share, time_to_answer

_PAGE = Path(__file__).with_name("report.html.j2")
_DARK, _LIGHT = "#2f5d8a", "#c9d8e6"
_SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "gmail-followup",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def report_html(found: Insights, now: datetime) -> str:
    """The page. Raises UserError if the plotting library (extra `report`) is not installed."""
    from jinja2 import Environment, StrictUndefined

    page = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(
        _PAGE.read_text(encoding="utf-8")
    )
    parts = [
        ("How far you came", _spoken(found.stages), ""),
        ("The reasons that they gave", _spoken(found.reasons), ""),
        ("Where your applications stand", _spoken(found.states), ""),
    ]
    sections = [
        {
            "title": title,
            "words": words,
            "rows": [(n, str(c)) for n, c in counts if c],
            "plot": counts_svg(title, counts),
        }
        for title, counts, words in parts
        if any(c for _, c in counts)
    ]
    for title, rates in (("Answers by letter", found.by_template), ("Answers by whom you asked", found.by_contact)):
        if rates:
            told = [(_words(r.name), f"{share(r.answered, r.asked)}{_open(r)}") for r in rates]
            sections.append({"title": title, "words": "", "rows": told, "plot": rates_svg(title, rates)})
    if found.days:
        sections.append(
            {"title": "Time to answer", "words": time_to_answer(found), "rows": [], "plot": days_svg(found.days)}
        )
    if found.gaps:
        gaps = [(g.area, g.applications) for g in found.gaps]
        title = "Gaps, by how many applications named them"
        told = [
            (g.area, f"{g.applications} (in {g.notes} notes)" if g.notes > 1 else str(g.applications))
            for g in found.gaps
        ]
        sections.append({"title": title, "words": "", "rows": told, "plot": counts_svg(title, gaps)})
    return page.render(
        found=found, sections=sections, day=f"{now:%d %B %Y}", total=share(found.total.answered, found.total.asked)
    )


def counts_svg(title: str, counts: Sequence[tuple[str, int]]) -> str:
    """Bars, one for each name that was counted at all."""
    some = [(name, count) for name, count in counts if count]
    figure, axes = _figure(len(some))
    bars = axes.barh([name for name, _ in some], [count for _, count in some], color=_DARK)
    axes.bar_label(bars, padding=4)
    return _svg(figure, axes, title)


def rates_svg(title: str, rates: Sequence[Rate]) -> str:
    """For each name how many were asked (light) and how many answered (dark)."""
    figure, axes = _figure(len(rates))
    names = [_words(rate.name) for rate in rates]
    asked = axes.barh(names, [rate.asked for rate in rates], color=_LIGHT, label="asked")
    axes.barh(names, [rate.answered for rate in rates], color=_DARK, label="answered")
    axes.bar_label(asked, labels=[f"{rate.answered} of {rate.asked}" for rate in rates], padding=4)
    axes.legend(loc="lower right", frameon=False)
    return _svg(figure, axes, title)


def days_svg(days: Sequence[float]) -> str:
    """Every answer as a dot on a line of days; dots of one day stand on each other."""
    figure, axes = _figure(2)
    heights: dict[int, int] = {}
    for day in days:
        heights[round(day)] = heights.get(round(day), 0) + 1
        axes.plot([round(day)], [heights[round(day)]], "o", color=_DARK, markersize=8)
    axes.set_ylim(0, max(heights.values()) + 1)
    axes.set_xlim(-0.5, max(heights) + 1.5)
    axes.set_yticks([])
    axes.set_xlabel("days from your letter to their answer")
    return _svg(figure, axes, "Time to answer", upright=True)


def _figure(rows: int) -> tuple[Any, Any]:
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError as error:
        raise UserError(
            "The report with plots needs matplotlib, which is not installed.",
            why=str(error),
            fix="Install it: pip install 'gmail-followup[report]'. Without it: gmail-followup insights, or --csv.",
        ) from None
    with rc_context(_SETTINGS):
        figure = Figure(figsize=(7, 0.9 + 0.45 * max(1, rows)), layout="constrained")
        return figure, figure.subplots()


def _svg(figure: Any, axes: Any, title: str, *, upright: bool = False) -> str:
    from matplotlib import rc_context
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if not upright:
        axes.invert_yaxis()
        axes.margins(x=0.15)
    out = StringIO()
    with rc_context(_SETTINGS):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
    text = out.getvalue()
    return text[text.index("<svg") :]


def _spoken(counts: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    return [(_words(name), count) for name, count in counts]


def _words(name: str) -> str:
    return {"": "not known", "unknown": "not known"}.get(name, name.replace("_", " "))


def _open(rate: Rate) -> str:
    return f", {rate.open} may still come" if rate.open else ""
