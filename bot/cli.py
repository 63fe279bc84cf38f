"""The command line: ``boussole train | run | ask | orient | when | check | evaluate``. Help is in French and English."""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
from typing import Any, Callable, Sequence

from bot import __version__, clock, project
from bot.documents import display_name
from bot.errors import BadInput, BoussoleError, BrokenData


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns the exit code (0 done, 1 refused, 2 wrong usage)."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except BrokenData as error:
        print(error, file=sys.stderr)
        print("Corrigez ces lignes, puis : boussole check", file=sys.stderr)
        return 1
    except BoussoleError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="boussole",
        description="Boussole oriente vers le bon partenaire. / Boussole shows the way to the right partner.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(title="commandes / commands", required=True, metavar="COMMANDE")
    _add(commands, "train", _train, "entraîne le modèle si les données ont changé / train the model if the data changed", _train_options)
    _add(commands, "retrain", _retrain, "apprend les corrections, puis compare / learn the corrections, then compare", _retrain_options)
    _add(commands, "run", _run, "sert le kiosque, le banc et l'API / serve kiosk, bench and API", _run_options)
    _add(commands, "ask", _ask, "essaie une phrase / try one sentence", _ask_options)
    _add(commands, "orient", _orient, "des phrases en JSON, une par ligne / sentences as JSON lines", _orient_options)
    _add(commands, "when", _when, "les prochaines permanences / the next sessions", _when_options)
    _add(commands, "check", _check, "vérifie les données / check the data", lambda _parser: None)
    _add(commands, "bench", _bench, "essaie un tableau de phrases / try a table of sentences", _bench_options)
    _add(commands, "export", _export, "le catalogue dans un format ouvert / the catalogue in an open standard", _export_options)
    _add(commands, "stats", _stats, "ce que les gens demandent, en nombres / what people ask, in numbers", _stats_options)
    _add(commands, "new-language", _new_language, "commence une langue / start a language", _new_language_options)
    _add(commands, "brochure", _brochure, "le dépliant, en HTML et en PDF / the leaflet, as HTML and PDF", _brochure_options)
    _add(commands, "evaluate", _evaluate, "mesure la compréhension / measure understanding", _evaluate_options)
    return parser


def _add(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int], text: str, options: Callable[[argparse.ArgumentParser], None]
) -> None:
    parser = commands.add_parser(name, help=text, description=text)
    options(parser)
    parser.set_defaults(run=run)


def _now_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--now", metavar="ISO", help="comme si on était à cet instant, heure de Paris / as if it were then")


def _train_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="même si rien n'a changé / even if nothing changed")


def _retrain_options(parser: argparse.ArgumentParser) -> None:
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--accept", action="store_true", help="mettre en service le modèle comparé / put the compared model in service")
    choice.add_argument("--back", action="store_true", help="revenir au modèle précédent / go back to the model before")


def _run_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="adresse / address (127.0.0.1)")
    parser.add_argument("--port", type=int, default=5005, help="port (5005)")


def _ask_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", help="la phrase, dans n'importe quelle langue / the sentence, in any language")
    parser.add_argument("--lang", help="langue de la réponse / language of the answer")
    _now_option(parser)


def _orient_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--jsonl", action="store_true", help='{"id", "text", "lang"?} par ligne / per line')
    _now_option(parser)


def _when_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="?", help="un partenaire / a partner (tous sans rien / all without)")
    parser.add_argument("--next", type=int, default=1, dest="count", help="combien de dates / how many dates (1)")
    parser.add_argument("--json", action="store_true", help="en JSON / as JSON")
    _now_option(parser)


def _evaluate_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cases", metavar="DOSSIER", help="un dossier de cas / a folder of cases (tests/cases)")
    parser.add_argument("--misses", action="store_true", help="montrer les erreurs / show the misses")
    parser.add_argument("--noise", action="store_true", help="aussi sous le bruit de la vraie vie / also under real-world noise")
    parser.add_argument("--html", metavar="FICHIER", help="une page avec les courbes, en .html / a page with the plots")
    roles = "champion, previous, challenger, fichier / file"
    parser.add_argument("--model", metavar="MODÈLE", help=f"le modèle mesuré / the model measured ({roles})")
    parser.add_argument("--against", metavar="MODÈLE", help="à qui le comparer ; code 1 si moins bon / compare; exit 1 if worse")


def _bench_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="CSV, ODS ou XLSX : text, et si l'on veut partner, line, language / the same in English")
    parser.add_argument("--output", metavar="FICHIER", help="les résultats, en .csv ou .ods / the results")
    parser.add_argument("--report", metavar="FICHIER", help="un rapport à imprimer, en .html / a report to print")


def _export_options(parser: argparse.ArgumentParser) -> None:
    formats = ("data-inclusion", "hsds", "jsonld")
    parser.add_argument("--format", choices=formats, default="data-inclusion", help="le standard / the standard")
    parser.add_argument("--output", metavar="FICHIER", help="où l'écrire (l'écran sinon) / where to write it (the screen otherwise)")
    parser.add_argument("--quality", action="store_true", help="ce qui manque pour un score de 1 / what is missing for a score of 1")


def _stats_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="start", metavar="AAAA-MM", help="premier mois (ce mois-ci) / first month (this one)")
    parser.add_argument("--to", dest="end", metavar="AAAA-MM", help="dernier mois / last month")
    parser.add_argument("--csv", metavar="FICHIER", help="les tableaux en CSV / the tables as CSV")
    parser.add_argument("--report", metavar="FICHIER", help="un rapport à imprimer, en .html / a report to print")


