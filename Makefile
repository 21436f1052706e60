# make demo    shows fixer at work on a copy of examples/shop
# make test    linters, types and tests
# make bench   measures the speed, beside other tools on the same files (FIXER_BENCH_ALL=1: the long part too)
# make fuzz    hostile input for ten minutes (FIXER_FUZZ_SECONDS), from a seed that it prints (FIXER_FUZZ_SEED)
# make judges  other tools' findings on a corpus before and after the fixes; ARGUMENTS are passed on: --help
# make run-tests  builds and runs projects before and after their fixes, in containers; needs root on Debian 12
# make lint    linters and types only
# make clean   removes what these targets have made
#
# Needs make and python3 (3.11 or newer) with venv; test also needs git, and installs programs that it runs on Debian
# when it may. Each target sets up .venv itself.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
RUNTIME := .venv/made-runtime
DEVELOPMENT := .venv/made-development

# Each is a Debian package of the same name.
PROGRAMS := docker-registry openssl skopeo tmux

.PHONY: demo test programs bench fuzz judges run-tests lint clean
.DEFAULT_GOAL := test

demo: $(RUNTIME)
	@folder=$$(mktemp -d)
	trap 'rm -rf "$$folder"' EXIT
	cp -R examples/shop "$$folder"
	fixer=$$PWD/$(BIN)/fixer
	cd "$$folder/shop"
	# Exit code 1 says that findings are left: that is what a demonstration is for.
	step() { printf '\n$$ fixer %s\n' "$$*"; "$$fixer" "$$@" || test $$? -eq 1; }
	step check
	step fix --diff
	step fix
	step check

test: lint programs
	@command -v git >/dev/null || { echo "make test: git is needed (apt install git)" >&2; exit 1; }
	$(BIN)/python -m pytest -q -n auto

# What tests run besides Python; as root on Debian it is installed, else the tests that need it are skipped and say so.
programs:
	@missing=()
	for program in $(PROGRAMS); do
		command -v "$$program" >/dev/null || missing+=("$$program")
	done
	if [ "$${#missing[@]}" = 0 ]; then
		exit 0
	fi
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		echo "installing $${missing[*]}" >&2
		export DEBIAN_FRONTEND=noninteractive
		apt-get -qq update && apt-get -qq install -y --no-install-recommends "$${missing[@]}" >/dev/null || \
			echo "make test: $${missing[*]} could not be installed: tests that need them are skipped" >&2
	else
		echo "make test: without $${missing[*]}, tests that need them are skipped (apt install $${missing[*]})" >&2
	fi

lint: $(DEVELOPMENT)
	@$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet || { $(BIN)/ruff format --check; exit 1; }
	$(BIN)/mypy

bench: $(DEVELOPMENT)
	@$(BIN)/python tests/bench/bench.py

fuzz: $(DEVELOPMENT)
	@PYTHONPATH=tests:. $(BIN)/python -W error -m fuzz

judges: $(DEVELOPMENT)
	@PYTHONPATH=tests $(BIN)/python -m judges $(ARGUMENTS)

run-tests: $(DEVELOPMENT)
	@$(BIN)/python tests/running/run.py $(ARGUMENTS)

clean:
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .judges build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): pyproject.toml
	@$(call set_up,-e .,$@)

$(DEVELOPMENT): pyproject.toml
	@$(call set_up,-e '.[test]',$@ $(RUNTIME))

# set_up: install $(1) into .venv, which is made when there is none that works, and note it in the files $(2).
define set_up
python=
for candidate in "$${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
	if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
		python=$$candidate
		break
	fi
done
if [ -z "$$python" ]; then
	echo "make: Python 3.11 or newer is needed (apt install python3 python3-venv)" >&2
	exit 1
fi
if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then
	echo "make: the venv module of $$python is needed (apt install python3-venv)" >&2
	exit 1
fi
echo "setting up .venv" >&2
$(BIN)/python -m pip --version >/dev/null 2>&1 || "$$python" -m venv --clear .venv
$(BIN)/python -m pip install --quiet --disable-pip-version-check $(1)
touch $(2)
endef

.ONESHELL:
