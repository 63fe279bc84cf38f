# Boussole : deux commandes suffisent, « make run » et « make test ».

PYTHON ?= python3
UV := .tools/bin/uv
BIN := .venv/bin
STAMP := .venv/.ready
SITE = $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')

.PHONY: help run scale test setup train check lint lock audit messages brochures benchmark clean
.DEFAULT_GOAL := help

help: ## cette aide
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

run: setup ## tout préparer, entraîner si les données ont changé, servir sur http://127.0.0.1:5005
	@$(BIN)/boussole run

WORKERS ?= 2
PORT ?= 5005

scale: setup ## plusieurs processus derrière nginx et Redis : make scale WORKERS=4 PORT=5005
	@$(BIN)/python -W ignore deploy/scale.py --workers $(WORKERS) --port $(PORT)

test: setup ## toutes les vérifications : données, style, types, tests
	@$(BIN)/boussole check > .cache/check.txt || (cat .cache/check.txt; exit 1)
	@tail -1 .cache/check.txt
	@$(MAKE) --no-print-directory lint
	@$(BIN)/boussole train
	@$(BIN)/python -m pytest

setup: $(STAMP) ## installer Python 3.10 et les dépendances, avec leurs empreintes

# uv d'abord (dans le projet), puis exactement requirements.lock, puis boussole lui-même. Le fichier .pth fait que les
# outils de Rasa démarrent sans TensorFlow et n'envoient rien, comme Boussole. Tout est compilé une fois ici : sinon, là où Python ne
# garde pas ce qu'il compile (PYTHONDONTWRITEBYTECODE), chaque démarrage prend moitié plus de temps.
$(STAMP): requirements.lock pyproject.toml .python-version $(UV)
	@mkdir -p .cache
	@$(UV) venv --quiet --allow-existing --python "$$(cat .python-version)" .venv
	@$(UV) pip sync --quiet --compile-bytecode --require-hashes --python $(BIN)/python requirements.lock
	@$(UV) pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@printf '%s\n' 'import os; os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")' \
		'import bot.engine.without_tensorflow as w; w.install()' > "$(SITE)/boussole_rasa.pth"
	@$(BIN)/python -m compileall -q bot actions
	@touch $@

$(UV):
	@$(PYTHON) -m venv .tools
	@.tools/bin/pip install --quiet --disable-pip-version-check uv==0.13.8

train: setup ## entraîner le modèle si les données ont changé
	@$(BIN)/boussole train

check: setup ## vérifier le catalogue, les phrases et les cas
	@$(BIN)/boussole check

lint: setup ## style et types
	@$(BIN)/ruff check bot actions tests deploy benchmarks
	@$(BIN)/ruff format --quiet --check bot actions tests deploy benchmarks
	@$(BIN)/mypy

lock: $(UV) ## recalculer requirements.lock depuis requirements.in
	@$(UV) pip compile --quiet --python-version 3.10 --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--override overrides.in requirements.in --output-file requirements.lock

audit: setup ## chercher les failles connues des dépendances
	@$(BIN)/python deploy/audit.py

messages: setup ## rassembler les phrases à traduire dans locales/
	@$(BIN)/python -m bot.messages

brochures: setup ## imprimer le dépliant dans toutes les langues, dans depliants/
	@for lang in $$(sed -n 's/^  - {tag: \([^,]*\),.*offered: true,/\1/p' locales/languages.yaml); do $(BIN)/boussole brochure --lang $$lang --out depliants; done

benchmark: setup ## mesurer démarrage, mémoire et vitesse, à côté de Rasa d'origine
	@$(BIN)/python benchmarks/compare.py
	@$(BIN)/python benchmarks/kiosk.py

clean: ## tout enlever sauf les sources
	@rm -rf .venv .tools .cache models reports
