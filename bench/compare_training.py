#!/usr/bin/env python3
"""naru and PyTorch train the same models on the same shapes, in turn, in one run: tokens per second, memory, ratios.

usage: bench/compare_training.py [--naru build/naru] [--geometry small lstm …] [--precision f32] [--rounds 3] [--threads 2]
PyTorch is Debian's python3-torch under /usr/bin/python3; where it is missing, only naru is measured, and the script says so."""
import argparse, json, statistics, subprocess, sys
from pathlib import Path

TORCH = Path(__file__).with_name("torch_training.py")


def run(command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {result.stderr.strip()}")
    return json.loads(result.stdout.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--naru", default="build/naru")
    parser.add_argument("--geometry", nargs="+", default=["small", "lstm", "lstm-attn", "base"])
    parser.add_argument("--precision", choices=["f32", "bf16"], default="f32", help="bf16: PyTorch's autocast")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    have_torch = subprocess.run(["/usr/bin/python3", "-c", "import torch"], capture_output=True).returncode == 0
    if not have_torch:
        print("python3-torch is not installed: measuring naru alone")
    print(f"{'geometry':<10} {'naru tok/s':>11} {'torch tok/s':>12} {'ratio':>6} {'naru MB':>8} {'torch MB':>9} {'memory':>7}")
    for geometry in options.geometry:
        ours, theirs = [], []
        for _ in range(options.rounds):
            ours.append(run([options.naru, "bench", "train", "--geometry", geometry, "--precision", options.precision, "--threads", str(options.threads), "--json"]))
            if have_torch:
                theirs.append(run(["/usr/bin/python3", TORCH, geometry, str(options.threads), options.precision]))
        rate = statistics.median(one["target_tokens_per_second"] for one in ours)
        memory = max(one["peak_bytes"] for one in ours) / 1e6
        if not theirs:
            print(f"{geometry:<10} {rate:>11.0f} {'':>12} {'':>6} {memory:>8.0f}")
            continue
        assert ours[0]["parameters"] == theirs[0]["parameters"], "the models differ in size"
        torch_rate = statistics.median(one["target_tokens_per_second"] for one in theirs)
        torch_memory = max(one["peak_bytes"] for one in theirs) / 1e6
        print(f"{geometry:<10} {rate:>11.0f} {torch_rate:>12.0f} {rate / torch_rate:>6.2f} {memory:>8.0f} {torch_memory:>9.0f} {memory / torch_memory:>7.2f}")


main()
