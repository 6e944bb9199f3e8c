# What a contributor types; CMake does the work.
BUILD ?= build

.PHONY: all demo deps build build-tests test test-slow bench format check tidy install clean
all: build

deps:            ## install what the build needs (apt; npm for the report page); nothing when all is there
	@scripts/deps

build: deps      ## the library and the command: build/naru
	@cmake -G Ninja -B $(BUILD) -DNARU_TESTS=OFF -DNARU_BENCH=OFF > /dev/null
	@cmake --build $(BUILD)

build-tests: deps
	@scripts/deps libopenmpi-dev openmpi-bin || echo "make: going on without MPI; its tests are skipped" >&2
	@cmake -G Ninja -B $(BUILD) -DNARU_TESTS=ON -DNARU_BENCH=OFF > /dev/null
	@cmake --build $(BUILD)

test: build-tests  ## the default suite: minutes
	@ctest --test-dir $(BUILD) --output-on-failure -j 2 -LE slow

test-slow: build-tests
	@ctest --test-dir $(BUILD) --output-on-failure -L slow

demo: build      ## the main job on the embedded corpus
	@$(BUILD)/naru demo --out out/demo

bench: deps      ## products and ops against their floors, naru train on sentences of all lengths, training beside PyTorch (if installed); a quiet machine
	@cmake -G Ninja -B $(BUILD) -DNARU_BENCH=ON > /dev/null
	@cmake --build $(BUILD)
	@$(BUILD)/naru doctor
	@NARU_THREADS=1 $(BUILD)/bench/product_bench
	@$(BUILD)/bench/ops_bench
	@bench/train_rate.py --naru $(BUILD)/naru
	@bench/compare_training.py --naru $(BUILD)/naru --profile

format:          ## clang-format over the tree
	@command -v clang-format > /dev/null || scripts/deps clang-format
	@git ls-files '*.cpp' '*.h' | xargs clang-format -i

check:           ## formatting, rooms, lines per room
	@scripts/check

tidy: deps  ## clang-tidy over naru/ and cli/ (or: scripts/tidy FILE...); minutes
	@scripts/tidy

install: build
	@cmake --install $(BUILD)

clean:
	@rm -rf $(BUILD)
