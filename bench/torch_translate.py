#!/usr/bin/python3
"""naru's presets transformer-small, seq2seq and seq2seq-attention in plain PyTorch: what naru's quality is measured against.

usage: torch_translate.py train --model DIR --like DIR --train F.tsv[.gz] --dev F.tsv --minutes M [--swap]
       torch_translate.py translate --model DIR < lines > lines
Trained like a naru model folder: its preset, sizes, dropout, loss, schedule and batch size (config.json, training.json) and its pieces
(source.spm, target.spm); by Adam, whichever optimizer naru used. Only training, validating and saving count as time, as in `naru train`.
Runs on Debian's python3-torch (1.13); an interrupted training goes on from its last checkpoint."""
import argparse, gzip, json, math, os, subprocess, sys, time
from pathlib import Path

os.environ.setdefault("ATEN_CPU_CAPABILITY", "avx512" if "avx512f" in Path("/proc/cpuinfo").read_text() else "avx2")
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence

END, UNKNOWN = 0, 1  # ids of naru's tokenizers; the decoder starts from END
SEED, CHECKPOINT_EVERY = 1, 500
ADAM_RATE = dict(transformer=1.5e-3, seq2seq=3e-3)  # the best found for each


def linear(inputs, outputs, parts=1, bias=True):
    """Glorot's uniform weights, for each of `parts` projections in one matrix by itself; biases from zero."""
    layer = nn.Linear(inputs, parts * outputs, bias)
    for part in layer.weight.data.chunk(parts):
        nn.init.xavier_uniform_(part)
    if bias:
        nn.init.zeros_(layer.bias)
    return layer


def padding_mask(lengths):
    """[count, longest]: 0 at tokens, -inf behind the end."""
    return torch.zeros(len(lengths), int(lengths.max())).masked_fill_(torch.arange(int(lengths.max())) >= lengths[:, None], -math.inf)


def reversed_rows(x, lengths):
    """Each sequence of [count, longest, …] from its own end; what stands behind the end is of no account."""
    order = (lengths[:, None] - 1 - torch.arange(x.shape[1])).clamp_(min=0)
    return x[torch.arange(len(x))[:, None], order]


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.scale = heads, (width // heads) ** -0.5
        self.query, self.memory, self.out = linear(width, width), linear(width, width, parts=2), linear(width, width)

    def split(self, x):  # [count, tokens, width] -> [count, heads, tokens, width / heads]
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)

    def remember(self, x):
        return [self.split(part) for part in self.memory(x).chunk(2, -1)]

    def forward(self, x, keys, values, mask):
        weights = (self.split(self.query(x) * self.scale) @ keys.transpose(-1, -2) + mask).softmax(-1)
        return self.out((weights @ values).transpose(1, 2).reshape(x.shape))


class Layer(nn.Module):
    """A pre-norm layer of the encoder, or, with `crosses`, of the decoder."""

    def __init__(self, width, hidden, heads, dropout, crosses):
        super().__init__()
        self.attention, self.norm = Attention(width, heads), nn.LayerNorm(width)
        self.cross, self.cross_norm = (Attention(width, heads), nn.LayerNorm(width)) if crosses else (None, None)
        self.up, self.down, self.last_norm = linear(width, hidden), linear(hidden, width), nn.LayerNorm(width)
        self.drop = nn.Dropout(dropout)

    def forward(self, x, mask, past=(), source=(), source_mask=None):
        read = self.norm(x)
        keys, values = self.attention.remember(read)
        if past:
            keys, values = torch.cat((past[0], keys), 2), torch.cat((past[1], values), 2)
        x = x + self.drop(self.attention(read, keys, values, mask))
        if self.cross:
            x = x + self.drop(self.cross(self.cross_norm(x), *source, source_mask))
        return x + self.drop(self.down(F.relu(self.up(self.last_norm(x))))), [keys, values]


