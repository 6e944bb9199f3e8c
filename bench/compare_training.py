#!/usr/bin/env python3
"""naru and PyTorch train the same models on the same shapes, in turn, in one run: tokens per second, memory, ratios.

usage: bench/compare_training.py [--naru build/naru] [--geometry small lstm …] [--precision f32 bf16] [--rounds 3] [--threads 2] [--profile]
bf16 is PyTorch's autocast; without --precision it is measured besides f32 where `naru doctor` finds that the machine multiplies it faster.
PyTorch is Debian's python3-torch under /usr/bin/python3; where it is missing, only naru is measured, and the script says so."""
import argparse, json, statistics, subprocess, sys
from pathlib import Path

TORCH = Path(__file__).with_name("torch_training.py")


def run(command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {result.stderr.strip()}")
    return json.loads(result.stdout.strip().splitlines()[-1])


def precisions(naru):
    rates = run([naru, "doctor", "--json"])["gemm"]
    return ["f32", "bf16"] if rates["bf16"] > 1.2 * rates["f32"] else ["f32"]


def compare(options, geometry, precision, have_torch):
    command = [options.naru, "bench", "train", "--geometry", geometry, "--precision", precision, "--threads", str(options.threads)]
    ours, theirs = [], []
    for _ in range(options.rounds):
        ours.append(run([*command, "--json"]))
        if have_torch:
            theirs.append(run(["/usr/bin/python3", TORCH, geometry, str(options.threads), precision]))
    rate, memory = summary(ours)
    row = f"{geometry:<14} {rate:>11.0f}"
    if theirs:
        assert ours[0]["parameters"] == theirs[0]["parameters"], "the models differ in size"
        torch_rate, torch_memory = summary(theirs)
        print(f"{row} {torch_rate:>12.0f} {rate / torch_rate:>6.2f} {memory:>8.0f} {torch_memory:>9.0f} {memory / torch_memory:>7.2f}", flush=True)
    else:
        print(f"{row} {'':>12} {'':>6} {memory:>8.0f}", flush=True)
    if options.profile:
        print(subprocess.run([*command, "--profile"], capture_output=True, text=True, check=True).stderr)


def summary(results):
    return statistics.median(one["target_tokens_per_second"] for one in results), max(one["peak_bytes"] for one in results) / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--naru", default="build/naru")
    parser.add_argument("--geometry", nargs="+", default=["small", "lstm", "lstm-attn", "base"])
    parser.add_argument("--precision", nargs="+", choices=["f32", "bf16"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--profile", action="store_true", help="also show where naru's time went, by one more run")
    options = parser.parse_args()
    have_torch = subprocess.run(["/usr/bin/python3", "-c", "import torch"], capture_output=True).returncode == 0
    if not have_torch:
        print("python3-torch is not installed: measuring naru alone")
    for precision in options.precision or precisions(options.naru):
        print(f"{precision + ' ' + 'geometry':<14} {'naru tok/s':>11} {'torch tok/s':>12} {'ratio':>6} {'naru MB':>8} {'torch MB':>9} {'memory':>7}")
        for geometry in options.geometry:
            compare(options, geometry, precision, have_torch)


if __name__ == "__main__":
    main()
