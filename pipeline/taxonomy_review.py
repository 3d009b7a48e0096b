"""Everything that is wrong with units, topics and rules: what `taxonomy check` and `doctor` ask."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from config.places import load_places
from config.rules import load_rules
from config.taxonomy import FOLDER, Taxonomy, load_taxonomy
from config.taxonomy_check import problems
from domain.errors import NotConfiguredError
from domain.rules import RoutingRule
from pipeline.desk import Desk
from pipeline.judgement import stored_taxonomy
from pipeline.refusal import RefusedError
from router.rules_check import rule_problems

FEWEST_EXAMPLES = 25
"""So many sentences a topic must have before the shipped model is trained on it."""


def shipped_problems(rules: Path | None = None) -> list[str]:
    """What is wrong with the shipped files, or with them and the rules of another file; a sentence each.

    Raises RefusedError `rules` for a file that cannot be read at all.
    """
    taxonomy = load_taxonomy()
    taxonomy = replace(taxonomy, rules=rules_of(rules)) if rules else taxonomy
    return [*taxonomy_problems(taxonomy), *_examples(taxonomy)]


def stored_problems(desk: Desk, rules: Path | None = None) -> list[str]:
    """The same of what operators left in the database, whose own topics need no example sentences.

    Raises ConnectionFailedError while the database is away.
    """
    with desk.uow() as uow:
        taxonomy = stored_taxonomy(uow)
    return taxonomy_problems(replace(taxonomy, rules=rules_of(rules)) if rules else taxonomy)


def rules_of(path: Path) -> tuple[RoutingRule, ...]:
    """The rules of an operator's file. Raises RefusedError `rules` where it cannot be understood."""
    try:
        return load_rules(path)
    except NotConfiguredError as error:
        plain = isinstance(error.__cause__, OSError | tomllib.TOMLDecodeError)
        raise RefusedError("rules", file=path, error=error.__cause__ if plain else error) from error


def taxonomy_problems(taxonomy: Taxonomy) -> list[str]:
    """What is wrong with units, topics and rules, and with how they fit together; a sentence each."""
    neighbourhoods = load_places().neighbourhoods
    return [*problems(taxonomy, neighbourhoods), *rule_problems(taxonomy, neighbourhoods)]


def _examples(taxonomy: Taxonomy) -> Iterator[str]:
    for code in taxonomy.topics:
        file = FOLDER / "examples" / f"{code}.txt"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        count = sum(1 for line in lines if line.strip() and not line.startswith("#"))
        if count < FEWEST_EXAMPLES:
            yield f"topic {code}: it has {count} example sentences, fewer than {FEWEST_EXAMPLES}"
