import type { Tensor } from "@fastap/kernel";
import { BatchNorm, Embeddings, Linear, Module, Relu, Sequential } from "@fastap/plugin-nn";
import { classes, normals, single, torchAdam } from "../workload.ts";
import type { Workload } from "../workload.ts";

const FULL = { bs: 64, cards: [10, 17, 8, 16, 7, 6, 3, 43], dims: [6, 8, 5, 8, 5, 4, 3, 13], conts: 6, hidden: [200, 100] };

/** Category numbers int32 `[batch, columns]` and numbers `[batch, conts]` → `[batch, 2]`. */
class TabularNet extends Module {
  readonly embeds: Embeddings;
  readonly bnCont: BatchNorm;
  readonly layers: Sequential;

  constructor({ cards, dims, conts, hidden: [first = 1, second = 1] }: typeof FULL) {
    super();
    this.embeds = new Embeddings(cards.map((card, i) => [card, dims[i] ?? 1]));
    this.bnCont = new BatchNorm(conts);
    const n = dims.reduce((a, b) => a + b, conts);
    this.layers = new Sequential(
      ...[new Linear(n, first, { bias: false }), new Relu(), new BatchNorm(first)],
      ...[new Linear(first, second, { bias: false }), new Relu(), new BatchNorm(second)],
      new Linear(second, 2),
    );
  }

  protected call(...[cats, conts]: readonly Tensor[]): Tensor {
    if (cats === undefined || conts === undefined) throw this.shapeError("category numbers and numbers", []);
    const embedded = this.embeds.forward(cats, single(this.bnCont.forward(conts)));
    return single(this.layers.forward(single(embedded)));
  }
}

export function tabular(dims: typeof FULL = FULL): Workload {
  const { bs, cards, conts } = dims;
  return {
    name: "tabular",
    ...torchAdam,
    warm: 50,
    runs: 300,
    batch: (random) => [
      {
        data: Int32Array.from({ length: bs * cards.length }, (_, i) => random.int(cards[i % cards.length] ?? 1)),
        shape: [bs, cards.length],
      },
      normals(random, [bs, conts]),
      classes(random, 2, [bs]),
    ],
    model: () => new TabularNet(dims),
  };
}
