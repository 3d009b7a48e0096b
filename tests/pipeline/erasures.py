"""What the tests of erasure do and look at."""

from sqlalchemy import text

from pipeline.desk import Desk
from pipeline.erasing import erase_citizen

WORDS = "Kadıköy Moda Caddesi'nde çöp kutuları taşıyor, kapının önündeki dedemden kalma zumbuzluk görünmüyor"


def erased(desk: Desk, citizen: int, *, even_open: bool = False) -> dict[str, object]:
    """The report of an erasure that the person asked for."""
    return erase_citizen(desk, citizen, actor="memur", why="ilgilinin isteği", even_open=even_open)


def close_all(desk: Desk) -> None:
    """Every case is closed now: only such ones are erased unasked."""
    with desk.uow() as uow:
        uow.session.execute(
            text("UPDATE cases SET state = 'resolved', closed_at = :now"), {"now": desk.now()}
        )
        uow.commit()
