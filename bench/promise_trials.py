#!/usr/bin/env python3
"""Does `naru compress --max-drop` keep its promise on sentences that it never saw? Each trial compresses a model with its
development set and measures the drop on its test set, beside that of plain int8 of all matrices.

usage: bench/promise_trials.py --out /tmp/trials --model NAME FOLDER DEV TEST [--model …] [--means int8 int4 int8+all …] [--max-drops 0.3 1 …]
A means is a --dtype, with +heads, +units or +all for --prune. Every model is tried with every means and every drop; a trial is a line of
OUT/trials.jsonl when it is finished, and is not run again. The log of each stands beside it. The table has all trials of the folder."""
import argparse, json, shutil, subprocess
from pathlib import Path


def read(path):
    return [json.loads(line) for line in open(path)] if path.exists() else []


class Trials:
    def __init__(self, options):
        self.options, self.out = options, Path(options.out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.file = self.out / "trials.jsonl"
        self.finished = {line["trial"]: line for line in read(self.file)}

    def once(self, name, run):
        """What `run` gives, as the file has it if it ran before."""
        if name not in self.finished:
            self.finished[name] = {"trial": name, **run()}
            with open(self.file, "a") as file:
                file.write(json.dumps(self.finished[name]) + "\n")
        return self.finished[name]

    def naru(self, *arguments):
        """Exit code, standard output, last line of the log."""
        command = [str(part) for part in (self.options.naru, *arguments, "--threads", self.options.threads)]
        ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if ran.returncode not in (0, 2):
            raise SystemExit(f"{' '.join(command)}: exit {ran.returncode}: {ran.stderr}")
        return ran.returncode, ran.stdout, ran.stderr

    def score(self, folder, test, precision="stored"):
        code, out, error = self.naru("evaluate", "--model", folder, "--test", test, "--metric", "bleu", "--precision", precision, "--beam", self.options.beam,
                                    "--json")
        if code:
            raise SystemExit(error)
        return json.loads(out)["metrics"][0]["score"]

    def run(self, name, folder, dev, test, means, drop):
        plain = self.once(f"{name}, as it is", lambda: {"score": self.score(folder, test)})["score"]
        int8 = self.once(f"{name}, int8", lambda: {"score": self.score(folder, test, "int8")})["score"]
        dtype, _, prune = means.partition("+")

        def trial():
            label, small = f"{name}-{means}-{drop:g}", self.out / f"{name}-{means}-{drop:g}"
            shutil.rmtree(small, ignore_errors=True)
            code, out, log = self.naru("compress", "--model", folder, "--out", small, "--dtype", dtype, "--prune", prune or "none",
                                       "--max-drop", f"{drop:g}", "--dev", dev, "--beam", self.options.beam, "--json")
            (self.out / f"{label}.log").write_text(log)
            found = {"model": name, "means": means, "promised": drop, "int8": plain - int8, "refused": code == 2}
            if code == 2:
                return {**found, "why": log.strip().splitlines()[-1]}
            best = json.loads(out)["best"]
            found |= {"best": best["name"], "dev": best["drop"], "bound": best["bound"], "test": plain - self.score(small, test),
                      "share": (small / "model.safetensors").stat().st_size / (Path(folder) / "model.safetensors").stat().st_size}
            shutil.rmtree(small)
            return found

        return self.once(f"{name}, {means}, {drop:g}", trial)


def table(trials):
    lines = ["| model | means | promised | written | size | dev: drop | up to | test: drop | int8's | |", "|---|---|---|---|---|---|---|---|---|---|"]
    for each in trials:
        start = f"| {each['model']} | {each['means']} | {each['promised']:g} |"
        if each["refused"]:
            lines.append(f"{start} refused | | | | | {each['int8']:.2f} | |")
        else:
            lines.append(f"{start} {each['best']} | {100 * each['share']:.0f} % | {each['dev']:.2f} | {each['bound']:.2f} | {each['test']:.2f} | "
                         f"{each['int8']:.2f} | {'kept' if each['test'] <= each['promised'] else 'BROKEN'} |")
    accepted = [each for each in trials if not each["refused"]]
    kept = sum(each["test"] <= each["promised"] for each in accepted)
    smaller = sum(each["best"] != "as it is" for each in accepted)
    needless = sum(each["refused"] and each["int8"] <= each["promised"] for each in trials)
    return "\n".join(lines) + (f"\n\n{len(trials)} trials: {len(accepted)} accepted, {smaller} of them smaller; promise kept in {kept} of {len(accepted)}; "
                               f"{len(trials) - len(accepted)} refused, {needless} of them though int8 of all keeps it on the test set.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, help="folder for results and logs")
    parser.add_argument("--model", required=True, nargs=4, action="append", metavar=("NAME", "FOLDER", "DEV", "TEST"))
    parser.add_argument("--means", nargs="+", default=["int8", "int4"])
    parser.add_argument("--max-drops", nargs="+", type=float, default=[0.3, 1])
    parser.add_argument("--beam", type=int, default=4, help="the same in all trials of a folder")
    parser.add_argument("--naru", default="build/naru")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    trials = Trials(options)
    for model in options.model:
        for means in options.means:
            for drop in options.max_drops:
                trials.run(*model, means, drop)
    print(table([line for line in trials.finished.values() if "means" in line]))


if __name__ == "__main__":
    main()
