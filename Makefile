# Les commandes du projet. `make demo` et `make test` suffisent sur une machine neuve.
PYTHON ?= python3
BIN := .venv/bin
DIST := tissu/socle/static/dist
PORT ?= 8000

.PHONY: aide installe demo test verif corrige bench verrouille front
.DEFAULT_GOAL := aide

aide:
	@echo "make demo      installe, charge le territoire de démonstration, ouvre le produit"
	@echo "make test      installe et passe tous les essais"
	@echo "make installe  installe seulement"
	@echo "make verif     vérifie le style, les types, les étages"
	@echo "make corrige   remet le style d'aplomb"
	@echo "make bench     mesure, à côté de pairs"

installe: .venv/.produit $(DIST)/.construit tissu/registre/nomenclatures/naf_insee.json

.venv/bin/uv: requirements/uv.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 ou plus manque : sudo apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Il faut Python 3.11 ou plus : make PYTHON=python3.11 …"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Le module venv manque : sudo apt-get install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/.produit: requirements/base.txt pyproject.toml .venv/bin/uv
	@echo "Installation du produit…"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/base.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.essais: requirements/dev.txt .venv/.produit
	@echo "Installation des outils d'essai…"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

node_modules/.pose: package.json package-lock.json
	@command -v npm >/dev/null || { echo "npm manque : sudo apt-get install nodejs npm"; exit 1; }
	@echo "Installation des feuilles de style et des scripts…"
	@npm ci --silent --no-audit --no-fund
	@touch $@

$(DIST)/.construit: node_modules/.pose $(shell find front -type f)
	@npm run --silent build
	@touch $@

front: $(DIST)/.construit

tissu/registre/nomenclatures/naf_insee.json: .venv/.produit tissu/registre/nomenclatures/construire.py
	@$(BIN)/python -m tissu.registre.nomenclatures.construire

demo: installe
	@$(BIN)/tissu demo
	@$(BIN)/tissu demarrer --port $(PORT)

test: installe .venv/.essais
	@outils/chromium
	@$(BIN)/python -m pytest -q -n auto --dist loadgroup
	@$(BIN)/python outils/avec_postgresql.py $(BIN)/python -m pytest -q -n auto -m "not parcours and not sans_base"

verif: installe .venv/.essais
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy tissu
	@$(BIN)/lint-imports
	@$(BIN)/djade --target-version 5.2 --check $$(git ls-files '*.html')
	@$(BIN)/tissu check
	@$(BIN)/tissu makemigrations --check --dry-run

corrige: .venv/.essais
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/djade --target-version 5.2 $$(git ls-files '*.html') || true

bench: installe .venv/.essais
	@$(BIN)/python -m bench

verrouille: .venv/bin/uv
	@for liste in base dev; do $(BIN)/uv pip compile --upgrade --generate-hashes --no-header --no-emit-index-url --quiet requirements/$$liste.in -o requirements/$$liste.txt; done
