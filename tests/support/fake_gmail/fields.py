"""Partial answers: the `fields` parameter of every Google API, such as `messages(id,threadId),nextPageToken`."""

import re
from typing import Any

Mask = dict[str, Any]
"""Field name -> mask of what lies below; an empty mask keeps everything."""


def parse_fields(text: str) -> Mask:
    """The mask of a `fields` value; ValueError if it is malformed."""
    tokens = re.findall(r"[A-Za-z0-9_*]+|[,/()]", text)
    if "".join(tokens) != text.replace(" ", ""):
        raise ValueError("Invalid field selection " + text)
    mask, rest = _list(tokens)
    if rest:
        raise ValueError("Invalid field selection " + text)
    return mask


def _list(tokens: list[str]) -> tuple[Mask, list[str]]:
    mask: Mask = {}
    while True:
        if not tokens or not re.match(r"\w|\*", tokens[0]):
            raise ValueError("Invalid field selection")
        below = mask.setdefault(tokens[0], {})
        tokens = tokens[1:]
        while tokens[:1] == ["/"]:
            if len(tokens) < 2:
                raise ValueError("Invalid field selection")
            below = below.setdefault(tokens[1], {})
            tokens = tokens[2:]
        if tokens[:1] == ["("]:
            inner, tokens = _list(tokens[1:])
            if tokens[:1] != [")"]:
                raise ValueError("Invalid field selection")
            below.update(inner)
            tokens = tokens[1:]
        if tokens[:1] != [","]:
            return mask, tokens
        tokens = tokens[1:]


def apply_fields(mask: Mask, value: Any) -> Any:
    """The part of a JSON value that the mask keeps."""
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [apply_fields(mask, item) for item in value]
    if isinstance(value, dict):
        return {key: apply_fields(mask[key], item) for key, item in value.items() if key in mask}
    return value