class Transformer(nn.Module):
    """Vaswani et al. 2017, pre-norm; the output is tied to the target embedding."""

    def __init__(self, source_vocabulary, target_vocabulary, width, dropout, encoder_layers, decoder_layers, feed_forward, heads):
        super().__init__()
        self.source, self.target = nn.Embedding(source_vocabulary, width), nn.Embedding(target_vocabulary, width)
        for table in (self.source, self.target):
            nn.init.normal_(table.weight, 0, width**-0.5)
        make = lambda layers, crosses: nn.ModuleList(Layer(width, feed_forward, heads, dropout, crosses) for _ in range(layers))
        self.encoder, self.decoder, self.drop = make(encoder_layers, False), make(decoder_layers, True), nn.Dropout(dropout)
        self.encoder_norm, self.decoder_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        angles = torch.arange(1024)[:, None] * 10000 ** (-torch.arange(0, width, 2) / width)
        self.register_buffer("positions", torch.stack((angles.sin(), angles.cos()), -1).view(1024, width), persistent=False)
        self.register_buffer("causal", torch.full((1024, 1024), -math.inf).triu_(1), persistent=False)

    def embed(self, table, ids, first=0):
        return self.drop(table(ids) * table.embedding_dim**0.5 + self.positions[first : first + ids.shape[1]])

    def start(self, source, lengths):
        """The state: the source's mask; keys and values of the source for each layer; those of the target so far."""
        mask, x = padding_mask(lengths)[:, None, None], self.embed(self.source, source)
        for layer in self.encoder:
            x, _ = layer(x, mask)
        x = self.encoder_norm(x)
        return [mask] + [part for layer in self.decoder for part in layer.cross.remember(x)]

    def append(self, state, ids):
        """[count, tokens] more of the target -> hidden rows [count, tokens, width], and the state after them."""
        read, count = 1 + 2 * len(self.decoder), ids.shape[1]
        first = state[read].shape[2] if len(state) > read else 0
        x, memory = self.embed(self.target, ids, first), []
        for i, layer in enumerate(self.decoder):
            x, more = layer(x, self.causal[first : first + count, : first + count], state[read + 2 * i : read + 2 * i + 2],
                            state[1 + 2 * i : 3 + 2 * i], state[0])
            memory += more
        return self.decoder_norm(x), state[:read] + memory

    def output(self, rows):
        return rows @ self.target.weight.T


def recurrent_tables(model, source_vocabulary, target_vocabulary, width, dropout):
    model.source, model.target = nn.Embedding(source_vocabulary, width), nn.Embedding(target_vocabulary, width)
    for table in (model.source, model.target):
        nn.init.uniform_(table.weight, -0.1, 0.1)
    model.output, model.drop = linear(width, target_vocabulary), nn.Dropout(dropout)


class Seq2Seq(nn.Module):
    """Sutskever et al. 2014: the encoder reads the source from its end, the decoder begins with its last states."""

    def __init__(self, source_vocabulary, target_vocabulary, width, dropout, encoder_layers, decoder_layers, forget_bias):
        super().__init__()
        recurrent_tables(self, source_vocabulary, target_vocabulary, width, dropout)
        self.encoder = nn.LSTM(width, width, encoder_layers, dropout=dropout, batch_first=True)
        self.decoder = nn.LSTM(width, width, decoder_layers, dropout=dropout, batch_first=True)
        for name, bias in [*self.encoder.named_parameters(), *self.decoder.named_parameters()]:
            if name.startswith("bias_ih"):
                bias.data.view(4, width)[1] += forget_bias  # gates: input, forget, cell, output

    def start(self, source, lengths):
        # Steps in pieces during which the same sentences are still being read: exact, and faster than a packed sequence,
        # whose backward pass on the CPU takes time in the square of the length.
        order = lengths.argsort(descending=True, stable=True)
        embedded = self.drop(self.source(reversed_rows(source, lengths)[order]))
        state, ended, begin = None, [], 0
        for end in lengths.unique().tolist():
            reading = int((lengths >= end).sum())
            if state:
                ended.append([part[:, reading:] for part in state])
                state = [part[:, :reading].contiguous() for part in state]
            _, state = self.encoder(embedded[:reading, begin:end], state)
            begin = end
        last = [torch.cat(parts, 1)[:, order.argsort()] for parts in zip(state, *reversed(ended))]
        return [part.transpose(0, 1) for part in last]

    def append(self, state, ids):
        hidden, last = self.decoder(self.drop(self.target(ids)), tuple(part.transpose(0, 1).contiguous() for part in state))
        return self.drop(hidden), [part.transpose(0, 1) for part in last]


