"""PyTorch side of the quickstart comparison: the recipe of sandbox/mnist/fastap.config.yaml as a bare loop, data already in memory.

usage: python torch_quickstart.py THREADS FOLDER      (FOLDER: MNIST's idx files)
Prints one JSON line per variant: {"case","variant","threads","median_ms","best_ms","runs"}; a run is an epoch: training, then validation
with accuracy. Variants are PyTorch's own faster options; compare with the best.
"""
import json, math, statistics, sys, time
import torch, torch.nn as nn, torch.nn.functional as F

threads, folder = int(sys.argv[1]), sys.argv[2]
torch.set_num_threads(threads); torch.manual_seed(42)
BS, EPOCHS, LR = 128, 3, 0.1

def idx(name, head):
    with open(f"{folder}/{name}", "rb") as file: return torch.frombuffer(bytearray(file.read()), dtype=torch.uint8)[head:]
def split(name): return idx(f"{name}-images-idx3-ubyte", 16).view(-1, 1, 28, 28).float() / 255, idx(f"{name}-labels-idx1-ubyte", 8).long()

def net():
    layers, channels = [], [1, 8, 16, 32, 16, 10]
    for i, o in zip(channels, channels[1:]): layers += ([nn.ReLU()] if layers else []) + [nn.Conv2d(i, o, 3, 2, 1), nn.BatchNorm2d(o)]
    return nn.Sequential(*layers, nn.Flatten())

def cos(start, end, at): return start + (1 + math.cos(math.pi * (1 - at))) * (end - start) / 2
def cycle(at, low, mid, high): return cos(low, mid, at / 0.25) if at < 0.25 else cos(mid, high, (at - 0.25) / 0.75)

def epoch(model, opt, train, valid, done, total):
    x, y = train; model.train(); order = torch.randperm(len(x))
    for i in range(len(x) // BS):
        at = (done + i) / total
        for group in opt.param_groups: group["lr"], group["betas"] = cycle(at, LR / 25, LR, LR / 1e5), (cycle(at, 0.95, 0.85, 0.95), 0.99)
        rows = order[i * BS:(i + 1) * BS]; opt.zero_grad(); loss = F.cross_entropy(model(x[rows]), y[rows]); loss.backward(); opt.step(); loss.item()
    model.eval(); right = 0
    with torch.no_grad():
        for xb, yb in zip(valid[0].split(BS), valid[1].split(BS)):
            pred = model(xb); F.cross_entropy(pred, yb).item(); right += (pred.argmax(1) == yb).sum().item()
    return right / len(valid[0])

train, valid = split("train"), split("t10k")
for variant in ("default", "fused", "channels_last"):
    model, ms = net(), []
    if variant == "channels_last": model = model.to(memory_format=torch.channels_last)
    norms = [p for m in model if isinstance(m, nn.BatchNorm2d) for p in m.parameters()] + [m.bias for m in model if isinstance(m, nn.Conv2d)]
    groups = [{"params": [m.weight for m in model if isinstance(m, nn.Conv2d)]}, {"params": norms, "weight_decay": 0}]
    opt = torch.optim.AdamW(groups, lr=LR, eps=1e-5, weight_decay=0.01, fused=variant != "default")
    steps = len(train[0]) // BS
    for e in range(EPOCHS):
        start = time.perf_counter(); accuracy = epoch(model, opt, train, valid, e * steps, EPOCHS * steps); ms.append((time.perf_counter() - start) * 1e3)
    print(f"{variant}: accuracy {accuracy:.4f}", file=sys.stderr)
    print(json.dumps({"case": "quickstart", "variant": variant, "threads": threads, "median_ms": round(statistics.median(ms), 3), "best_ms": round(min(ms), 3), "runs": EPOCHS}), flush=True)
