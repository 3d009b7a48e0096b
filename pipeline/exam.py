"""Texts whose answers are known, put to one set of models after another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from config.taxonomy import Taxonomy
from domain.decisions import Classification
from pipeline.evaluating import classified
from pipeline.judgement import make_classifier
from router.model_set import Models


@dataclass(frozen=True, kw_only=True)
class Exam:
    """Each set is asked once about all texts, whatever is looked at afterwards."""

    taxonomy: Taxonomy
    texts: Sequence[str]
    _found: dict[str, Mapping[str, Classification]] = field(default_factory=dict)

    def found(self, models: Models) -> Mapping[str, Classification]:
        """What these models make of each text."""
        if models.version not in self._found:
            classifier, texts = make_classifier(self.taxonomy.topics, models), tuple(set(self.texts))
            self._found[models.version] = dict(zip(texts, classified(classifier, texts), strict=True))
        return self._found[models.version]
