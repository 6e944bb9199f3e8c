#!/usr/bin/env python3
"""A student with and without its teacher: the same architecture, vocabularies, pairs, steps and seeds; BLEU and chrF of the tests.

usage: bench/compare_distillation.py --out OUT --teacher DIR [DIR ...] --train F --tests F [F ...] [--preset transformer-ssru-tiny] [--levels sequence word]
                                     [--seeds 3] [--max-steps 2000] [--batch-tokens 1024] [--set key=value ...] [--distil="--beam 1 --teacher-precision int8"]
                                     [--from DIR] [--precision int8] [--lowercase]
Students are measured at their last step, as --precision has it. What the teachers wrote is translated once and copied from seed to seed.
With --from all students begin with that model's weights. What is finished in --out is not run again."""
import argparse, json, shlex, shutil, statistics, subprocess
from pathlib import Path


def run(command, log):
    return subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, stderr=log).stdout


def measure(options, models, log):
    """BLEU and chrF of each test, of one model or several together."""
    found = {}
    for test in options.tests:
        command = [options.naru, "evaluate", "--model", *models, "--test", test, "--metric", "bleu", "chrf", "--precision", options.precision, "--threads", options.threads, "--json"]
        for metric in json.loads(run(command + (["--lowercase"] if options.lowercase else []), log))["metrics"]:
            found[f"{Path(test).stem} {metric['name']}"] = metric["score"]
    return found


def share_translations(options, level, seed, model):
    """Sequences do not depend on the seed; distributions follow the corpus's order, which does."""
    first = Path(options.out) / f"{level}-1" / "distilled"
    if level == "sequence" and seed > 1 and not (model / "distilled").exists():
        shutil.copytree(first, model / "distilled")


def student(options, level, seed):
    model = Path(options.out) / f"{level}-{seed}"
    results = model.with_suffix(".json")
    if results.exists():
        return json.loads(results.read_text())
    taught = ["distil", "--level", level, "--teacher", *options.teacher, *shlex.split(options.distil)]
    start = ["--from", options.start] if options.start else ["--preset", options.preset]
    own = ["train"] + ([] if options.start else ["--tokenizers", options.teacher[0]])
    share_translations(options, level, seed, model)
    command = [options.naru, *(own if level == "alone" else taught), "--model", model, *start, "--train", options.train, "--seed", seed, "--max-steps", options.max_steps,
               "--batch-tokens", options.batch_tokens, "--threads", options.threads, *(["--set", *options.set] if options.set else [])]
    with open(model.with_suffix(".log"), "a") as log:
        run(command, log)
        found = measure(options, [model], log)
    results.write_text(json.dumps(found))
    return found


def teacher(options):
    results = Path(options.out) / "teacher.json"
    if not results.exists():
        with open(results.with_suffix(".log"), "a") as log:
            found = measure(options, options.teacher, log)
        results.write_text(json.dumps(found))
    return json.loads(results.read_text())


def row(name, values):
    deviation = f" ± {statistics.stdev(values):.2f}" if len(values) > 1 else ""
    return f"{name:<36}{statistics.mean(values):>8.2f}{deviation:<9}" + " ".join(f"{value:8.2f}" for value in values)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, help="folder for models, logs and results")
    parser.add_argument("--teacher", nargs="+", required=True)
    parser.add_argument("--train", required=True)
    parser.add_argument("--tests", nargs="+", required=True)
    parser.add_argument("--preset", default="transformer-ssru-tiny")
    parser.add_argument("--from", dest="start", help="model folder whose weights all students begin with")
    parser.add_argument("--levels", nargs="+", default=["sequence"], choices=["sequence", "word", "both"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--max-steps", type=int, default=2000)
    parser.add_argument("--batch-tokens", type=int, default=1024)
    parser.add_argument("--set", nargs="+", default=[], help="key=value of all trainings")
    parser.add_argument("--distil", default="", help="more options of naru distil, in one argument")
    parser.add_argument("--precision", default="int8", help="that students and teachers are measured at")
    parser.add_argument("--lowercase", action="store_true")
    parser.add_argument("--naru", default="build/naru")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    Path(options.out).mkdir(parents=True, exist_ok=True)
    arms = ["alone", *options.levels]
    results = {arm: [] for arm in arms}
    for seed in range(1, options.seeds + 1):
        for arm in arms:
            results[arm].append(student(options, arm, seed))
            print(arm, "seed", seed, " ".join(f"{name} {value:.2f}" for name, value in results[arm][-1].items()), flush=True)
    print(f"\n{'':<36}{'mean':>8} ± deviation, and each seed")
    for name, score in teacher(options).items():
        print(row(f"{name}: teacher", [score]))
        for arm in arms:
            print(row(f"{name}: {arm}", [result[name] for result in results[arm]]))
        for arm in options.levels:
            print(row(f"{name}: {arm} - alone", [taught[name] - alone[name] for taught, alone in zip(results[arm], results["alone"])]))


main()
