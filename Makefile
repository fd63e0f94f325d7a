# make help lists the commands. Everything runs in .venv, which is made when missing.

PORT ?= 8000
ARGS ?=
# The newest Python that works here; a name may be there and not run (a version manager's stub).
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)

VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest -n auto

.PHONY: help site test coverage bench lighthouse validate lint format messages lock
.DELETE_ON_ERROR:

help: ## List the commands
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

site: $(VENV)/.site ## Prepare the site once, then serve it (PORT=8001 for another port)
	@$(BIN)/python manage.py prepare_site --port $(PORT)
	@$(BIN)/python manage.py runserver 127.0.0.1:$(PORT)

test: $(VENV)/.tools ## Run the tests on SQLite, then on PostgreSQL (ARGS="tests/test_dates.py -k words" for some)
	$(if $(ARGS),$(PYTEST) $(ARGS),$(PYTEST) -m "not browser and not oracle and not validator")
	$(if $(ARGS),,$(PYTEST) --dist worksteal -m "(browser or oracle) and not validator")
	.ci/with-postgres $(PYTEST) -m "not browser and not one_engine and not validator" $(ARGS)

# By itself, since Python 3.11 takes four fifths longer under it. The long tests reach no line that the others do not.
coverage: $(VENV)/.tools ## Run the tests on SQLite and say which lines no test runs; fails below 95 %
	$(PYTEST) -m "not browser and not oracle and not validator" --cov --cov-report=term:skip-covered

bench: $(VENV)/.tools ## Time the filtered list, and files out and in, beside what else there is (ARGS="1000 10000" for fewer rows)
	$(BIN)/python -m tests.benchmarks.bench $(ARGS)
	$(BIN)/python -m tests.benchmarks.exchange $(ARGS)

validate: $(VENV)/.tools ## Check pages, feeds, calendars and the API by the checkers of their standards; needs npm and Java
	$(PYTEST) -m validator $(ARGS)

lighthouse: $(VENV)/.tools ## Measure the public pages by Lighthouse, five times each (ARGS="--runs 1 /events/" for less); needs npm
	$(BIN)/python .ci/lighthouse $(ARGS)

# Templates are linted but not reformatted: djlint's form puts spaces where none may be printed, before a mark or a full stop.
lint: $(VENV)/.tools ## Check code, types, templates, migrations and the settings of production
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy partnership
	$(BIN)/djlint --lint --quiet templates
	DATABASE_URL=sqlite://:memory: $(BIN)/python -W error manage.py check
	DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py makemigrations --check --dry-run
	PARTNERSHIP_ENV=production DATABASE_URL=sqlite://:memory: ALLOWED_HOSTS=register.example.org \
		SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

format: $(VENV)/.tools ## Put the code in the form that lint asks for
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# Needs gettext. Translators work in the .po files; the compiled ones are kept too, since a site is started with Python alone.
messages: $(VENV)/.tools ## Bring the words of code and templates into the translations, and compile these
	DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py makemessages --locale fr --locale ja --add-location file \
		--no-wrap --no-obsolete --ignore .venv --ignore .ci --ignore var --ignore tests --ignore docs --ignore fixtures
	DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py compilemessages --ignore .venv

lock: $(VENV)/.tools ## Renew requirements.txt and .ci/requirements.txt (ARGS=--upgrade for newer versions)
	$(BIN)/python .ci/lock $(ARGS)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found. Install it, or name it: make site PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c "import ensurepip" 2>/dev/null || { echo "$(PYTHON) cannot make an environment. On Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.site: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	@touch $@

$(VENV)/.tools: .ci/requirements.txt $(VENV)/.site
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .ci/requirements.txt
	@touch $@
