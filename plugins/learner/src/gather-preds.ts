import { leaves, type Callback, type LossFunc, type Pred, type Run, type Tensor } from "@fastap/kernel";
import { BatchFiles } from "./batch-files.ts";
import { concatArrays, readArray, type HostArray } from "./host-array.ts";

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
  /** Directory: the raw predictions of each batch are written to `<number>.safetensors` in it, too. Needs Node. */
  readonly savePreds?: string;
  /** The same for targets. */
  readonly saveTargs?: string;
}

/** Arrays are the caller's. */
export interface Preds {
  /** Of the first output. */
  readonly preds: HostArray;
  /** Of the first target; undefined where the loader gives none. */
  readonly targs: HostArray | undefined;
  readonly decoded?: HostArray | undefined;
  /** `[items]` */
  readonly losses?: HostArray | undefined;
  /** Of the first input. */
  readonly inputs?: HostArray | undefined;
  /** Every output, target, decision and input that was asked for, where a model or a loader has several. */
  readonly all: Readonly<Record<"preds" | "targs" | "decoded" | "inputs", readonly HostArray[]>>;
}

type Part = keyof Preds["all"];

/** Collects what a run predicts. `@source fastai.callback.core.GatherPredsCallback` */
export class GatherPreds {
  readonly callback: Callback;
  readonly #parts: Record<Part | "losses", HostArray[][]> = { preds: [], targs: [], decoded: [], inputs: [], losses: [] };
  readonly #options: GatherOptions;
  readonly #files: BatchFiles;
  readonly #activation: (pred: Pred) => Pred;
  readonly #decodes: (pred: Pred) => Pred;

  constructor(lossFunc: LossFunc, options: GatherOptions) {
    const { act = (pred: Pred) => lossFunc.activation(pred) } = options;
    this.#options = options;
    this.#files = new BatchFiles({ preds: options.savePreds, targs: options.saveTargs });
    this.#activation = act === "none" ? (pred) => pred : act;
    this.#decodes = (pred) => lossFunc.decodes(pred);
    this.callback = { name: "gatherPreds", afterBatch: (run) => this.#gather(run) };
  }

  result(): Preds {
    const { withInput, withDecoded, withLoss } = this.#options;
    const all = { preds: this.#join("preds"), targs: this.#join("targs"), decoded: this.#join("decoded"), inputs: this.#join("inputs") };
    return {
      preds: all.preds[0] ?? { data: new Float32Array(0), shape: [0] },
      targs: all.targs[0],
      ...(withDecoded === true ? { decoded: all.decoded[0] } : {}),
      ...(withLoss === true ? { losses: this.#join("losses")[0] } : {}),
      ...(withInput === true ? { inputs: all.inputs[0] } : {}),
      all,
    };
  }

  async #gather(run: Run): Promise<void> {
    const { engine, pred, loss, iter } = run;
    if (pred === undefined) return;
    for (const [part, tensors] of this.#tensorsOf(run, pred))
      for (const [k, tensor] of tensors.entries()) this.#add(part, k, await readArray(engine, tensor));
    const items = leaves(pred)[0]?.shape[0] ?? 1;
    if (this.#options.withLoss === true && loss !== undefined) this.#add("losses", 0, perItem(await readArray(engine, loss), items));
    await this.#files.write(engine, iter, { preds: leaves(pred), targs: run.yb });
  }

  #tensorsOf({ xb, yb }: Run, raw: Pred): (readonly [Part, readonly Tensor[]])[] {
    const { withInput = false, withDecoded = false, withPreds = true, withTargs = true } = this.#options;
    const activated = withPreds || withDecoded ? this.#activation(raw) : raw;
    const makers: readonly (readonly [wanted: boolean, part: Part, make: () => readonly Tensor[]])[] = [
      [withPreds, "preds", () => leaves(activated)],
      [withDecoded, "decoded", () => leaves(this.#decodes(activated))],
      [withTargs, "targs", () => yb],
      [withInput, "inputs", () => xb],
    ];
    return makers.flatMap(([wanted, part, make]) => (wanted ? [[part, make()] as const] : []));
  }

  #add(part: Part | "losses", k: number, array: HostArray): void {
    (this.#parts[part][k] ??= []).push(array);
  }

  #join(part: Part | "losses"): HostArray[] {
    return this.#parts[part].flatMap((batches) => concatArrays(batches) ?? []);
  }
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
