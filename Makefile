# Everything from a fresh clone: `make chat`. `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
UV := $(VENV)/uv/bin/uv
STAMP := $(VENV)/.installed
# TORCH_BACKEND=cpu installs the build of PyTorch that has no CUDA in it: a third of the download.
TORCH_BACKEND ?= default
SHOP ?=
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
# Compiled modules are kept: compiling TensorFlow at each start takes ten seconds.
unexport PYTHONDONTWRITEBYTECODE
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
# Threads that wait give their core away: two of them may share one.
export OMP_WAIT_POLICY := PASSIVE
SHOP_OPTION := $(if $(SHOP),--shop "$(SHOP)")

.PHONY: help setup prepare chat serve browser screenshots test bench lint clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | column -t -s "$$(printf '\t')"

setup: $(STAMP) ## install everything into .venv

prepare: $(STAMP) ## build the demo shop, its index and the assistant where needed
	@$(BIN)/shoptalk prepare $(SHOP_OPTION)

chat: prepare ## talk in the terminal
	@$(BIN)/shoptalk chat $(SHOP_OPTION)

serve: prepare ## serve the assistant on loopback
	@$(BIN)/shoptalk serve $(SHOP_OPTION)

browser: ## find or install what the browser tests need
	@sh tests/browser/install.sh

screenshots: prepare browser ## make the pictures in docs/screenshots/
	@$(BIN)/python -m tests.browser.screenshots

test: $(STAMP) browser ## run all tests
	@$(BIN)/python -m pytest

bench: prepare ## run the benchmarks that take no minutes; JSON in results/, a table in BENCHMARKS.md
	@$(BIN)/shoptalk bench $(SHOP_OPTION)

lint: $(STAMP) ## check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

clean: ## remove what was built, not what was installed
	rm -rf .shoptalk bot/models bot/.rasa results

# Python 3.10 from the path, pyenv or uv. Rasa 3.6 runs on no newer one.
define FIND_PYTHON
for candidate in python3.10 "$$(pyenv prefix 3.10 2>/dev/null || true)/bin/python3.10" \
    "$$(uv python find 3.10 2>/dev/null || true)"; do \
  if "$$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null; \
  then python="$$candidate"; break; fi; \
done; \
if [ -z "$${python:-}" ]; then \
  echo "Shoptalk needs Python 3.10: install it, for example with 'uv python install 3.10' or 'pyenv install 3.10', and run make again." >&2; \
  exit 1; \
fi
endef

$(BIN)/python:
	@$(FIND_PYTHON); "$$python" -m venv $(VENV)

# Beside the packages, which uv makes exactly what the lock says.
$(UV): | $(BIN)/python
	@echo "Setting up the installer …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --target $(VENV)/uv uv

$(STAMP): pyproject.toml requirements.lock | $(UV)
ifeq ($(TORCH_BACKEND),default)
	@echo "Installing packages (about 3 GB to download the first time) …"
	@$(UV) pip sync requirements.lock
else
	@# Other builds of torch have other checksums than the lock; the rest is checked as ever.
	@echo "Installing packages …"
	@$(UV) pip install --no-deps \
	  --torch-backend=$(TORCH_BACKEND) "$$(sed -n 's/^\(torch==[^ ]*\).*/\1/p' requirements.lock)"
	@$(BIN)/python -c 'import re, sys; \
	  blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", sys.stdin.read()); \
	  left_out = re.compile(r"(torch|triton)==|(nvidia|cuda)-"); \
	  print("".join(block for block in blocks if not left_out.match(block)))' \
	  < requirements.lock > $(VENV)/requirements.cpu.lock
	@$(UV) pip install --no-deps --require-hashes \
	  -r $(VENV)/requirements.cpu.lock
endif
	@$(UV) pip install --quiet --no-deps -e .
	@touch $@
