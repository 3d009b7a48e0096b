"""When a surge of reports of one thing is worth a word, and what it makes of their urgency. Pure."""

from domain.vocabulary import Priority

RAISED_TO = Priority.HIGH
RAISED_FROM = (Priority.LOW, Priority.NORMAL)
"""A surge raises what is less urgent than that, and makes no danger to life."""
_STEPS = (5, 10, 25, 50)


def last_step(cases: int) -> int:
    """The last of the steps 5, 10, 25, 50, 100, 250 and so on that so many cases have reached; 0 for none."""
    scale = 1
    while cases >= _STEPS[1] * 10 * scale:
        scale *= 10
    return max((step * scale for step in _STEPS if step * scale <= cases), default=0)
