#!/usr/bin/env python3
"""The rate of `naru train` itself: sentences of all lengths from the embedded corpus, batching, optimizer and history included; in turn
with one thread and with two, in f32 and, where the machine multiplies it faster, in bf16. `naru bench train` and compare_training.py know one shape only.

usage: bench/train_rate.py [--naru build/naru] [--preset transformer-small …] [--precision f32 bf16] [--threads 1 2] [--steps 30] [--rounds 3]
Target tokens per second from history.jsonl, without the first third of the steps (first sights of a shape); the median of the rounds."""
import argparse, itertools, json, statistics, subprocess, tempfile
from pathlib import Path

from compare_training import precisions


def train(options, corpus, preset, precision, threads):
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model"
        command = [options.naru, "train", "--model", model, "--preset", preset, "--train", corpus, "--precision", precision, "--threads", threads,
                   "--batch-tokens", options.batch_tokens, "--max-steps", options.steps, "--set", "vocabulary=4000"]
        subprocess.run([str(part) for part in command], check=True, stderr=subprocess.DEVNULL)
        with open(model / "history.jsonl") as file:
            steps = [json.loads(line) for line in file][options.steps // 3:]
    return sum(step["target_tokens"] for step in steps) / sum(step["seconds"] for step in steps)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--naru", default="build/naru")
    parser.add_argument("--preset", nargs="+", default=["transformer-small", "seq2seq", "seq2seq-attention"])
    parser.add_argument("--precision", nargs="+", choices=["f32", "bf16"])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--batch-tokens", type=int, default=2048)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "train.tsv"
        corpus.write_bytes(subprocess.run([options.naru, "phrases", "--pairs", "20000"], stdout=subprocess.PIPE, check=True).stdout)
        print(f"{'preset':<20}{'precision':>10}" + "".join(f"{f'{count} threads':>12}" for count in options.threads) + f"{'ratio':>8}", flush=True)
        for preset, precision in itertools.product(options.preset, options.precision or precisions(options.naru)):
            rounds = [[train(options, corpus, preset, precision, count) for count in options.threads] for _ in range(options.rounds)]
            rates = [statistics.median(rates) for rates in zip(*rounds)]
            print(f"{preset:<20}{precision:>10}" + "".join(f"{rate:>12.0f}" for rate in rates) + f"{rates[-1] / rates[0]:>8.2f}", flush=True)


main()
