import { E_CLEANER_REQUEST } from "./errors.ts";

export type SplitName = "train" | "valid";

/** One image as the model sees it. */
export interface ReviewedImage {
  readonly file: string;
  readonly split: SplitName;
  /** Class number it has. */
  readonly label: number;
  /** Class number it is taken for; undefined where it cannot be read. */
  readonly predicted: number | undefined;
  /** Infinity where it cannot be read. */
  readonly loss: number;
  /** Of the predicted class. */
  readonly probability: number | undefined;
  /** Why it cannot be read. */
  readonly broken?: string | undefined;
}

export type Decision = { readonly action: "keep" } | { readonly action: "delete" } | { readonly action: "relabel"; readonly label: number };

/** Which images of a review are looked at. */
export interface Selection {
  readonly split: SplitName;
  /** Class number; undefined: all. */
  readonly label?: number | undefined;
}

export interface Counts {
  readonly deleted: number;
  readonly relabelled: number;
}

const KEEP: Decision = Object.freeze({ action: "keep" });

/** Images, what was decided of each, and the order they are looked at. `@source fastai.vision.widgets.ImageClassifierCleaner` */
export class Review {
  readonly images: readonly ReviewedImage[];
  readonly vocab: readonly string[];
  readonly #decisions: Map<number, Decision> = new Map();

  constructor(images: readonly ReviewedImage[], vocab: readonly string[]) {
    this.images = images;
    this.vocab = vocab;
  }

  /** Numbers of the selected images, highest loss first; equal ones in the order of the data. */
  select({ split, label }: Selection): number[] {
    const chosen = [...this.images.keys()].filter((i) => {
      const image = this.images[i];
      return image?.split === split && (label === undefined || image.label === label);
    });
    const loss = (i: number): number => this.images[i]?.loss ?? 0;
    return chosen.toSorted((a, b) => (loss(b) === loss(a) ? 0 : loss(b) - loss(a)));
  }

  decision(index: number): Decision {
    return this.#decisions.get(index) ?? KEEP;
  }

  /** To give an image the label it has is to keep it. @throws E_CLEANER_REQUEST for images and labels that do not exist */
  decide(index: number, decision: Decision): void {
    const image = this.images[index];
    if (image === undefined)
      throw E_CLEANER_REQUEST({ what: "the number of an image", expected: `0…${this.images.length - 1}`, received: String(index) });
    if (decision.action === "relabel" && this.vocab[decision.label] === undefined)
      throw E_CLEANER_REQUEST({ what: "a label", expected: `0…${this.vocab.length - 1}`, received: String(decision.label) });
    const keeps = decision.action === "keep" || (decision.action === "relabel" && decision.label === image.label);
    if (keeps) this.#decisions.delete(index);
    else this.#decisions.set(index, decision);
  }

  /** What is to be changed, in the order of the data. */
  changes(): (readonly [index: number, decision: Decision])[] {
    return [...this.#decisions].toSorted(([a], [b]) => a - b);
  }

  counts(): Counts {
    const all = [...this.#decisions.values()];
    const deleted = all.filter(({ action }) => action === "delete").length;
    return { deleted, relabelled: all.length - deleted };
  }

  /** How many images of a split each class has. */
  sizes(split: SplitName): number[] {
    return this.vocab.map((_, label) => this.images.filter((image) => image.split === split && image.label === label).length);
  }
}
