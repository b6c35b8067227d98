"""Gmail's quota units: what a call costs, and waiting before Google has to say no."""

import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

Clock = Callable[[], float]
"""Seconds that only ever go up (time.monotonic)."""
Sleep = Callable[[float], None]

_TABLE = Path(__file__).with_name("quota.toml")
_BURST = 0.1
"""Part of a minute's units that may be spent at once. The rest flows evenly: a bucket of size b that fills at rate r
lets b + 60r through in the worst minute, so b and 60r together must not be more than the limit."""


@dataclass(frozen=True, slots=True)
class Prices:
    """One version of Google's table."""

    units_per_minute: int
    units: Mapping[str, int]


def load_prices(version: str) -> Prices:
    """The table of that version ("2026" or "2024") from quota.toml beside this file."""
    with _TABLE.open("rb") as file:
        table = tomllib.load(file)[version]
    return Prices(units_per_minute=table["units_per_minute"], units=table["units"])


class Quota:
    """A token bucket for one user: `spend` waits until the units are there, and counts them.

    In no window of 60 seconds is more than `units_per_minute` spent. Counts attempts: Google charges a retry as well.
    """

    def __init__(self, prices: Prices, *, clock: Clock, sleep: Sleep) -> None:
        self._prices = prices
        self._clock = clock
        self._sleep = sleep
        self._size = max(prices.units_per_minute * _BURST, *prices.units.values())
        self._rate = (prices.units_per_minute - self._size) / 60
        self._level = self._size
        self._at = clock()
        self._units: Counter[str] = Counter()
        self._calls: Counter[str] = Counter()

    def spend(self, method: str) -> None:
        """Pays for one call of `method` (as in allowed.py); sleeps first if the bucket is too empty."""
        price = self._prices.units[method]
        self._fill()
        while self._level < price:
            self._sleep((price - self._level) / self._rate + 0.001)
            self._fill()
        self._level -= price
        self._units[method] += price
        self._calls[method] += 1

    def _fill(self) -> None:
        now = self._clock()
        self._level = min(self._size, self._level + max(0.0, now - self._at) * self._rate)
        self._at = now

    @property
    def spent(self) -> dict[str, int]:
        """Units spent so far, by method."""
        return dict(self._units)

    @property
    def calls(self) -> dict[str, int]:
        """Calls made so far, by method, retries included."""
        return dict(self._calls)
