# Tomoshibi: everything a developer does has a target here; `make` alone prints them.
# Only the distribution's own Python carries QGIS, so dev/setup.sh builds .venv on /usr/bin/python3, whatever is first on PATH.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP VIRTUAL_ENV

PYTHON := .venv/bin/python
# Enough for whatever needs no tools of developers: demo, and compiling the translation.
SYSTEM_PYTHON := /usr/bin/python3
HEADLESS := env QT_QPA_PLATFORM=offscreen LANG=C.UTF-8 LC_ALL=C.UTF-8
# What QGIS, Qt and fontconfig keep goes to build/, not into the home folder.
HOMELESS := env XDG_CACHE_HOME="$(CURDIR)/build/home/cache" XDG_CONFIG_HOME="$(CURDIR)/build/home/config" \
	XDG_DATA_HOME="$(CURDIR)/build/home/data"
TOOLS := .venv/.tools-dev
TOOLS_BENCH := .venv/.tools-bench
TOOLS_ENGINES := .venv/.tools-engines
TS := i18n/tomoshibi_ja.ts
QM := i18n/tomoshibi_ja.qm
PACKAGE := build/plugins/tomoshibi

OUT ?= build/demo
DATA ?=
SEED ?=
SERVICE ?=
PORT ?= 8734
SCENARIO ?= $(OUT)/scenario
QGIS_PROFILE ?=
SUITES ?=
SYSTEM ?=
QGIS_PYTHON ?=
NUMPY ?=
RELEASE ?=
VERSION ?=
HOMEPAGE ?=
REPOSITORY ?=
TRACKER ?=
EMAIL ?=
BEFORE ?=
COUNT ?=
WORKERS ?= 2
# Files of tests are shared out among processes, a whole file to each: a module's fixtures are made once.
SHARED = $(if $(filter-out 0 1,$(WORKERS)),-n $(WORKERS) --dist loadfile)
QUICK ?=
ENTRANTS ?=
KEEP ?=
ONLY ?=

.PHONY: help
help: ## Print this list
	@echo "make <target> [NAME=value]"
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / { printf "  %-20s %s\n", $$1, $$2 }' Makefile

# --- set-up: every target that needs it depends on it; nothing happens where nothing is missing ------------------------------

.PHONY: setup packages packages-demo packages-desktop
setup: packages $(TOOLS) $(PACKAGE) ## Install what is missing: packages of the distribution, then .venv with the tools

packages:
	@dev/setup.sh packages base tools

packages-demo:
	@dev/setup.sh packages base

packages-desktop:
	@dev/setup.sh packages base tools desktop

$(TOOLS): requirements-dev.txt dev/setup.sh | packages
	@dev/setup.sh venv requirements-dev.txt
	@touch $@

$(TOOLS_BENCH): requirements-bench.txt $(TOOLS)
	@dev/setup.sh venv requirements-bench.txt
	@touch $@

$(TOOLS_ENGINES): requirements-engines.txt $(TOOLS)
	@dev/setup.sh venv requirements-engines.txt
	@touch $@

$(PACKAGE):
	@mkdir -p $(@D)
	@ln -sfn "$(CURDIR)" $@

$(QM): $(TS) | packages-demo
	@$(SYSTEM_PYTHON) dev/translations.py compile

# --- the two commands --------------------------------------------------------------------------------------------------------

.PHONY: demo
demo: packages-demo $(PACKAGE) $(QM) ## From the practice aggregator over HTTP to layers, project and PDFs: OUT=build/demo DATA=folder SEED=number SERVICE=today
	@$(HOMELESS) $(HEADLESS) $(SYSTEM_PYTHON) dev/demo.py --out "$(OUT)" $(if $(DATA),--data "$(DATA)") $(if $(SEED),--seed "$(SEED)") \
		$(if $(SERVICE),--service "$(SERVICE)")

