"""While the service answers, the collector looks at what answers make, not at all that was imported."""

import gc

from pipeline.memory import COLLECT_BETWEEN_ANSWERS, answer_soon


def test_what_was_there_before_the_first_answer_is_not_looked_at_again() -> None:
    before = gc.get_threshold()
    try:
        answer_soon()
        looked_at = len(gc.get_objects())
        assert gc.get_freeze_count() > looked_at
        assert gc.get_threshold()[0] == COLLECT_BETWEEN_ANSWERS
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
