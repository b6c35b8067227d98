"""What the wording of a whole mail tells of how far an application came."""

import pytest

from gmail_followup.reading import manner
from gmail_followup.reading.values import Kind, Stage
from gmail_followup.reading.wording import Reading


@pytest.mark.parametrize(
    ("met", "final", "stage"),
    [(-2.0, 0.0, Stage.APPLIED), (2.0, -2.0, Stage.INTERVIEWED), (2.0, 2.0, Stage.FINAL), (0.4, 0.0, Stage.APPLIED)],
)
def test_the_wording_of_a_rejection_tells_how_far_it_came(met: float, final: float, stage: Stage) -> None:
    assert manner.stage_of((), Kind.REJECTION, Reading(0.0, met, final, ())) is stage
    assert manner.stage_of((), Kind.OTHER, Reading(0.0, met, final, ())) is Stage.UNKNOWN
