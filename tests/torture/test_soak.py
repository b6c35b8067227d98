"""`watch` over 500 looks with faults; `make torture` takes 10,000."""

from pathlib import Path

from tests.torture.soak import soak


def test_watch_loses_nothing_and_does_not_grow(tmp_path: Path) -> None:
    told = soak(500)
    assert told["code"] == 0, told["tail"]
    assert told["expected"] > 30
    assert (told["found"], told["lost"], told["duplicates"]) == (told["expected"], 0, 0)
    assert told["told"] == told["expected"], "each draft is told, also where the look that made it fails afterwards"
    assert sum(told["faults"].values()) > 40
    assert told["violations"] == []
    growth = told["growth"]
    assert growth["handles"] <= 0
    assert growth["threads"] <= 0
    assert growth["rss"] < 15
    assert growth["log"] < 100
