"""The time of a case: it stands still, runs again, and is extended."""

import typer

from cli.output import console, shown
from cli.refusals import refusals
from cli.texts import say

ACTOR = "operator"
NUMBER = typer.Argument(..., help=say("case.number"))


def register(cases: typer.Typer) -> None:
    """Add this module's commands to those of `case`."""
    for command in (pause, resume, extend):
        cases.command(help=say(f"case.{command.__name__}.help"))(command)


def pause(
    number: str = NUMBER,
    why: str = typer.Option(..., help=say("case.pause.why")),
    fee: bool = typer.Option(False, "--fee", help=say("case.pause.fee")),
) -> None:
    """Stop the time of a case that waits for its citizen."""
    from domain.vocabulary import PauseCause
    from pipeline.desk import get_desk
    from pipeline.pausing import pause as pause_case

    with refusals("case.time"):
        cause = PauseCause.FEE if fee else PauseCause.QUESTION
        pause_case(get_desk(), number, why=why, cause=cause, actor=ACTOR)
    console.print(say("case.pause.done", number=number))


def resume(number: str = NUMBER) -> None:
    """Let the time of a case run again."""
    from pipeline.desk import get_desk
    from pipeline.pausing import resume as resume_case

    with refusals("case.time"):
        due_at = resume_case(get_desk(), number, actor=ACTOR)
    console.print(say("case.resume.done", number=number, due_at=shown(due_at)))


def extend(
    number: str = NUMBER,
    days: int = typer.Option(..., help=say("case.extend.days")),
    why: str = typer.Option(..., help=say("case.extend.why")),
) -> None:
    """Give a case more time, and tell its citizen."""
    from pipeline.desk import get_desk
    from pipeline.extending import extend as extend_case

    with refusals("case.time"):
        done = extend_case(get_desk(), number, days=days, why=why, actor=ACTOR)
    console.print(say("case.extend.done", number=number, due_at=shown(done.due_at)))
    if not done.told:
        console.print(say("case.extend.untold"))
