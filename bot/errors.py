"""Everything that can go wrong and has a name of ours.

    BoussoleError
    ├── BadInput            what a person or a program sent cannot be used; the message is for them
    ├── BrokenData          a data file of the house is wrong; carries the list of problems
    ├── ModelUnavailable    no usable trained model; the message says what to run
    └── EncoderUnavailable  no sentence encoder works on this machine

Messages are written in French for the people of the house, and say what to do next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

if TYPE_CHECKING:
    from bot.checks.problems import Problem


class BoussoleError(Exception):
    """The root: catching it catches every error we raise on purpose."""


class BadInput(BoussoleError):
    """The message, the file or the option that came in cannot be used."""


class BrokenData(BoussoleError):
    """One or more files of ``data/`` or ``locales/`` do not hold what they must."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ModelUnavailable(BoussoleError):
    """The trained model is missing, unreadable, or made from other data than the data at hand."""


class EncoderUnavailable(BoussoleError):
    """A sentence encoder's package is missing, altered, or needs a processor feature this machine lacks."""
