# The two commands of the README, and what CI and developers run. Each ends with a line that says what happened.
SHELL := /bin/bash
PACKAGES := libcurl4-openssl-dev libzstd-dev pkg-config
FOLDER := .build/drill

.PHONY: drill test build packages format lint

drill: packages
	@echo "==> Building lifeboat (the first build takes a few minutes)"
	@swift build -c release --product lifeboat
	@mkdir -p $(FOLDER) && rm -rf $(FOLDER)/repository $(FOLDER)/password && umask 077 && \
	  head -c 24 /dev/urandom | base64 > $(FOLDER)/password
	@echo "==> Main job: back up the sandbox cluster, lose it, rebuild it, run the readiness checklist"
	@export LIFEBOAT_REPOSITORY=$(FOLDER)/repository LIFEBOAT_PASSWORD_FILE=$(FOLDER)/password; \
	  .build/release/lifeboat init && \
	  .build/release/lifeboat drill run cluster-lost --report $(FOLDER)/report.html && \
	  echo "==> Done: the cluster was rebuilt and passed. Report: $(CURDIR)/$(FOLDER)/report.html" || \
	  { echo "==> FAILED: see the messages above, and the report if one was written: $(CURDIR)/$(FOLDER)/report.html"; exit 1; }

test: packages
	@echo "==> Building the tests (the first build takes a few minutes)"
	@swift build --build-tests
	@echo "==> Running the tests"
	@set -o pipefail; swift test --skip-build --disable-xctest 2>&1 | tee .build/test.log | .ci/progress && \
	  echo "==> Done: all tests passed" || { echo "==> FAILED: the failures are above, everything is in .build/test.log"; exit 1; }

build: packages
	swift build -c release --product lifeboat

packages:
	@.ci/packages $(PACKAGES)

format:
	swift format --in-place --recursive --parallel Sources Tests Package.swift

lint:
	.ci/lint
