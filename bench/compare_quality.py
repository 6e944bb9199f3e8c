#!/usr/bin/python3
"""naru and plain PyTorch (bench/torch_translate.py) train the same models for the same minutes on the same pairs, one after the
other; then both translate the tests, and `naru metrics` measures them beside copying the source and the nearest training sentence.

usage: bench/compare_quality.py --data DIR --out OUT [--minutes 60] [--models transformer-small ...] [--swap]
                                [--tests test.tsv ...] [--only naru|torch] [--max-steps N] [--batch-tokens N] [--set key=value ...]
Everything stays in --out; what is finished there is not run again, and an interrupted training goes on. Each direction has its
own results.json and table. PyTorch is Debian's python3-torch (with python3-numpy) under /usr/bin/python3."""
import argparse, gzip, json, math, os, subprocess, sys, time
from collections import Counter, defaultdict
from pathlib import Path

TORCH = Path(__file__).with_name("torch_translate.py")
MODELS = ["transformer-small", "seq2seq", "seq2seq-attention"]
BASELINES = ["copy", "nearest"]


def read_columns(path, swap):
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8", newline="\n") as file:
        source, target = zip(*(line.rstrip("\n").split("\t") for line in file))
    return (target, source) if swap else (source, target)


def write_lines(path, lines):
    unfinished = path.with_name(path.name + ".tmp")
    unfinished.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    unfinished.replace(path)


