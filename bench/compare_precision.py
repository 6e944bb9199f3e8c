#!/usr/bin/env python3
"""f32 and bf16 training side by side: the same steps on the same pairs, once for each seed; BLEU and chrF of the tests, tokens per second.

usage: bench/compare_precision.py --out /tmp/precision [--preset transformer-tiny] [--seeds 3] [--max-steps 1500] [--batch-tokens 2048]
                                  [--set key=value ...] [--train F --dev F --tests F ...] [--lowercase] [--reach BLEU]
Without --train the embedded corpus serves: 60,000 pairs, tests `test` and `compose`. What is finished in --out is not run again."""
import argparse, json, math, statistics, subprocess
from pathlib import Path

PRECISIONS = ["f32", "bf16"]


def embedded(naru, folder):
    files = {}
    for split, pairs in {"train": 60000, "dev": 500, "test": 1000, "compose": 1000}.items():
        files[split] = folder / f"{split}.tsv"
        if not files[split].exists():
            files[split].write_bytes(subprocess.run([naru, "phrases", "--pairs", str(pairs), "--split", split], stdout=subprocess.PIPE, check=True).stdout)
    return files["train"], files["dev"], [files["test"], files["compose"]]


def train_and_measure(options, precision, seed, train, dev, tests):
    model = Path(options.out) / f"{options.preset}-{precision}-{seed}"
    results = model.with_suffix(".json")
    if results.exists():
        return json.loads(results.read_text())
    command = [options.naru, "train", "--model", model, "--preset", options.preset, "--train", train, "--dev", dev, "--precision", precision,
               "--seed", seed, "--max-steps", options.max_steps, "--batch-tokens", options.batch_tokens, "--threads", options.threads]
    with open(model.with_suffix(".log"), "a") as log:
        subprocess.run([str(part) for part in command + (["--set", *options.set] if options.set else [])], check=True, stderr=log)
        steps = [json.loads(line) for line in open(model / "history.jsonl")]
        found = {"tokens/s": sum(step["target_tokens"] for step in steps) / sum(step["seconds"] for step in steps),
                 "dev loss": min(step["dev_loss"] for step in steps if "dev_loss" in step)}
        if options.reach:
            found[f"minutes to {options.reach:g} BLEU"] = minutes_to(options.reach, steps)
        for test in tests:
            command = [options.naru, "evaluate", "--model", model, "--test", test, "--metric", "bleu", "chrf", "--threads", options.threads, "--json"]
            output = subprocess.run([str(part) for part in command + (["--lowercase"] if options.lowercase else [])], check=True, stdout=subprocess.PIPE, stderr=log).stdout
            for metric in json.loads(output)["metrics"]:
                found[f"{Path(test).stem} {metric['name']}"] = metric["score"]
    results.write_text(json.dumps(found))
    return found


def minutes_to(bleu, steps):
    """Of training, validations not counted, until the development set first had that BLEU."""
    seconds = 0
    for step in steps:
        seconds += step["seconds"]
        if step.get("bleu", 0) >= bleu:
            return seconds / 60
    return math.inf


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, help="folder for corpora, models, logs and results")
    parser.add_argument("--preset", default="transformer-tiny")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--max-steps", type=int, default=1500)
    parser.add_argument("--batch-tokens", type=int, default=2048)
    parser.add_argument("--set", nargs="+", default=[], help="key=value for naru train")
    parser.add_argument("--train")
    parser.add_argument("--dev")
    parser.add_argument("--tests", nargs="+")
    parser.add_argument("--lowercase", action="store_true")
    parser.add_argument("--reach", type=float, help="also the minutes until the development set had this BLEU; wants --set validate_by=bleu")
    parser.add_argument("--naru", default="build/naru")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    Path(options.out).mkdir(parents=True, exist_ok=True)
    train, dev, tests = (options.train, options.dev, options.tests) if options.train else embedded(options.naru, Path(options.out))
    results = {precision: [] for precision in PRECISIONS}
    for seed in range(1, options.seeds + 1):
        for precision in PRECISIONS:
            results[precision].append(train_and_measure(options, precision, seed, train, dev, tests))
            print(precision, "seed", seed, " ".join(f"{name} {value:.2f}" for name, value in results[precision][-1].items()), flush=True)
    print(f"\n{'mean of ' + str(options.seeds) + ' seeds (± deviation)':<32}" + "".join(f"{precision:>18}" for precision in PRECISIONS))
    for name in results["f32"][0]:
        cells = []
        for precision in PRECISIONS:
            values = [result[name] for result in results[precision]]
            deviation = statistics.stdev(values) if len(values) > 1 and all(map(math.isfinite, values)) else 0
            cells.append(f"{statistics.mean(values):.2f} ± {deviation:.2f}")
        print(f"{name:<32}" + "".join(f"{cell:>18}" for cell in cells))


main()
