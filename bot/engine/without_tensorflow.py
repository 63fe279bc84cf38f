"""Rasa without TensorFlow: an inert stand-in, used only where the real package is not installed.

Rasa 3.6 imports TensorFlow and JAX when it starts, even for a pipeline that needs neither. Leaving them out divides the
installed size by four, and start-up time and memory by two. The stand-in is the *last* place Python looks: a real
TensorFlow, when installed, is found first and used. Any attempt to compute with the stand-in raises.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Sequence

_ABSENT = ("tensorflow", "tensorflow_addons", "tensorflow_text", "tensorflow_hub", "keras")
_USELESS = ("rasa.utils.tensorflow.model_data",)
"""Rasa's own module that serves TensorFlow alone, and loads scikit-learn: forty megabytes that a server never uses."""


class _Inert(type):
    """A class that can be subclassed, indexed and asked for anything, as type hints and base classes need."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Inert(name, (), {})

    def __getitem__(cls, _item: Any) -> Any:
        return cls

    def __or__(cls, _other: Any) -> Any:
        return cls

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls.__bases__ != (object,):
            return super().__call__(*args, **kwargs)
        if len(args) == 1 and callable(args[0]) and not kwargs:
            return args[0]  # used as a bare decorator
        return _Inert(cls.__name__, (), {})


class _InertModule(ModuleType):
    __path__: list[str] = []
    __version__ = "0.0.0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Inert(name, (), {})


class _InertFinder(MetaPathFinder, Loader):
    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if not any(fullname == name or fullname.startswith(f"{name}.") for name in self._names):
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _InertModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        return None


def install() -> None:
    """Puts the stand-in behind every real way of finding TensorFlow. Safe to call twice."""
    if not any(isinstance(finder, _InertFinder) for finder in sys.meta_path):
        sys.meta_path.append(_InertFinder(_ABSENT))
        if is_stood_in():
            sys.meta_path.insert(0, _InertFinder(_USELESS))


def is_stood_in() -> bool:
    """Whether TensorFlow is absent and the stand-in would answer for it."""
    spec = importlib.util.find_spec("tensorflow")
    return spec is not None and isinstance(spec.loader, _InertFinder)