class AttendingSeq2Seq(nn.Module):
    """Bahdanau et al. 2014: bidirectional GRU, additive attention before each step, maxout before the output."""

    def __init__(self, source_vocabulary, target_vocabulary, width, dropout):
        super().__init__()
        recurrent_tables(self, source_vocabulary, target_vocabulary, width, dropout)
        self.onward, self.backward, self.bridge = *(nn.GRU(width, width, batch_first=True) for _ in range(2)), linear(width, width)
        self.cell = nn.GRUCell(3 * width, width)
        self.query, self.key = linear(width, width, bias=False), linear(2 * width, width)
        self.score = nn.Parameter(torch.empty(width).uniform_(-0.1, 0.1))
        self.read_state, self.read_word = linear(width, 2 * width, bias=False), linear(width, 2 * width, bias=False)
        self.read_context = linear(2 * width, 2 * width, bias=False)

    def start(self, source, lengths):
        words = self.drop(self.source(source))
        backward = reversed_rows(self.backward(reversed_rows(words, lengths))[0], lengths)
        values = torch.cat((self.onward(words)[0], backward), -1)
        return [torch.tanh(self.bridge(backward[:, 0])), self.key(values), values, padding_mask(lengths)]

    def append(self, state, ids):
        h, keys, values, mask = state
        words = self.drop(self.target(ids))
        # The words' part of the cell's product is made for all steps at once.
        word_weight, context_weight = self.cell.weight_ih.split((words.shape[2], values.shape[2]), 1)
        word_gates, before, contexts = F.linear(words, word_weight, self.cell.bias_ih), [], []
        for gates in word_gates.unbind(1):
            energies = torch.tanh(keys + self.query(h)[:, None]) @ self.score + mask
            context = (energies.softmax(-1)[:, None] @ values)[:, 0]
            before.append(h)
            contexts.append(context)
            r, z, n = F.linear(context, context_weight, None).add(gates).chunk(3, 1)
            hr, hz, hn = F.linear(h, self.cell.weight_hh, self.cell.bias_hh).chunk(3, 1)
            n = torch.tanh(n + torch.sigmoid(r + hr) * hn)
            h = n + torch.sigmoid(z + hz) * (h - n)
        readout = self.read_state(torch.stack(before, 1)) + self.read_word(words) + self.read_context(torch.stack(contexts, 1))
        return self.drop(readout.unflatten(-1, (-1, 2)).amax(-1)), [h, keys, values, mask]


MODELS = {"transformer-small": (Transformer, ("encoder_layers", "decoder_layers", "feed_forward", "heads")),
          "seq2seq": (Seq2Seq, ("encoder_layers", "decoder_layers", "forget_bias")), "seq2seq-attention": (AttendingSeq2Seq, ())}


def build(preset, config):
    """The model of a naru preset in the sizes of its config.json."""
    model, sizes = MODELS[preset]
    return model(*(config[key] for key in ("source_vocabulary", "target_vocabulary", "width", "dropout") + sizes))


def naru_tokenizer(naru, direction, model, lines):
    command = [naru, "tokenizer", direction, "--model", str(model), "--ids"]
    text = "".join(line + "\n" for line in lines).encode()
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, check=True).stdout.decode().split("\n")[: len(lines)]


def encode(naru, model, lines):
    return [list(map(int, line.split())) for line in naru_tokenizer(naru, "encode", model, lines)]


def read_pairs(path, options):
    """Pairs of ids without the end of sentence, source first."""
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8", newline="\n") as file:
        columns = list(zip(*(line.rstrip("\n").split("\t") for line in file)))
    columns = columns[::-1] if options.swap else columns
    sides = [encode(options.naru, Path(options.like) / f"{side}.spm", lines) for side, lines in zip(("source", "target"), columns)]
    return [(source, target) for source, target in zip(*sides) if source and target]


