#!/usr/bin/env python3
"""One full training step in PyTorch (forward, backward, clipping, Adam) on naru's benchmark geometries: 128 sentences of
32 tokens, label smoothing 0.1, dropout 0.1, in f32 or with bf16 autocast. usage: torch_training.py base|small|lstm|lstm-attn THREADS
[f32|bf16] [repetitions]. Prints one JSON object; its `parameters` equal those of `naru bench train`."""
import json, os, resource, statistics, sys, time

geometry, threads = sys.argv[1], int(sys.argv[2])
precision = sys.argv[3] if len(sys.argv) > 3 else "f32"
repetitions = int(sys.argv[4]) if len(sys.argv) > 4 else 5
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(threads)
if "avx512f" in open("/proc/cpuinfo").read():
    os.environ.setdefault("ATEN_CPU_CAPABILITY", "avx512")  # torch 1.13 takes AVX2 unless told
import torch
from torch import nn

torch.set_num_threads(threads)
torch.manual_seed(1)
SENTENCES, LENGTH, DROPOUT = 128, 32, 0.1


class Translator(nn.Module):
    """torch.nn.Transformer with one embedding for source, target and output."""

    def __init__(self, layers, width, heads, vocabulary):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.body = nn.Transformer(width, heads, layers, layers, 4 * width, DROPOUT, batch_first=True)
        self.register_buffer("positions", 0.1 * torch.randn(LENGTH, width))
        self.register_buffer("causal", nn.Transformer.generate_square_subsequent_mask(LENGTH))
        self.dropout, self.scale = nn.Dropout(DROPOUT), width**0.5

    def forward(self, source, target):
        embed = lambda ids: self.dropout(self.embedding(ids) * self.scale + self.positions)
        return self.body(embed(source), embed(target), tgt_mask=self.causal) @ self.embedding.weight.T


class Recurrent(nn.Module):
    """Two stacked LSTM layers on each side; with `attend`, additive attention and input feeding."""

    def __init__(self, width, vocabulary, attend):
        super().__init__()
        self.attend, self.width = attend, width
        self.source, self.target = nn.Embedding(vocabulary, width), nn.Embedding(vocabulary, width)
        self.encoder = nn.LSTM(width, width, 2, dropout=DROPOUT, batch_first=True)
        self.dropout, self.output = nn.Dropout(DROPOUT), nn.Linear(width, vocabulary)
        if not attend:
            self.decoder = nn.LSTM(width, width, 2, dropout=DROPOUT, batch_first=True)
            return
        self.lower, self.upper = nn.LSTMCell(2 * width, width), nn.LSTMCell(width, width)
        self.key, self.query = nn.Linear(width, width), nn.Linear(width, width, bias=False)
        self.score, self.combine = nn.Linear(width, 1, bias=False), nn.Linear(2 * width, width)

    def forward(self, source, target):
        memory, (h, c) = self.encoder(self.dropout(self.source(source)))
        embedded = self.dropout(self.target(target))
        if not self.attend:
            return self.output(self.dropout(self.decoder(embedded, (h, c))[0]))
        keys, fed = self.key(memory), memory.new_zeros(len(source), self.width)
        low, high, outputs = (h[0], c[0]), (h[1], c[1]), []
        for step in range(target.shape[1]):
            low = self.lower(torch.cat((embedded[:, step], fed), -1), low)
            high = self.upper(self.dropout(low[0]), high)
            energies = self.score(torch.tanh(keys + self.query(high[0])[:, None])).squeeze(-1)
            context = torch.bmm(energies.softmax(-1)[:, None], memory)[:, 0]
            fed = torch.tanh(self.combine(torch.cat((context, high[0]), -1)))
            outputs.append(fed)
        return self.output(self.dropout(torch.stack(outputs, 1)))


models = {"base": (lambda: Translator(6, 512, 8, 32000), 32000), "small": (lambda: Translator(3, 256, 4, 8000), 8000),
          "lstm": (lambda: Recurrent(512, 8000, False), 8000), "lstm-attn": (lambda: Recurrent(512, 8000, True), 8000)}
make, vocabulary = models[geometry]
model = make().train()
optimizer = torch.optim.Adam(model.parameters(), 1e-4, (0.9, 0.98), 1e-9)
loss_of = nn.CrossEntropyLoss(label_smoothing=0.1)
rates = []
for _ in range(repetitions + 1):
    source, target, wanted = (torch.randint(0, vocabulary, (SENTENCES, LENGTH)) for _ in range(3))
    begin = time.time()
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bf16"):
        scores = model(source, target)
    loss_of(scores.float().view(-1, vocabulary), wanted.view(-1)).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    rates.append(SENTENCES * LENGTH / (time.time() - begin))
print(json.dumps({"geometry": geometry, "precision": precision, "torch": torch.__version__, "target_tokens_per_second": statistics.median(rates[1:]),
                  "parameters": sum(p.numel() for p in model.parameters()), "repetitions": rates[1:],
                  "peak_bytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
