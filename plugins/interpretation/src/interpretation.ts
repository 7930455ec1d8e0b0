import type { Loader } from "@fastap/kernel";
import { Displays, lossesFigure, resultsFigure, type Figure, type GridOptions, type SheetOptions } from "@fastap/plugin-display";
import { decodedResults, type HostArray, type Learner, type PredsOptions } from "@fastap/plugin-learner";
import { E_INTERPRETATION_INDEX, E_INTERPRETATION_LOADER } from "./errors.ts";
import { itemsOf, type InterpretedItem } from "./items.ts";
import { subsetLoader } from "./subset.ts";

export interface FromLearnerOptions {
  /** Which of the Learner's loaders; default 1, the validation data. */
  readonly dsIdx?: number;
  /** Another loader instead. */
  readonly dl?: Loader;
  /** Instead of the loss's activation. */
  readonly act?: PredsOptions["act"];
}

export interface TopLossesOptions extends GridOptions {
  /** Default true; else the smallest. */
  readonly largest?: boolean;
}

const ITEM_PREDS = { reorder: false, withInput: true, withDecoded: true, withLoss: true } as const;

export interface TopLosses {
  readonly values: number[];
  readonly indices: number[];
}

/** What an interpretation is made of; its losses are those of every item. */
export interface InterpretationParts {
  readonly learn: Learner;
  readonly dl: Loader;
  readonly losses: Float32Array;
  readonly act?: PredsOptions["act"];
}

/**
 * Looks at what a Learner predicts for single items. Only the losses are kept: predictions are made again for the items that are asked for.
 * @source fastai.interpret.Interpretation
 */
export class Interpretation {
  readonly learn: Learner;
  readonly dl: Loader;
  /** One per item, in the order of the dataset. */
  readonly losses: Float32Array;
  readonly act: PredsOptions["act"];

  constructor({ learn, dl, losses, act }: InterpretationParts) {
    this.learn = learn;
    this.dl = dl;
    this.losses = losses;
    this.act = act;
  }

  /** Class names, where the data have them. */
  get vocab(): readonly string[] {
    return this.learn.dls.vocab ?? [];
  }

  /** Runs the data through the model once. @throws E_INTERPRETATION_LOADER */
  static async fromLearner(learn: Learner, options: FromLearnerOptions = {}): Promise<Interpretation> {
    return new Interpretation(await gather(learn, options));
  }

  /** Largest (or smallest) losses and their items; ties keep the order of the items. `k` undefined: all. */
  topLosses(k: number = this.losses.length, largest: boolean = true): TopLosses {
    const indices = [...this.losses.keys()].toSorted((a, b) => {
      const [x, y] = [this.losses[a] ?? 0, this.losses[b] ?? 0];
      return largest ? y - x : x - y;
    });
    const top = indices.slice(0, k);
    return { values: top.map((i) => this.losses[i] ?? NaN), indices: top };
  }

  /** Input, prediction, target, decision and loss of these items, predicted anew. @throws E_INTERPRETATION_INDEX, E_INTERPRETATION_LOADER */
  async items(indices: readonly number[]): Promise<InterpretedItem[]> {
    const preds = await this.learn.getPreds({ dl: subsetLoader(this.dl, indices), ...ITEM_PREDS, ...this.acting() });
    const results = await decodedResults(this.learn, { loader: this.dl, preds, displays: this.#displays() });
    return itemsOf(indices, preds, results);
  }

  /** The `k` worst items, or those of these ranks, as pictures or as a table. @throws E_INTERPRETATION_INDEX, E_DISPLAY_MISSING */
  async plotTopLosses(k: number | readonly number[], { largest = true, ...grid }: TopLossesOptions = {}): Promise<Figure> {
    const { indices } = this.topLosses(undefined, largest);
    const ranks = typeof k === "number" ? [...Array(Math.min(k, indices.length)).keys()] : k;
    const chosen = ranks.map((rank) => {
      const index = indices[rank];
      if (index === undefined) throw E_INTERPRETATION_INDEX({ index: rank, items: indices.length });
      return index;
    });
    return lossesFigure(this.#displays(), await this.items(chosen), grid);
  }

  /** These items beside what the model makes of them. @throws E_INTERPRETATION_INDEX, E_DISPLAY_MISSING */
  async showResults(indices: readonly number[], options: SheetOptions = {}): Promise<Figure> {
    return resultsFigure(this.#displays(), await this.items(indices), { maxN: indices.length, ...options });
  }

  #displays(): Displays {
    return new Displays(this.learn.host.registry("displays"));
  }

  /** Decisions and targets of all items, predicted anew. */
  protected async decided(): Promise<{ readonly decoded: HostArray; readonly targs: HostArray }> {
    const { decoded, targs } = await this.learn.getPreds({ dl: this.dl, withDecoded: true, ...this.acting() });
    if (decoded === undefined || targs === undefined) throw noTargets(this.losses.length);
    return { decoded, targs };
  }

  private acting(): Pick<PredsOptions, "act"> {
    return this.act === undefined ? {} : { act: this.act };
  }
}

/** The losses of all items of a loader, in the dataset's order. @throws E_INTERPRETATION_LOADER */
export async function gather(learn: Learner, { dsIdx = 1, dl: given, act }: FromLearnerOptions): Promise<InterpretationParts> {
  const dl = given ?? learn.dls.loaders[dsIdx];
  if (dl === undefined) {
    const expected = `0…${learn.dls.loaders.length - 1}`;
    throw E_INTERPRETATION_LOADER({ message: "the Learner has no such loader", expected, received: `dsIdx ${dsIdx}` });
  }
  const { losses } = await learn.getPreds({ dl, withLoss: true, ...(act === undefined ? {} : { act }) });
  if (losses === undefined) throw noTargets(0);
  return { learn, dl, losses: Float32Array.from(losses.data), act };
}

function noTargets(items: number): Error {
  const received = `${items} items without targets`;
  return E_INTERPRETATION_LOADER({ message: "an interpretation needs targets", expected: "inputs and targets", received });
}
