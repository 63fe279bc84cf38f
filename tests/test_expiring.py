"""What is remembered for a while: it goes in its time, and there is never too much of it."""

from __future__ import annotations

from bot.expiring import Expiring


def test_a_thing_goes_when_its_time_is_over_counted_from_the_last_time_it_was_put() -> None:
    """A conversation that goes on stays; a silent one is gone."""
    now = [0.0]
    kept: Expiring[str, int] = Expiring(10, 5, lambda: now[0])
    kept.put("a", 1)
    kept.put("b", 2)
    now[0] = 9
    kept.put("a", 3)
    now[0] = 10

    assert (kept.get("a"), kept.get("b")) == (3, None)
    assert list(kept) == ["a"]
    assert "a" in kept
    assert "b" not in kept


def test_the_oldest_goes_first_when_there_are_too_many() -> None:
    """Whatever comes in, memory is bounded."""
    kept: Expiring[int, str] = Expiring(10, 3, lambda: 0.0)
    for number in range(5):
        kept.put(number, str(number))
    kept.forget(3)

    assert list(kept) == [2, 4]
    kept.clear()
    assert len(kept) == 0
