# The two commands of the README, and what CI and developers run. Each ends with a line that says what happened.
SHELL := /bin/bash
PACKAGES := libcurl4-openssl-dev libssl-dev libzstd-dev libisal-dev zlib1g-dev pkg-config
FOLDER := .build/drill

.PHONY: drill test build packages format lint

drill: packages
	@echo "==> Building lifeboat (the first build takes a few minutes)"
	@swift build -c release --product lifeboat --static-swift-stdlib
	@echo "==> Running the drill cluster-lost on the sandbox"
	@.build/release/lifeboat drill run cluster-lost --report $(FOLDER) && \
	  echo "==> Done: the cluster was lost, rebuilt and checked; open the report above" || \
	  { echo "==> FAILED: the drill was not passed; the report above says why"; exit 1; }

test: packages
	@echo "==> Building the tests (the first build takes a few minutes)"
	@swift build --build-tests
	@echo "==> Running the tests"
	@set -o pipefail; swift test --skip-build --disable-xctest --experimental-maximum-parallelization-width 6 2>&1 | tee .build/test.log | .ci/progress && \
	  echo "==> Done: all tests passed" || \
	  { echo "==> FAILED: everything is in .build/test.log; what failed:"; grep -aE '^(✘ Test|↳)' .build/test.log | cut -c1-600; exit 1; }

build: packages
	swift build -c release --product lifeboat --static-swift-stdlib

packages:
	@.ci/packages $(PACKAGES)

format:
	swift format --in-place --recursive --parallel Sources Tests Package.swift

lint:
	.ci/lint