.PHONY: test test-unit test-qgis
test: lint translations $(TOOLS_ENGINES) $(TOOLS_BENCH) ## Lint, translations, all tests in WORKERS=2 processes; the last line is pytest's own count
	@$(HEADLESS) $(PYTHON) -m pytest tests/unit tests/qgis $(SHARED)

test-unit: setup ## Tests without QGIS that take seconds: neither slow ones nor those of the open data, 20 examples of each rule
	@$(HEADLESS) TOMOSHIBI_QUICK=1 $(PYTHON) -m pytest tests/unit -m "not slow and not data"

test-qgis: setup $(QM) $(TOOLS_ENGINES) $(TOOLS_BENCH) ## Tests in QGIS without a window
	@$(HEADLESS) $(PYTHON) -m pytest tests/qgis $(SHARED)

# --- checks ------------------------------------------------------------------------------------------------------------------

.PHONY: lint translations translations-update scan mutate
lint: setup ## Run ruff over all Python files
	@$(PYTHON) -m ruff check --quiet . && echo "lint: clean"

types: setup ## Check the types of the packages without QGIS: mypy --strict, about 15 s, with the numpy of Debian 12
	@cd build/plugins && ../../$(PYTHON) -m mypy --config-file ../../pyproject.toml --cache-dir ../mypy

translations: setup $(QM) ## Compile the Japanese translation and check that it is complete
	@$(PYTHON) dev/translations.py check

translations-update: setup ## Bring the list of texts to translate in step with the sources
	@$(PYTHON) dev/translations.py update
	@$(PYTHON) dev/translations.py missing

scan: package ## Run the plugin repository's upload scan over the built zip: bandit, detect-secrets; zero findings or failure
	@$(PYTHON) dev/scan.py

mutate: setup ## Break analysis/ and casefile/ place by place and see which breaks the tests miss: COUNT=40 SEED=1 ONLY=path
	@$(HEADLESS) $(PYTHON) dev/mutate.py --count "$(or $(COUNT),40)" --seed "$(or $(SEED),1)" --only "$(ONLY)"

# --- releases and use --------------------------------------------------------------------------------------------------------

.PHONY: test-versions
test-versions: ## The suite on the QGIS of other Debians and Ubuntus, one line each: SUITES="bookworm trixie forky jammy" (root, hours)
	@dev/test_versions.sh $(SUITES)

.PHONY: qt6
qt6: setup ## Load every form and module under PyQt6, as QGIS 4 will; PyQt6 goes to build/qt6
	@$(PYTHON) -m pip install -q --no-input --disable-pip-version-check --upgrade --target build/qt6 -r requirements-qt6.txt
	@$(PYTHON) dev/qt6.py build/qt6

.PHONY: bundle
bundle: setup ## Build the zip of packages for a QGIS on a closed network: SYSTEM=windows-x86_64 QGIS_PYTHON=3.12 NUMPY=1.26
	@$(PYTHON) dev/bundle.py $(if $(SYSTEM),--system "$(SYSTEM)") $(if $(QGIS_PYTHON),--python "$(QGIS_PYTHON)") $(if $(NUMPY),--numpy "$(NUMPY)")

.PHONY: score benchmark-truth package release link run screenshots desk practice bench faults kills fuzz reference structure clean
score: setup $(QM) ## Score every theme in every service against the truth: build/score.md; BEFORE=other checkout QUICK=1
	@$(HEADLESS) $(PYTHON) dev/score.py $(if $(BEFORE),--code "$(BEFORE)") $(if $(QUICK),--quick)

benchmark-truth: setup $(QM) ## One table of Tomoshibi, simple rules and yours (docs/benchmark.md): DATA=folder ENTRANTS="files" SEEDS="5 numbers" QUICK=1 KEEP=1 JOBS=2
	@$(HEADLESS) $(PYTHON) dev/benchmark_truth.py $(if $(DATA),--data "$(DATA)") $(if $(ENTRANTS),--entrant $(ENTRANTS)) \
		$(if $(SEEDS),--seeds $(SEEDS)) $(if $(QUICK),--quick) $(if $(KEEP),--keep) $(if $(JOBS),--jobs $(JOBS))

