import type { Callback, Engine, LossFunc, Pred, Run, Tensor, TypedArray } from "@fastap/kernel";
import { E_LEARNER_PREDS } from "./errors.ts";

/** A tensor's values outside of the engine: row-major, shape `[items, …]`. */
export interface HostArray {
  readonly data: TypedArray;
  readonly shape: readonly number[];
}

export interface GatherOptions {
  readonly withInput?: boolean;
  /** Decisions of the loss too: class numbers … */
  readonly withDecoded?: boolean;
  /** The loss of every item too. */
  readonly withLoss?: boolean;
  /** Default true; without them `preds` is empty, which saves memory where only losses are wanted. */
  readonly withPreds?: boolean;
  /** Default true. */
  readonly withTargs?: boolean;
  /** Instead of the loss's activation; "none" leaves predictions raw. */
  readonly act?: "none" | ((pred: Pred) => Pred);
}

export interface Preds {
  readonly preds: HostArray;
  /** Of the first target; undefined where the loader gives none. */
  readonly targs: HostArray | undefined;
  readonly decoded?: HostArray | undefined;
  /** `[items]` */
  readonly losses?: HostArray | undefined;
  /** Of the first input. */
  readonly inputs?: HostArray | undefined;
}

type Part = "preds" | "targs" | "decoded" | "losses" | "inputs";

/** Collects what a run predicts. `@source fastai.callback.core.GatherPredsCallback` */
export class GatherPreds {
  readonly callback: Callback;
  readonly #parts: Map<Part, HostArray[]> = new Map();
  readonly #options: GatherOptions;
  readonly #activation: (pred: Pred) => Pred;
  readonly #decodes: (pred: Pred) => Pred;

  constructor(lossFunc: LossFunc, options: GatherOptions) {
    const { act = (pred: Pred) => lossFunc.activation(pred) } = options;
    this.#options = options;
    this.#activation = act === "none" ? (pred) => pred : act;
    this.#decodes = (pred) => lossFunc.decodes(pred);
    this.callback = { name: "gatherPreds", afterBatch: (run) => this.#gather(run) };
  }

  result(): Preds {
    const { withInput, withDecoded, withLoss } = this.#options;
    return {
      preds: this.#join("preds") ?? { data: new Float32Array(0), shape: [0] },
      targs: this.#join("targs"),
      ...(withDecoded === true ? { decoded: this.#join("decoded") } : {}),
      ...(withLoss === true ? { losses: this.#join("losses") } : {}),
      ...(withInput === true ? { inputs: this.#join("inputs") } : {}),
    };
  }

  async #gather(run: Run): Promise<void> {
    const { engine, pred, loss } = run;
    if (pred === undefined) return;
    const raw = single(pred);
    for (const [part, tensor] of this.#tensorsOf(run, raw)) if (tensor !== undefined) this.#add(part, await read(engine, tensor));
    if (this.#options.withLoss === true && loss !== undefined) this.#add("losses", perItem(await read(engine, loss), raw.shape[0] ?? 1));
  }

  #tensorsOf({ xb, yb }: Run, raw: Tensor): (readonly [Part, Tensor | undefined])[] {
    const { withInput = false, withDecoded = false, withPreds = true, withTargs = true } = this.#options;
    const activated = withPreds || withDecoded ? single(this.#activation(raw)) : raw;
    const makers: readonly (readonly [wanted: boolean, part: Part, make: () => Tensor | undefined])[] = [
      [withPreds, "preds", () => activated],
      [withDecoded, "decoded", () => single(this.#decodes(activated))],
      [withTargs, "targs", () => yb[0]],
      [withInput, "inputs", () => xb[0]],
    ];
    return makers.flatMap(([wanted, part, make]) => (wanted ? [[part, make()] as const] : []));
  }

  #add(part: Part, array: HostArray): void {
    this.#parts.set(part, [...(this.#parts.get(part) ?? []), array]);
  }

  #join(part: Part): HostArray | undefined {
    const arrays = this.#parts.get(part);
    const [first] = arrays ?? [];
    return arrays === undefined || first === undefined ? undefined : concat(arrays, first);
  }
}

function single(pred: Pred): Tensor {
  if (isList(pred)) throw E_LEARNER_PREDS({ count: pred.length });
  return pred;
}

function isList(pred: Pred): pred is readonly Pred[] {
  return Array.isArray(pred);
}

async function read(engine: Engine, tensor: Tensor): Promise<HostArray> {
  const data = await engine.read(tensor);
  return { data: data.slice(), shape: [...tensor.shape] }; // a backend may give its own memory
}

/** Several values of an item are averaged. */
function perItem({ data }: HostArray, items: number): HostArray {
  const each = data.length / items;
  const losses = new Float32Array(items);
  data.forEach((value: number, i: number) => {
    losses[Math.floor(i / each)] = (losses[Math.floor(i / each)] ?? 0) + value / each;
  });
  return { data: losses, shape: [items] };
}

function concat(arrays: readonly HostArray[], first: HostArray): HostArray {
  const length = arrays.reduce((sum, { data }) => sum + data.length, 0);
  const data = first.data instanceof Float32Array ? new Float32Array(length) : new Int32Array(length);
  let at = 0;
  for (const array of arrays) {
    data.set(array.data, at);
    at += array.data.length;
  }
  const items = arrays.reduce((sum, { shape }) => sum + (shape[0] ?? 1), 0);
  return { data, shape: [items, ...first.shape.slice(1)] };
}
