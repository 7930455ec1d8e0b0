"""PyTorch side of bench:parity: the losses of one case from the weights and batches that fastap started with, in float64 and in float32.

usage: python torch_parity.py CASE START STEPS LR     (START: safetensors with "w.<name>" in the order of the model, then "b.<batch>.<field>")
Prints one JSON line: losses of float64, of float64 with the weights rounded to float32 after every step, of float32 in PyTorch's own variants,
and, of every batch at the start, how many inputs of ReLU have another sign in float32 than in float64.
"""
import json, struct, sys, warnings
import numpy as np

case, start, steps, lr = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
sys.argv = ["torch_steps.py", "1", "none"]
import torch, torch.nn as nn, torch.nn.functional as F
from torch_steps import CE, LM, Block, Tabular

warnings.filterwarnings("ignore")
DTYPES = {"F32": np.float32, "I32": np.int32, "I64": np.int64}

def tensors(path):
    with open(path, "rb") as file: data = file.read()
    end = 8 + struct.unpack("<Q", data[:8])[0]
    entries = [(k, v) for k, v in json.loads(data[8:end]).items() if k != "__metadata__"]
    return {k: torch.from_numpy(np.frombuffer(data[end + v["data_offsets"][0]:end + v["data_offsets"][1]], DTYPES[v["dtype"]]).reshape(v["shape"]).copy()) for k, v in entries}

def net():
    if case == "mlp": return nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
    if case == "lstm": return LM()
    if case == "tabular": return Tabular()
    if case == "cnn":
        layers, c = [], 1
        for d in (8, 16, 32, 64): layers += [nn.Conv2d(c, d, 3, 2, 1, bias=False), nn.BatchNorm2d(d), nn.ReLU()]; c = d
    else:
        layers, c = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], 64
        for i, d in enumerate((64, 128, 256, 512)): layers += [Block(c, d, 1 if i == 0 else 2), Block(d, d, 1)]; c = d
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, 10))

saved = tensors(start)
weights = [(k, v) for k, v in saved.items() if k.startswith("w.")]
count = len({k.split(".")[1] for k in saved if k.startswith("b.")})

def model(dtype):
    fresh = net()
    state = fresh.state_dict()
    names = [k for k in state if not k.endswith("num_batches_tracked")]
    assert len(names) == len(weights), f"{case}: {len(names)} tensors in PyTorch's net, {len(weights)} in ours"
    for name, (ours, value) in zip(names, weights):
        assert state[name].shape == value.shape, f"{case}: {name} is {list(state[name].shape)}, our {ours} {list(value.shape)}"
        state[name] = value
    fresh.load_state_dict(state)
    return fresh.to(dtype)

def batches(dtype):
    for i in range(count):
        fields = [saved[f"b.{i}.{j}"] for j in range(sum(k.startswith(f"b.{i}.") for k in saved))]
        xs = [x.to(dtype) if x.is_floating_point() else x.long() for x in fields[:-1]]
        yield ([xs[0].permute(0, 3, 1, 2).contiguous()] if xs[0].dim() == 4 else xs), fields[-1].long().flatten()

def losses(dtype, rounded=False, threads=1, onednn=True):
    torch.set_num_threads(threads); torch._C._set_mkldnn_enabled(onednn)
    m, data, out = model(dtype), list(batches(dtype)), []
    opt = torch.optim.SGD(m.parameters(), lr=lr, momentum=0.9) if case == "resnet18" else torch.optim.Adam(m.parameters(), lr=lr)
    for i in range(steps):
        xs, y = data[i % count]
        opt.zero_grad(); loss = CE(m(*xs), y); loss.backward(); opt.step(); out.append(loss.item())
        if rounded:
            with torch.no_grad():
                for p in m.parameters(): p.copy_(p.float())
    return out

def relu_inputs(m, xs):
    seen, plain = [], F.relu
    def watched(x, inplace=False): seen.append(x); return plain(x)
    F.relu = watched
    with torch.no_grad(): m(*xs)
    F.relu = plain
    return seen

def signs():
    single, double, counts, inputs = model(torch.float32), model(torch.float64), [], 0
    for (a, _), (b, _) in zip(batches(torch.float32), batches(torch.float64)):
        pairs = list(zip(relu_inputs(single, a), relu_inputs(double, b)))
        inputs = sum(x.numel() for x, _ in pairs)
        counts.append(sum(int(((x > 0) != (y > 0)).sum()) for x, y in pairs))
    return {"inputs": inputs, "otherwise": counts}

print(json.dumps({
    "float64": losses(torch.float64), "rounded": losses(torch.float64, rounded=True),
    "float32": [losses(torch.float32), losses(torch.float32, threads=2), losses(torch.float32, onednn=False)],
    "relu": signs(),
}))