package: setup ## Build dist/tomoshibi-<version>.zip, which QGIS installs; RELEASE=1 for publication: no placeholder, a tag
	@$(PYTHON) dev/package.py $(if $(RELEASE),--release)

release: setup ## Write version and addresses, date the changelog, commit, tag: VERSION= HOMEPAGE= REPOSITORY= TRACKER= EMAIL=
	@$(PYTHON) dev/release.py "$(VERSION)" --homepage "$(HOMEPAGE)" --repository "$(REPOSITORY)" --tracker "$(TRACKER)" --email "$(EMAIL)"

link: setup $(QM) ## Put this checkout into your QGIS profile: QGIS_PROFILE=folder for another than the default
	@$(PYTHON) dev/link.py $(if $(QGIS_PROFILE),--profile "$(QGIS_PROFILE)")

run: setup $(QM) ## Open QGIS Desktop in Japanese with the plugin and the demo project, in a profile of its own
	@test -e "$(OUT)/case/situation.qgz" || $(MAKE) demo
	@$(PYTHON) dev/desktop.py run "$(OUT)/case/situation.qgz"

screenshots: packages-desktop setup $(QM) ## Draw the pictures: the dialogs in their states, QGIS Desktop and a map sheet
	@$(HEADLESS) $(PYTHON) dev/dialog_shots.py docs/images
	@$(HEADLESS) $(PYTHON) dev/contractor_shots.py docs/images
	@test -e "$(OUT)/case/situation.qgz" || $(MAKE) demo
	@$(PYTHON) dev/desktop.py screenshots "$(OUT)" docs/images

desk: packages-desktop setup ## Drive a real QGIS Desktop from the zip to the brief by mouse and keyboard; pictures in build/desk
	@$(PYTHON) dev/desk.py build/desk

practice: setup ## Start the practice aggregator for a drill: SCENARIO=folder PORT=8734 (`make demo` makes one)
	@test -d "$(SCENARIO)" || { echo "There is no scenario in $(SCENARIO). Make one with “make demo”, or name yours: make practice SCENARIO=folder."; exit 1; }
	@PYTHONPATH=build/plugins $(PYTHON) -m tomoshibi.practice "$(SCENARIO)" --port "$(PORT)"

bench: setup $(TOOLS_BENCH) ## Run every benchmark and print one table of ratios: ONLY=names
	@$(HEADLESS) $(PYTHON) benchmarks $(ONLY)

faults: setup ## Try every fault of server, network and disk with real transfers; write docs/transfers.md: minutes
	@$(HEADLESS) $(PYTHON) dev/fault_table.py

kills: setup $(QM) $(TOOLS_ENGINES) ## Kill every algorithm that writes into a case, and fill its disk; write docs/kills.md: TRIES=6 SEED=1 ONLY=names
	@$(HEADLESS) $(PYTHON) dev/kill_table.py --tries "$(or $(TRIES),6)" --seed "$(or $(SEED),1)" $(if $(ONLY),--only "$(ONLY)")

fuzz: setup ## Feed 10,000 mutated files, answers and case files to everything that reads: COUNT=10000 SEED=1
	@$(HEADLESS) $(PYTHON) dev/fuzz.py --count "$(or $(COUNT),10000)" --seed "$(or $(SEED),1)"

reference: setup $(QM) ## Write docs/algorithms.ja.md, the list of all algorithms, from the provider itself
	@$(HEADLESS) $(PYTHON) dev/reference.py --write

structure: setup ## Set right the drawing and the links of docs/architecture.md: what imports what, where a function begins
	@$(PYTHON) dev/structure.py docs

clean: ## Delete what was built, and nothing else: build/ dist/ compiled translations, caches
	@rm -rf build dist i18n/*.qm .pytest_cache .ruff_cache .hypothesis
	@find . -path ./.venv -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +
