"""Reviewing at the terminal: the next case, confirm or correct it, take a slip back."""

import typer

from cli.output import JSON, console, print_json, show, show_fields, shown
from cli.people import AS, who
from cli.refusals import sentence
from cli.texts import say
from domain.vocabulary import CaseKind, Confidentiality, NotACase, Priority

NUMBER = typer.Argument(..., help=say("case.number"))
TOLD = typer.Option(False, "--told", help=say("review.told"))
app = typer.Typer(help=say("review.help"), no_args_is_help=True)


def register(parent: typer.Typer) -> None:
    """Add this module's commands."""
    commands = (
        ("next", next_one), ("claim", claim), ("show", show_one), ("confirm", confirm), ("correct", correct),
        ("undo", undo), ("release", release), ("queue", queue),
        ("refresh", refresh),
    )  # fmt: skip
    for name, command in commands:
        app.command(name, help=say(f"review.{name}.help"))(command)
    parent.add_typer(app, name="review")


def next_one(
    skip: str = typer.Option(None, help=say("review.next.skip")), reviewer: str = AS, as_json: bool = JSON
) -> None:
    """The most urgent, then oldest case that waits, now in the reviewer's hand."""
    from pipeline.desk import get_desk
    from pipeline.review import next_case

    number = next_case(get_desk(), who(reviewer), skip=skip)
    if number:
        _show(number, who(reviewer), as_json=as_json)
    elif not as_json:
        console.print(say("review.next.none"))


def claim(number: str = NUMBER, reviewer: str = AS, as_json: bool = JSON) -> None:
    """This very case, now in the reviewer's hand."""
    from pipeline.desk import get_desk
    from pipeline.review import claim as claim_case

    claim_case(get_desk(), number, who(reviewer))
    _show(number, who(reviewer), as_json=as_json)


def show_one(number: str = NUMBER, reviewer: str = AS, as_json: bool = JSON) -> None:
    """A case as a reviewer needs to see it."""
    _show(number, who(reviewer), as_json=as_json)


def confirm(number: str = NUMBER, told: bool = TOLD, reviewer: str = AS, as_json: bool = JSON) -> None:
    """What the program found stands."""
    from pipeline.desk import get_desk
    from pipeline.review import confirm as confirm_case

    confirm_case(get_desk(), number, who(reviewer), told=told)
    _done("confirm", number, as_json=as_json)


def correct(
    number: str = NUMBER,
    topic: str = typer.Option(None, help=say("review.correct.topic")),
    unit: str = typer.Option(None, help=say("review.correct.unit")),
    kind: CaseKind = typer.Option(None, help=say("review.correct.kind")),
    priority: Priority = typer.Option(None, help=say("review.correct.priority")),
    confidentiality: Confidentiality = typer.Option(None, help=say("review.correct.confidentiality")),
    district: str = typer.Option(None, help=say("review.correct.district")),
    not_a_case: NotACase = typer.Option(None, help=say("review.correct.not_a_case")),
    told: bool = TOLD,
    again: bool = typer.Option(False, "--again", help=say("review.correct.again")),
    reviewer: str = AS,
    as_json: bool = JSON,
) -> None:
    """Whatever is otherwise, all at once."""
    from pipeline.corrections import Correction
    from pipeline.desk import get_desk
    from pipeline.review import correct as correct_case

    said = Correction(
        topic=topic,
        unit=unit,
        kind=kind,
        priority=priority,
        confidentiality=confidentiality,
        district=district,
        not_a_case=not_a_case,
        told=told,
    )
    correct_case(get_desk(), number, who(reviewer), said, again=again)
    _done("correct", number, as_json=as_json)


def undo(
    number: str = typer.Argument(None, help=say("case.number")), reviewer: str = AS, as_json: bool = JSON
) -> None:
    """The reviewer's last decision never was."""
    from pipeline.desk import get_desk
    from pipeline.review_undo import undo as undo_last

    undone = undo_last(get_desk(), who(reviewer), number)
    _done("undo", undone, as_json=as_json)


def release(number: str = NUMBER, reviewer: str = AS) -> None:
    """Give a case back undecided."""
    from pipeline.desk import get_desk
    from pipeline.review import release as give_back

    if not give_back(get_desk(), number, who(reviewer)):
        typer.echo(say("review.release.not_yours", number=number), err=True)
        raise typer.Exit(1)
    console.print(say("review.release.done", number=number))


def queue(as_json: bool = JSON) -> None:
    """What waits, by why and about what."""
    from pipeline.desk import get_desk
    from pipeline.review_queue import review_rows

    show(review_rows(get_desk()), as_json=as_json, titles="review.title")


def refresh() -> None:
    """Judge waiting cases anew by the classifier in force."""
    from pipeline.desk import get_desk
    from pipeline.rejudging import judge_waiting_anew

    console.print(say("review.refresh.done", cases=judge_waiting_anew(get_desk())))


def _show(number: str, reviewer: str, *, as_json: bool) -> None:
    from pipeline.desk import get_desk
    from pipeline.review_queue import review_sheet

    sheet = review_sheet(get_desk(), number, reviewer)
    if (why := sheet["in_the_way"]) and not as_json:
        sheet["in_the_way"] = sentence(why["reason"], {n: v for n, v in why.items() if n != "reason"})
    show_fields(sheet, as_json=as_json, titles="review.field")


def _done(what: str, number: str, *, as_json: bool) -> None:
    from pipeline.desk import get_desk
    from pipeline.review_queue import standing

    found = standing(get_desk(), number)
    if as_json:
        print_json([found])
    else:
        told = {name: shown(found[name]) for name in ("state", "unit", "due_at")}
        console.print(say(f"review.{what}.done", number=number, **told))