def processor_seconds():
    """Busy seconds of all cores since the machine started, whoever used them."""
    user, nice, system, _, _, irq, softirq = map(int, Path("/proc/stat").read_text().split()[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def run(command, log, source=None, output=None):
    """Runs to the end, or leaves with the last line of the log. Gives seconds, and the share of all cores that others used."""
    with open(log, "a") as errors:
        begin, busy, own = time.monotonic(), processor_seconds(), sum(os.times()[2:4])
        result = subprocess.run([str(part) for part in command], stdin=source, stdout=output or subprocess.DEVNULL, stderr=errors)
        seconds = time.monotonic() - begin
    if result.returncode != 0:
        sys.exit(f"{log}: {' '.join(map(str, command[:3]))} … ended with {result.returncode}: {(log.read_text().splitlines() or [''])[-1]}")
    others = processor_seconds() - busy - (sum(os.times()[2:4]) - own)
    return {"seconds": round(seconds, 1), "used_by_others": round(max(0, others) / seconds / os.cpu_count(), 3)}


class Comparison:
    def __init__(self, options):
        self.options = options
        self.data = Path(options.data)
        self.folder = Path(options.out) / ("swapped" if options.swap else "straight")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.results_file = self.folder / "results.json"
        limits = {"minutes": options.minutes, "max_steps": options.max_steps, "data": str(self.data.resolve()), "train": options.train, "dev": options.dev, "threads": options.threads,
                  "batch_tokens": options.batch_tokens, "set": options.set}
        self.results = json.loads(self.results_file.read_text()) if self.results_file.exists() else {"limits": limits, "runs": {}, "scores": {}}
        if self.results["limits"] != limits:
            sys.exit(f"{self.results_file}: was made with {self.results['limits']}, not {limits}; give another --out")

    def save(self):
        write_lines(self.results_file, [json.dumps(self.results, ensure_ascii=False, indent=1)])

    def train(self, preset, system):
        name, model = f"{preset}/{system}", self.folder / preset / system
        if name in self.results["runs"]:
            return
        model.parent.mkdir(exist_ok=True)
        print(f"{time.strftime('%H:%M:%S')} training {name}: {model}.log", flush=True)
        options, train = self.options, self.data / self.options.train
        command = ["--model", model, "--train", train, "--dev", self.data / options.dev, "--threads", options.threads]
        command += (["--swap"] if options.swap else []) + (["--max-steps", options.max_steps] if options.max_steps else [])
        if system == "naru":
            command = [options.naru, "train", *command, "--preset", preset, "--max-minutes", options.minutes, "--batch-tokens", options.batch_tokens]
            command += ["--set", *options.set] if options.set else []
        else:
            like = model.with_name("naru")
            if not (like / "training.json").exists():
                sys.exit(f"{like}: no model there, whose settings and pieces both sides share; run without --only torch first")
            command = ["/usr/bin/python3", TORCH, "train", *command, "--minutes", options.minutes, "--naru", options.naru, "--like", like]
        self.results["runs"][name] = run(command, model.with_suffix(".log")) | history_facts(model / "history.jsonl")
        self.save()

    def translate(self, preset, system, test):
        output = self.folder / preset / f"{Path(test).stem}.{system}.txt"
        if output.exists():
            return output
        print(f"{time.strftime('%H:%M:%S')} translating {test} by {preset}/{system}", flush=True)
        model, unfinished = self.folder / preset / system, output.with_name(output.name + ".tmp")
        command = [self.options.naru] if system == "naru" else ["/usr/bin/python3", TORCH]
        with open(self.source_file(test)) as source, open(unfinished, "w") as translations:
            run(command + ["translate", "--model", model, "--threads", self.options.threads], model.with_suffix(".log"), source, translations)
        unfinished.replace(output)
        return output

    def source_file(self, test):
        source, target = read_columns(self.data / test, self.options.swap)
        for name, lines in (("source", source), ("reference", target)):
            write_lines(self.folder / f"{Path(test).stem}.{name}.txt", lines)
        return self.folder / f"{Path(test).stem}.source.txt"

    def baseline(self, name, test):
        if name == "copy":
            return self.source_file(test)
        output = self.folder / f"{Path(test).stem}.{name}.txt"
        if not output.exists():
            self.nearest = getattr(self, "nearest", None) or NearestSentence(*read_columns(self.data / self.options.train, self.options.swap))
            print(f"{time.strftime('%H:%M:%S')} nearest training sentences of {test}", flush=True)
            write_lines(output, map(self.nearest.translate, read_columns(self.data / test, self.options.swap)[0]))
        return output

    def measure(self, system, test, hypothesis):
        reference = hypothesis_file(self.folder, test, "reference")
        scores = {}
        for tokenization in ["13a"] + (["ko"] if self.options.swap else []):
            command = [self.options.naru, "metrics", "--reference", reference, "--hypothesis", hypothesis, "--metric", "bleu", "chrf",
                       "--tokenize", tokenization, "--json"]
            result = json.loads(subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, check=True).stdout)
            for metric in result["metrics"]:
                scores[metric["name"] + ("-ko" if metric["name"] == "bleu" and tokenization == "ko" else "")] = metric["score"]
        self.results["scores"].setdefault(system, {})[test] = scores
        self.save()


def hypothesis_file(folder, test, name):
    return folder / f"{Path(test).stem}.{name}.txt"


def history_facts(path):
    """What a training did, from its history: both sides write the same keys."""
    with open(path) as file:
        rows = [json.loads(line) for line in file]
    tokens, seconds = sum(row["target_tokens"] for row in rows), sum(row["seconds"] for row in rows)
    return {"steps": rows[-1]["step"], "epochs": rows[-1]["epoch"], "target_tokens": tokens, "tokens_per_second": round(tokens / seconds),
            "dev_loss": min((row["dev_loss"] for row in rows if "dev_loss" in row), default=None)}


def bigrams(text):
    return Counter(zip(" " + text, text))


class NearestSentence:
    """naru/lab/nearest_sentence.h: cosine of TF-IDF weighted character bigrams; ties go to the earlier sentence."""

    def __init__(self, sources, targets):
        import numpy

        self.numpy, self.targets, postings = numpy, targets, defaultdict(lambda: ([], []))
        found = Counter()
        for source in sources:
            found.update(bigrams(source).keys())
        self.rarity = {bigram: math.log(1 + len(sources) / count) for bigram, count in found.items()}
        for i, source in enumerate(sources):
            weights = {bigram: count * self.rarity[bigram] for bigram, count in bigrams(source).items()}
            norm = math.sqrt(sum(weight * weight for weight in weights.values()))
            for bigram, weight in weights.items():
                sentences, shares = postings[bigram]
                sentences.append(i)
                shares.append(weight / norm)
            if i % 20000 == 0:
                self.pack(postings)
        self.pack(postings)
        self.index = {bigram: [numpy.concatenate(parts) for parts in zip(*blocks)] for bigram, blocks in self.blocks.items()}
        del self.blocks

    def pack(self, postings):
        """Lists of numbers become arrays, which take a tenth of the memory."""
        self.blocks = getattr(self, "blocks", defaultdict(list))
        for bigram, (sentences, shares) in postings.items():
            self.blocks[bigram].append((self.numpy.array(sentences, "int32"), self.numpy.array(shares, "float32")))
        postings.clear()

    def translate(self, line):
        similarity = self.numpy.zeros(len(self.targets), "float32")
        for bigram, count in bigrams(line).items():
            if bigram in self.index:
                sentences, shares = self.index[bigram]
                similarity[sentences] += count * self.rarity[bigram] * shares  # a sentence stands once in a bigram's list
        return self.targets[int(similarity.argmax())]


def print_table(comparison, tests):
    columns = ["bleu", "chrf"] + (["bleu-ko"] if comparison.options.swap else [])
    titles = [f"{Path(test).stem} {column}" for test in tests for column in columns]
    print("\n| system | steps | million tokens | tokens/s | dev loss | used by others | " + " | ".join(titles) + " |")
    print("|---|" + "---:|" * (5 + len(titles)))
    for system, scores in comparison.results["scores"].items():
        facts = comparison.results["runs"].get(system)
        told = [f"{facts['steps']}", f"{facts['target_tokens'] / 1e6:.1f}", f"{facts['tokens_per_second']}", f"{facts['dev_loss']:.3f}",
                f"{100 * facts['used_by_others']:.0f} %"] if facts else [""] * 5
        told += [f"{scores[test][column]:.2f}" if test in scores else "" for test in tests for column in columns]
        print(f"| {system} | " + " | ".join(told) + " |")


def print_examples(comparison, test, outputs, count=10):
    """The same lines whatever was measured: spread evenly over the test."""
    read = lambda path: path.read_bytes().decode().split("\n")
    texts = {"source": read(comparison.source_file(test)), "reference": read(hypothesis_file(comparison.folder, test, "reference"))}
    texts |= {system: read(path) for system, path in outputs.items()}
    lines = len(texts["source"]) - 1
    for i in range(count):
        line = (2 * i + 1) * lines // (2 * count)
        print(f"\n{test}, line {line + 1}")
        for name, text in texts.items():
            print(f"  {name:<24} {text[line]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder of the pairs")
    parser.add_argument("--out", required=True, help="folder for models, translations, logs and results")
    parser.add_argument("--minutes", type=float, default=60, help="training time of each model")
    parser.add_argument("--max-steps", type=int, default=0, help="end after so many steps instead: compares step by step")
    parser.add_argument("--batch-tokens", type=int, default=4096, help="target tokens of a training batch, on both sides")
    parser.add_argument("--set", nargs="+", default=[], help="key=value for naru train. PyTorch follows in sizes, dropout, "
                        "rates, warm-up, betas, epsilon, label smoothing, clipping and lengths; others make the two unequal")
    parser.add_argument("--models", nargs="+", choices=MODELS, default=MODELS)
    parser.add_argument("--swap", action="store_true", help="the second column is the source; BLEU also with --tokenize ko")
    parser.add_argument("--train", default="train.tsv.gz")
    parser.add_argument("--dev", default="dev.tsv")
    parser.add_argument("--tests", nargs="+", default=["test.tsv", "everyday-test.tsv", "news-dev.tsv"])
    parser.add_argument("--only", choices=["naru", "torch"])
    parser.add_argument("--naru", default="build/naru")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    options.naru = str(Path(options.naru).resolve())
    systems = [options.only] if options.only else ["naru", "torch"]
    if "torch" in systems and subprocess.run(["/usr/bin/python3", "-c", "import torch"], capture_output=True).returncode != 0:
        print("python3-torch is not installed: running naru alone")
        systems.remove("torch")
    comparison, examples = Comparison(options), {}
    for preset in options.models:
        for system in systems:
            comparison.train(preset, system)
    for test in options.tests:
        for name in BASELINES:
            comparison.measure(name, test, comparison.baseline(name, test))
        for preset in options.models:
            for system in systems:
                output = comparison.translate(preset, system, test)
                comparison.measure(f"{preset}/{system}", test, output)
                if test == options.tests[0]:
                    examples[f"{preset}/{system}"] = output
    print_table(comparison, options.tests)
    print_examples(comparison, options.tests[0], examples)


main()
