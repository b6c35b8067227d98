"""docs/promises.md names tests that exist, and every promise has one."""

import ast
import re

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
ROWS = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ") and "::" in line]
NAMED = sorted({found for _, tests in ROWS for found in re.findall(r"`([^`]+)`", tests)})


def test_every_promise_has_a_test() -> None:
    table = [line for line in PAGE.splitlines() if line.startswith("|")]
    assert len(ROWS) == len(table) - 2 >= 20
    assert all(re.search(r"`tests/[\w/]+\.py::test_\w+`", tests) for _, tests in ROWS)


@pytest.mark.parametrize("name", NAMED)
def test_the_test_exists(name: str) -> None:
    path, _, function = name.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert function in functions
    body = ast.dump(functions[function])
    assert "Assert(" in body or "raises" in body, "a test that asserts nothing holds nothing"
    assert not any("skip" in ast.dump(mark) for mark in functions[function].decorator_list)