def batches_of(pairs, batch_tokens, generator=None, window=100):
    """Lists of pairs of similar length with at most so many target tokens; with a generator, shuffled."""
    order = torch.randperm(len(pairs), generator=generator).tolist() if generator else range(len(pairs))
    tokens = sum(len(target) + 1 for _, target in pairs)
    windows = max(1, round(tokens / batch_tokens / window)) if generator else 1
    batches = []
    for i in range(windows):
        part = order[i * len(order) // windows : (i + 1) * len(order) // windows]
        begin, size = len(batches), batch_tokens
        for pair in sorted((pairs[j] for j in part), key=lambda pair: (max(map(len, pair)), len(pair[1]), len(pair[0]))):
            if size + len(pair[1]) + 1 > batch_tokens:
                batches.append([])
                size = 0
            batches[-1].append(pair)
            size += len(pair[1]) + 1
        if generator:
            batches[begin:] = [batches[begin + j] for j in torch.randperm(len(batches) - begin, generator=generator).tolist()]
    return batches


def padded(rows):
    return pad_sequence([torch.tensor(row) for row in rows], batch_first=True), torch.tensor([len(row) for row in rows])


def logits_of(model, pairs):
    """Scores of the target tokens of a batch, without those of the padding, and the tokens."""
    source, source_lengths = padded([source + [END] for source, _ in pairs])
    wanted, lengths = padded([target + [END] for _, target in pairs])
    hidden, _ = model.append(model.start(source, source_lengths), F.pad(wanted, (1, -1), value=END))
    real = torch.arange(wanted.shape[1]) < lengths[:, None]
    return model.output(hidden[real]), wanted[real]


@torch.no_grad()
def dev_loss(model, batches):
    model.eval()
    losses = [F.cross_entropy(*logits_of(model, pairs), reduction="none") for pairs in batches]
    model.train()
    return torch.cat(losses).mean().item()


def learning_rate(plan, step, seconds, options):
    """naru's `auto`: a straight line up over `warmup` steps, then half a cosine that ends with the planned time or steps."""
    peak, warmup = plan["learning_rate"], plan["warmup"]
    if step < warmup:
        return peak * step / warmup
    done = (step - warmup) / (options.max_steps - warmup) if options.max_steps > warmup else min(1, seconds / (60 * options.minutes))
    return peak * (1 + math.cos(math.pi * done)) / 2


def save(state, path):
    torch.save(state, path.with_suffix(".tmp"))
    path.with_suffix(".tmp").replace(path)


def train(options):
    folder = Path(options.model)
    folder.mkdir(parents=True, exist_ok=True)
    pairs, dev = read_pairs(options.train, options), read_pairs(options.dev, options)
    config, plan = (json.loads((Path(options.like) / name).read_text()) for name in ("config.json", "training.json"))
    if plan["optimizer"] == "muon":  # which Debian's PyTorch has not
        plan["learning_rate"] = ADAM_RATE["transformer" if plan["preset"].startswith("transformer") else "seq2seq"]
    pairs = [pair for pair in pairs if max(map(len, pair)) <= plan["max_length"]]
    torch.manual_seed(SEED)
    model = build(plan["preset"], config)
    optimizer = torch.optim.Adam(model.parameters(), betas=(plan["beta1"], plan["beta2"]), eps=plan["epsilon"])
    dev = batches_of(dev, 4096)
    at = dict(step=0, epoch=0, batch=0, seconds=0.0, best=math.inf)
    checkpoint = folder / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        torch.set_rng_state(saved["random"])
        at = saved["at"]
    (folder / "config.json").write_text(json.dumps({"preset": plan["preset"], "config": config, "naru": options.naru,
                                                    "tokenizers": str(Path(options.like).resolve())}))
    keep_history(folder / "history.jsonl", at["step"])
    ended = lambda: at["seconds"] >= 60 * options.minutes or (options.max_steps and at["step"] >= options.max_steps)
    with open(folder / "history.jsonl", "a") as history:
        while not ended():
            epoch = batches_of(pairs, plan["batch_tokens"], torch.Generator().manual_seed(1000 * SEED + at["epoch"]))
            while at["batch"] < len(epoch) and not ended():
                begin = time.monotonic()
                row = step(model, optimizer, epoch[at["batch"]], learning_rate(plan, at["step"] + 1, at["seconds"], options), plan)
                row["seconds"] = time.monotonic() - begin
                at.update(step=at["step"] + 1, batch=at["batch"] + 1, seconds=at["seconds"] + row["seconds"])
                begin = time.monotonic()
                if at["step"] % plan["validate_every"] == 0 or ended():
                    row["dev_loss"] = dev_loss(model, dev)
                    if row["dev_loss"] < at["best"]:
                        at["best"] = row["dev_loss"]
                        save(model.state_dict(), folder / "model.pt")
                row = dict(step=at["step"], epoch=at["epoch"], **row)
                history.write(json.dumps(row) + "\n")
                if at["step"] % CHECKPOINT_EVERY == 0 or ended():
                    history.flush()  # a checkpoint's steps are never missing from it
                    save(dict(model=model.state_dict(), optimizer=optimizer.state_dict(), random=torch.get_rng_state(), at=at), checkpoint)
                at["seconds"] += time.monotonic() - begin
                if at["step"] % 20 == 0 or "dev_loss" in row:
                    history.flush()
                    print(f"step {at['step']} epoch {at['epoch']} | loss {row['loss']:.3f} | {row['target_tokens'] / row['seconds']:.0f} tokens/s | "
                          f"{at['seconds'] / 60:.1f} min" + (f" | dev_loss {row['dev_loss']:.4f}" if "dev_loss" in row else ""), file=sys.stderr, flush=True)
            if at["batch"] >= len(epoch):
                at.update(epoch=at["epoch"] + 1, batch=0)


def step(model, optimizer, pairs, rate, plan):
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.zero_grad(set_to_none=True)
    logits, wanted = logits_of(model, pairs)
    loss = F.cross_entropy(logits, wanted, label_smoothing=plan["label_smoothing"])
    loss.backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), plan["clip_norm"]).item()
    if math.isfinite(norm):
        optimizer.step()
    return dict(loss=loss.item(), learning_rate=rate, gradient_norm=norm, target_tokens=len(wanted))


