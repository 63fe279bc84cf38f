"""The pieces that understand, each alone: what they promise before any training on our sentences."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Sequence

import numpy as np
import pytest
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import documents, project
from bot.checks.courtesies import check_courtesies
from bot.errors import BrokenData
from bot.house import House
from bot.nlu import arrays
from bot.nlu.blend import geometric
from bot.nlu.courtesy import ONE_IN, dressed_copies
from bot.nlu.e5_graph import Pieces
from bot.nlu.examples import Sentence, label_of, language_of
from bot.nlu.importer import SentencesImporter
from bot.nlu.language_model import LanguageModel
from bot.nlu.linear import LinearModel, train_sparse
from bot.nlu.need_model import as_guesses
from bot.nlu.neighbours import Neighbours
from bot.nlu.perceptron import Perceptron
from bot.nlu.rows_on_disk import RowsOnDisk
from bot.nlu.sparse import NGramSpace
from bot.orientation import Outcome, orient
from bot.text import spoken
from bot.understanding import Guess, Understanding

TEXTS = (
    "mon voisin crie la nuit",
    "mon voisin chante",
    "le loyer est en retard",
    "le loyer a augmenté",
    "la caf ne paie plus",
    "la caf se tait",
)
NEEDS = ["voisinage", "voisinage", "loyer", "loyer", "caf", "caf"]


def test_ngrams_of_a_message_weigh_as_much_in_each_family() -> None:
    """Characters and words each have length one, so that a long word hides none of the others."""
    space, learnt = NGramSpace.learn(TEXTS)
    row = space.vectors(["mon voisin chante"])

    assert row.shape == (1, len(space.keys))
    assert float(row.multiply(row).sum()) == pytest.approx(2.0, abs=1e-5)
    assert space.vectors(["字"]).nnz == 0
    assert (learnt != space.vectors(TEXTS)).nnz == 0


@pytest.mark.parametrize("kinds", [("voisinage", "loyer"), ("voisinage", "loyer", "caf")])
def test_a_classifier_finds_its_own_sentences_again_even_saved_and_with_two_labels(kinds: tuple[str, ...]) -> None:
    """Probabilities sum to one, and survive being kept in bytes."""
    texts, needs = zip(*((text, need) for text, need in zip(TEXTS, NEEDS) if need in kinds))
    _space, rows = NGramSpace.learn(texts, min_count=1)
    sparse, dense = train_sparse(rows, needs, 2e-6, 3), Perceptron.train(rows.toarray(), needs)
    for model in (sparse, LinearModel.from_arrays("sparse", sparse.arrays("sparse"))):
        assert_finds(model, rows, needs)
    for network in (dense, Perceptron.from_arrays("dense", dense.arrays("dense"))):
        assert_finds(network, rows.toarray(), needs)


def assert_finds(model: LinearModel | Perceptron, rows: Any, needs: Sequence[str]) -> None:
    found = model.probabilities(rows)
    assert found.sum(axis=1) == pytest.approx(1.0)
    assert [model.labels[best] for best in found.argmax(axis=1)] == list(needs)


def test_what_one_model_excludes_the_other_cannot_impose() -> None:
    """The blend asks for agreement."""
    sure, unsure = np.array([[0.98, 0.02, 0.0]]), np.array([[0.0, 0.5, 0.5]])

    assert geometric(sure, unsure, np.array([0.5]))[0].argmax() == 1


def test_chances_are_sharper_than_confidences_and_sum_to_one() -> None:
    """Facets are folded into their need before."""
    guesses = as_guesses(("a", "a/x", "b"), np.array([0.3, 0.4, 0.3]))

    assert [(guess.id, guess.facet) for guess in guesses] == [("a", "x"), ("b", None)]
    assert [guess.confidence for guess in guesses] == pytest.approx([0.7, 0.3])
    assert sum(guess.chance for guess in guesses) == pytest.approx(1.0)
    assert guesses[0].chance > guesses[0].confidence


def test_the_nearest_sentence_is_of_the_need_and_survives_being_saved(tmp_path: Path) -> None:
    """The same sentence comes back for its own vector; a need nobody wrote has none."""
    vectors = np.random.default_rng(0).normal(size=(len(TEXTS), 80)).astype(np.float32)
    Neighbours.learn(TEXTS, vectors, NEEDS).save(tmp_path / "n")
    neighbours = Neighbours.load(tmp_path / "n")

    assert [neighbours.nearest(vector, need) for vector, need in zip(vectors, NEEDS)] == list(TEXTS)
    assert neighbours.nearest(vectors[0], "caf") in TEXTS[4:]
    assert neighbours.nearest(vectors[0], "inconnu") is None


def test_a_dressed_sentence_keeps_its_need_and_its_language() -> None:
    """One in eight, the same ones each time, and no greeting."""
    examples = [
        Message({TEXT: f"{text} {turn}", INTENT: need, METADATA: {INTENT: {"language": "fr"}}})
        for turn in range(20)
        for text, need in zip(TEXTS, NEEDS)
    ]
    dressed = list(dressed_copies([*examples, Message({TEXT: "bonjour", INTENT: "bonjour"})], {"fr": ["Bonsoir, {text} merci"]}))

    assert len(examples) / ONE_IN / 2 < len(dressed) < len(examples) / ONE_IN * 2
    assert [one.get(TEXT) for one in dressed] == [one.get(TEXT) for one in dressed_copies(examples, {"fr": ["Bonsoir, {text} merci"]})]
    needs = {example.get(TEXT): example.get(INTENT) for example in examples}
    for one in dressed:
        assert one.get(INTENT) == needs[one.get(TEXT)[len("Bonsoir, ") : -len(" merci")]]


def test_the_polite_turns_are_those_that_the_check_accepts(tmp_path: Path) -> None:
    """A turn without its sentence is told, with its language."""
    assert check_courtesies(project.COURTESIES) == []
    (tmp_path / "courtesies.yaml").write_text("fr:\n  - Bonjour, merci\n", encoding="utf-8")
    problems = check_courtesies(tmp_path / "courtesies.yaml")

    assert [(problem.line, problem.entry) for problem in problems] == [(2, "fr")]
    assert "{text}" in problems[0].expected
    assert set(documents.read(project.COURTESIES).data) >= {"fr", "en", "ar", "ar-Latn", "es", "pt", "it", "tr", "ro", "ru", "uk", "fa"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("MON MARI ME FRAPPE", "mon mari me frappe"),
        ("Mon Mari Me Frappe", "mon mari me frappe"),
        ("Ich suche eine Wohnung", "Ich suche eine Wohnung"),
        ("CAF", "CAF"),
        ("", ""),
    ],
)
def test_whoever_shouts_is_read_calmly(written: str, read: str) -> None:
    """Capitals are not names when all words have them."""
    assert spoken(written) == read


@pytest.mark.parametrize(
    ("text", "language"),
    [("我丈夫打我", "zh"), ("ჩემი ქმარი მცემს", "ka"), ("მე", "ka"), ("чоловік б'є мене", "uk"), ("12 34", "fr"), ("ማን ሊረዳኝ ይችላል", "am")],
)
def test_a_script_of_its_own_names_its_language(text: str, language: str) -> None:
    """Without any model; without letters, French."""
    space, _rows = NGramSpace.learn(TEXTS, min_count=1)
    model = LanguageModel(space, train_sparse(space.vectors(TEXTS), ["fr", "fr", "en", "en", "ru", "uk"], 1e-5, 3), frozenset({"fr", "en"}))

    assert model.identify([text])[0].language == language


def understood(*guesses: tuple[str, float], partners: tuple[str, ...] = ()) -> Understanding:
    return Understanding("…", "fr", tuple(Guess(need, confidence) for need, confidence in guesses), partners=partners)


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        (understood(("hors-sujet", 0.3), ("horaires", 0.2)), Outcome.OUTSIDE),
        (understood(("hors-sujet", 0.3), ("horaires", 0.2), partners=("plie",)), Outcome.HOUSE),
        (understood(("hors-sujet", 0.7), ("horaires", 0.2), partners=("plie",)), Outcome.OUTSIDE),
        (understood(("separation-droits", 0.3), ("hors-sujet", 0.2)), Outcome.ORIENT),
        (understood(("separation-droits", 0.3), ("hors-sujet", 0.31)), Outcome.OUTSIDE),
        (
            understood(("hors-sujet", 0.29), ("horaires", 0.24), ("dettes", 0.2), ("voisinage", 0.2), partners=("ufc-que-choisir",)),
            Outcome.HOUSE,
        ),
    ],
)
def test_a_named_partner_or_a_plain_need_is_not_out_of_scope(house: House, message: Understanding, outcome: Outcome) -> None:
    """Out-of-scope is decided from a small share, but never against what is plain."""
    assert orient(message, house.needs).outcome is outcome


@pytest.mark.parametrize("said", ["et le téléphone ?", "le téléphone", "а какой телефон?", "and the phone", "و الرقم"])
def test_a_short_question_may_open_with_any_little_word(house: House, said: str) -> None:
    """« et », « and », « а », « و » before the question change nothing."""
    asked = house.followups.asked(said)

    assert asked is not None
    assert asked.value == "phone"


def test_a_partner_that_is_named_is_shown_too(house: House) -> None:
    """After the likeliest two, and never where a danger forbids it."""
    message = understood(("dettes", 0.6), ("caf-prestations", 0.1), partners=("defenseur-des-droits", "mdc"))
    calm, guarded = orient(message, house.needs), orient(message, house.needs, forbidden=("defenseur-des-droits",))

    assert calm.services[2] == "defenseur-des-droits"
    assert "mdc" not in calm.services[:3]
    assert "defenseur-des-droits" not in guarded.services


def test_a_piece_of_text_is_never_taken_for_another_of_the_same_bytes() -> None:
    """« da » and « 慤 » lie in memory as the same two bytes; a word that is no piece has no id."""
    pieces = Pieces.of(["da", "慤", "▁loyer"])

    assert pieces.ids_of(["▁loyer", "慤", "da", "loyer"]) == [2, 1, 0, -1]
    assert pieces.longest == 6


def test_arrays_read_back_outlive_their_files(tmp_path: Path) -> None:
    """A model is unpacked in a folder that is removed once it is read: what it knows stays."""
    arrays.write(tmp_path / "kept", {"weights": np.arange(6, dtype=np.float16).reshape(2, 3), "names": np.array(["a", "é"])})
    found = arrays.read(tmp_path / "kept")
    shutil.rmtree(tmp_path / "kept")

    assert found["weights"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert found["names"].tolist() == ["a", "é"]


def test_sentences_are_read_without_rasas_own_reader(tmp_path: Path) -> None:
    """Each under its need, with its language and its facet; rules go to Rasa, and what the rules say is not a sentence."""
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "logement.yml").write_text(
        "nlu:\n  - intent: voisinage\n    metadata: {language: fr, facet: limites}\n    examples: |\n      - la haie dépasse\n      - le mur\n",
        encoding="utf-8",
    )
    rule = "version: '3.1'\nrules:\n  - rule: r\n    steps:\n      - intent: voisinage\n      - action: action_orienter\n"
    (tmp_path / "rules.yml").write_text(rule, encoding="utf-8")
    importer = SentencesImporter(None, None, [str(tmp_path / "fr"), str(tmp_path / "rules.yml")])
    found = importer.get_nlu_data().training_examples

    assert [(example.get(TEXT), label_of(example), language_of(example)) for example in found] == [
        ("la haie dépasse", "voisinage/limites", "fr"),
        ("le mur", "voisinage/limites", "fr"),
    ]
    assert len(importer.get_stories().story_steps) == 1


@pytest.mark.parametrize("written", ["nlu:\n\t- intent: x\n", "nlu:\n  - intent: voisinage\n", "nlu: [1]\n"])
def test_a_file_of_sentences_that_cannot_be_read_is_named(tmp_path: Path, written: str) -> None:
    """Whoever edits the sentences learns which file to mend, not where our code stopped."""
    (tmp_path / "logement.yml").write_text(written, encoding="utf-8")
    with pytest.raises(BrokenData, match=r"logement\.yml.*attendu"):
        SentencesImporter(None, None, [str(tmp_path)]).get_nlu_data()


def test_a_sentence_written_twice_is_learnt_once_and_under_two_needs_twice() -> None:
    """A merge keeps every sentence as it is, and drops only what says the same of the same words."""
    loyer, again = (Sentence.build("je ne paie plus", "logement-maintien") for _ in range(2))
    dettes = Sentence.build("je ne paie plus", "dettes")
    with_features = Sentence.build("je ne paie plus", "logement-maintien")
    with_features.add_features(Features(np.ones((1, 2)), FEATURE_TYPE_SENTENCE, TEXT, "essai"))

    assert TrainingData([loyer, dettes]).merge(TrainingData([again])).training_examples == [loyer, dettes]
    assert loyer.fingerprint() == again.fingerprint()
    assert with_features != loyer


def test_rows_are_read_from_their_file_even_once_it_is_gone(tmp_path: Path) -> None:
    """In any order, repeated, of any shape; a row that is not there is said."""
    table = np.arange(35, dtype=np.uint8).reshape(7, 5)
    file = tmp_path / "table"
    file.write_bytes(b"head" + table.tobytes())
    rows, longer = RowsOnDisk(file, 4, 7, 5), RowsOnDisk(file, 4, 8, 5)
    file.unlink()

    for places in (np.array([6, 0, 6]), np.array([[1, 2], [2, 1]]), np.array([], dtype=np.int64)):
        assert (rows[places] == table[places]).all()
        assert rows[places].shape == table[places].shape
    for absent in (np.array([7]), np.array([-1])):
        with pytest.raises(IndexError):
            rows[absent]
    with pytest.raises(IndexError):
        longer[np.array([7])]
