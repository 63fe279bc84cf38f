"""How long a table of 2,000 sentences takes: the cases of ``tests/cases``, twenty-six languages, answered one after the other.

On all of them, or on the first two hundred:

    .venv/bin/python benchmarks/batch.py
    .venv/bin/python benchmarks/batch.py --rows 200
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time

from bot import project
from bot.batch.results import Result, figures, in_words
from bot.batch.rows import Row
from bot.batch.running import answered
from bot.checks.cases import load_cases
from bot.engine.assistant import Assistant


def rows(count: int) -> list[Row]:
    """The same rows each time, whatever the machine."""
    cases = load_cases(sorted(project.CASES.glob("*.yaml")))
    random.Random(1).shuffle(cases)
    return [Row(number, case.text, case.services, language=case.language) for number, case in enumerate(cases[:count], 2)]


async def answer_all(assistant: Assistant, table: list[Row]) -> list[Result]:
    """Every row, as the bench does it."""
    return [result async for result in answered(table, lambda text: assistant.answer(text, surface="batch"))]


def main() -> None:
    """Prints the seconds taken, and the figures of the answers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000)
    options = parser.parse_args()
    assistant = Assistant.load()
    table = rows(options.rows)
    asyncio.run(answer_all(assistant, table[:10]))
    started, used = time.perf_counter(), time.process_time()
    results = asyncio.run(answer_all(assistant, table))
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    print(f"{len(results)} rows in {seconds:.1f} s ({seconds / len(results) * 1000:.1f} ms a row, {processor:.1f} s of processor)")
    print(f"right: {in_words(figures(results).right)}; first: {in_words(figures(results).first)}")


if __name__ == "__main__":
    main()