def keep_history(path, steps):
    """Rows behind the checkpoint are made again."""
    rows = path.read_text().splitlines(True) if path.exists() else []
    path.write_text("".join(rows[:steps]))


@torch.no_grad()
def search(model, sources, beam, penalty):
    """Beam search by the rule of Hugging Face: of the 2 · beam best ways on, those that end among the first `beam` are
    complete, the others live on, up to `beam` of them. GNMT's length rule. Gives ids for each source."""
    ids, lengths = padded([source + [END] for source in sources])
    state = [part.repeat_interleave(beam, 0) for part in model.start(ids, lengths)]
    live, scores = list(range(len(sources))), torch.full((len(sources), beam), -math.inf)
    scores[:, 0] = 0
    written, complete = [[[]] * beam for _ in sources], [[] for _ in sources]
    last, length = torch.full((len(sources) * beam, 1), END), 0
    while live:
        length += 1
        hidden, state = model.append(state, last)
        logs = model.output(hidden[:, -1]).log_softmax(-1)
        logs[:, UNKNOWN] = -math.inf
        best, places = (scores[:, :, None] + logs.view(len(live), beam, -1)).flatten(1).topk(2 * beam)
        still, rows, words, totals = [], [], [], []
        for i, (sentence, values, at) in enumerate(zip(live, best.tolist(), places.tolist())):
            found, going = complete[sentence], []
            norm = ((5 + length) / 6) ** penalty
            for rank, (value, place) in enumerate(zip(values, at)):
                row, word = divmod(place, logs.shape[1])
                if word != END and len(going) < beam:
                    going.append((row, word, value))
                elif word == END and rank < beam and len(going) < beam:
                    found.append((value / norm, written[sentence][row]))
            final = length >= 3 * int(lengths[sentence]) + 10
            if final:
                found += [(value / norm, written[sentence][row] + [word]) for row, word, value in going]
            found.sort(key=lambda one: -one[0])
            del found[beam:]
            if final or len(found) == beam and found[-1][0] >= values[0] / norm:
                continue
            still.append(sentence)
            written[sentence] = [written[sentence][row] + [word] for row, word, _ in going]
            rows += [i * beam + row for row, _, _ in going]
            words += [word for _, word, _ in going]
            totals += [value for _, _, value in going]
        live, scores, last = still, torch.tensor(totals).view(-1, beam), torch.tensor(words).view(-1, 1)
        state = [part[torch.tensor(rows, dtype=torch.long)] for part in state] if live else state
    return [found[0][1] for found in complete]


def translate(options):
    folder = Path(options.model)
    config = json.loads((folder / "config.json").read_text())
    model = build(config["preset"], config["config"]).eval()
    model.load_state_dict(torch.load(folder / "model.pt"))
    sources = encode(config["naru"], Path(config["tokenizers"]) / "source.spm", sys.stdin.buffer.read().decode().removesuffix("\n").split("\n"))
    results, batches, tokens = [[] for _ in sources], [], options.batch_tokens
    for i in sorted((i for i, source in enumerate(sources) if source), key=lambda i: len(sources[i])):
        if tokens + len(sources[i]) + 1 > options.batch_tokens:
            batches.append([])
            tokens = 0
        batches[-1].append(i)
        tokens += len(sources[i]) + 1
    for batch in batches:
        for i, ids in zip(batch, search(model, [sources[i] for i in batch], options.beam, options.length_penalty)):
            results[i] = ids
    print("\n".join(naru_tokenizer(config["naru"], "decode", Path(config["tokenizers"]) / "target.spm", [" ".join(map(str, ids)) for ids in results])))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=["train", "translate"])
    parser.add_argument("--model", required=True, help="folder of the PyTorch model")
    parser.add_argument("--naru", default="build/naru", help="the command whose tokenizer is used")
    parser.add_argument("--like", help="train: a model folder of naru")
    parser.add_argument("--train")
    parser.add_argument("--dev")
    parser.add_argument("--swap", action="store_true", help="the second column is the source")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--max-steps", type=int, default=0)
    parser.add_argument("--beam", type=int, default=4)
    parser.add_argument("--length-penalty", type=float, default=0.6)
    parser.add_argument("--batch-tokens", type=int, default=2048, help="translate: source tokens together")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    {"train": train, "translate": translate}[options.task](options)


main()