def _new_language_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tag", help="le code de la langue : de, pl, pt-BR / the language's code")


def _brochure_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lang", default="fr", help="langue du dépliant / language of the leaflet (fr)")
    parser.add_argument("--out", default=".", help="dossier où l'écrire / folder to write it in (.)")
    parser.add_argument("--url", help="adresse du QR code : celle de Boussole / address of the QR code")
    _now_option(parser)


def _train(options: argparse.Namespace) -> int:
    from bot.engine.training import ModelStore, train
    from bot.house import open_house

    open_house()
    store = ModelStore()
    if store.is_current() and not options.force:
        print("Le modèle est à jour.", file=sys.stderr)
        return 0
    print("Entraînement du modèle (quelques minutes la première fois)…", file=sys.stderr)
    path = train(store)
    print(f"Modèle prêt : {path.name}", file=sys.stderr)
    return 0


def _retrain(options: argparse.Namespace) -> int:
    from bot.engine import challenge
    from bot.engine.training import ModelStore
    from bot.surfaces.challenge import print_comparison, print_progress

    if options.accept:
        print(f"En service : {challenge.put_in_service()}", file=sys.stderr)
    elif options.back:
        ModelStore().go_back()
        print("Le modèle précédent est de nouveau en service.", file=sys.stderr)
    else:
        with _stdout_to_stderr():
            comparison = challenge.retrain(say=print_progress)
        print_comparison(comparison)
    return 0


def _run(options: argparse.Namespace) -> int:
    from bot.engine.current_house import current_house
    from bot.engine.training import ModelStore
    from bot.surfaces.server import serve

    current_house()  # what is broken in the data is told line by line here; a server that fails to start would not
    if not ModelStore().is_current():  # in a process of its own: what training takes of memory goes with it
        trained = subprocess.run([sys.executable, "-m", "bot", "train"], cwd=project.ROOT, check=False)
        if trained.returncode:
            return trained.returncode
    return serve(options.host, options.port)


def _ask(options: argparse.Namespace) -> int:
    from bot.surfaces.terminal import show

    now = clock.parse_instant(options.now) if options.now else None
    assistant = _assistant()
    show(asyncio.run(assistant.answer(options.text, lang=options.lang, now=now, surface="terminal")))
    return 0


def _orient(options: argparse.Namespace) -> int:
    from bot.surfaces.jsonl import orient_lines

    now = clock.parse_instant(options.now) if options.now else None
    assistant = _assistant()
    asyncio.run(orient_lines(assistant, sys.stdin.buffer, sys.stdout, now))
    return 0


def _assistant() -> Any:
    from bot.engine.assistant import Assistant
    from bot.engine.training import ModelStore, train

    store = ModelStore()
    if not store.is_current():
        print("Premier lancement, ou données changées : entraînement du modèle…", file=sys.stderr)
        with _stdout_to_stderr():
            train(store)
    return Assistant.load(store)


def _stdout_to_stderr() -> Any:
    """What Rasa prints while training must not mix with the answers."""
    import contextlib

    return contextlib.redirect_stdout(sys.stderr)


def _when(options: argparse.Namespace) -> int:
    from bot.house import open_house
    from bot.surfaces.timetable import print_timetable, timetable

    house = open_house()
    now = clock.parse_instant(options.now) if options.now else clock.now()
    if options.count < 1:
        raise BadInput("--next : au moins 1.")
    rows = timetable(house, options.id, options.count, now)
    if options.json:
        print(json.dumps([row.to_json() for row in rows], ensure_ascii=False, indent=2))
    else:
        print_timetable(rows)
    return 0


def _check(_options: argparse.Namespace) -> int:
    from bot.checks.everything import check_everything
    from bot.checks.problems import errors_of

    problems = check_everything()
    errors = errors_of(problems)
    for problem in errors:
        print(problem)
    for problem in problems:
        if problem.is_warning:
            print(problem)
    print(f"{len(errors)} erreur(s), {len(problems) - len(errors)} avertissement(s).")
    return 1 if errors else 0


def _bench(options: argparse.Namespace) -> int:
    from bot.surfaces.batch_command import bench, read_file

    rows = read_file(options.file)
    return bench(_assistant(), rows, options.output, options.report)


def _export(options: argparse.Namespace) -> int:
    from bot.surfaces.exporting import export, print_quality

    return print_quality() if options.quality else export(options.format, options.output)


def _stats(options: argparse.Namespace) -> int:
    from bot.surfaces.stats_command import stats

    return stats(options.start, options.end, options.csv, options.report)


def _new_language(options: argparse.Namespace) -> int:
    from bot.new_language import add_language

    for path in add_language(options.tag):
        print(display_name(path))
    print("Un brouillon, pas encore proposé aux gens. Traduisez le fichier .po, puis : boussole check")
    return 0


def _brochure(options: argparse.Namespace) -> int:
    from pathlib import Path

    from bot.house import open_house
    from bot.surfaces.brochure import write_brochure

    now = clock.parse_instant(options.now) if options.now else clock.now()
    for path in write_brochure(open_house(), options.lang, Path(options.out), now, options.url):
        print(path)
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from bot.engine.assistant import Assistant
    from bot.engine.training import ModelStore
    from bot.evaluation.command import Wanted, evaluate

    store = ModelStore()
    measured = store.find(options.model) if options.model else None
    in_use = store.find(options.against) if options.against else None
    wanted = Wanted(options.cases, options.misses, options.noise, options.html)
    assistant = Assistant.of_model(measured) if measured else _assistant()
    return evaluate(assistant, wanted, (lambda: Assistant.of_model(in_use)) if in_use else None)
