"""Rasa importer: reads the training sentences with libyaml, once. Rasa's own reader parses and validates every file four
times over, which takes longer than learning; what it would check, ``boussole check`` checks with better words.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Iterator, List, Optional, Union

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.checks.nlu import unreadable_sentences
from bot.checks.problems import unreadable
from bot.documents import Document, UnreadableDocument, read
from bot.errors import BrokenData
from bot.nlu.examples import Sentence


class SentencesImporter(RasaFileImporter):  # type: ignore[misc]
    """Rules, domain and pipeline as Rasa reads them; the files that hold ``nlu:`` by ourselves.

    Raises:
        BrokenData: when a file cannot be read, or its sentences do not stand as they must.
    """

    def __init__(
        self,
        config_file: Optional[str] = None,
        domain_path: Optional[str] = None,
        training_data_paths: Optional[Union[List[str], str]] = None,
    ) -> None:
        documents = [_read(path) for path in _yaml_files(training_data_paths)]
        self._files = [document for document in documents if "nlu" in document.data]
        super().__init__(config_file, domain_path, [str(document.path) for document in documents if "nlu" not in document.data])

    def get_nlu_data(self, language: Optional[str] = "fr") -> TrainingData:
        """Every sentence under its need, with the metadata of its block."""
        return self._sentences

    @cached_property
    def _sentences(self) -> TrainingData:
        return TrainingData([message for document in self._files for message in _messages(document)])


def _yaml_files(paths: Union[List[str], str, None]) -> Iterator[Path]:
    for path in map(Path, [paths] if isinstance(paths, str) else paths or ()):
        yield from sorted(path.rglob("*.yml")) if path.is_dir() else (path,)


def _read(path: Path) -> Document:
    try:
        return read(path)
    except UnreadableDocument as error:
        raise BrokenData([unreadable(path, error)]) from error


def _messages(document: Document) -> Iterator[Message]:
    try:
        for block in document.data["nlu"]:
            for line in block["examples"].splitlines():
                text = line.removeprefix("- ").strip()
                if text:
                    yield Sentence.build(text, block["intent"], intent_metadata=block.get("metadata"))
    except (KeyError, TypeError, AttributeError) as error:
        raise BrokenData([unreadable_sentences(document.path)]) from error
