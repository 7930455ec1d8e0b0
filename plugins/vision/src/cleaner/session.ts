import type { CleanSummary } from "@fastap/kernel";
import { applyReview } from "./apply-review.ts";
import { E_CLEANER_REQUEST } from "./errors.ts";
import type { Counts, Decision, Review, ReviewedImage, Selection } from "./review.ts";
import type { ReviewedCsv } from "./reviewed-csv.ts";

export interface SessionParts {
  readonly review: Review;
  readonly csv: ReviewedCsv;
  readonly root: string;
  readonly apply: boolean;
}

/** An image as the page shows it. */
export interface PageImage extends Omit<ReviewedImage, "loss" | "split"> {
  readonly index: number;
  /** Null where the image cannot be read. */
  readonly loss: number | null;
  readonly decision: Decision;
}

/** What the page is told when it opens. */
export interface Overview {
  readonly vocab: readonly string[];
  readonly sizes: Readonly<Record<"train" | "valid", readonly number[]>>;
  readonly counts: Counts;
  readonly file: string;
  readonly apply: boolean;
}

export interface ImagePage {
  readonly total: number;
  readonly images: readonly PageImage[];
}

const MOST = 200;

/** One review on one page: its state lives here, and every decision is in the CSV before it is answered. */
export class Session {
  readonly done: Promise<CleanSummary>;
  readonly #parts: SessionParts;
  readonly #finish: { readonly resolve: (summary: CleanSummary) => void };
  #summary: Promise<CleanSummary> | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    let resolve: (summary: CleanSummary) => void = () => undefined;
    this.done = new Promise((settle) => (resolve = settle));
    this.#finish = { resolve };
  }

  overview(): Overview {
    const { review, csv, apply } = this.#parts;
    const sizes = { train: review.sizes("train"), valid: review.sizes("valid") };
    return { vocab: review.vocab, sizes, counts: review.counts(), file: csv.file, apply };
  }

  images(selection: Selection, offset: number, limit: number): ImagePage {
    const { review } = this.#parts;
    const all = review.select(selection);
    const images = all.slice(offset, offset + Math.min(limit, MOST)).flatMap((index) => {
      const image = review.images[index];
      if (image === undefined) return [];
      const { split: _, loss, ...shown } = image;
      return [{ ...shown, index, loss: Number.isFinite(loss) ? loss : null, decision: review.decision(index) }];
    });
    return { total: all.length, images };
  }

  /** @throws E_CLEANER_REQUEST, E_CLEANER_CSV; where it could not be written, the decision is taken back */
  async decide(index: number, decision: Decision): Promise<Counts> {
    const { review, csv } = this.#parts;
    if (this.#summary !== undefined)
      throw E_CLEANER_REQUEST({ what: "a decision", expected: "one before the review was done", received: "a late one" });
    const before = review.decision(index);
    review.decide(index, decision);
    try {
      await csv.write(review);
    } catch (error) {
      review.decide(index, before);
      throw error;
    }
    return review.counts();
  }

  file(index: number): string | undefined {
    return this.#parts.review.images[index]?.file;
  }

  /** Ends the review; image files are touched now, if at all. */
  finish(): Promise<CleanSummary> {
    this.#summary ??= this.#end();
    return this.#summary;
  }

  async #end(): Promise<CleanSummary> {
    const { review, csv, root, apply } = this.#parts;
    await csv.write(review);
    const applied = apply ? await applyReview(review, root) : [];
    const broken = review.images.filter((image) => image.broken !== undefined).length;
    const summary = { images: review.images.length, broken, ...review.counts(), file: csv.file, applied };
    this.#finish.resolve(summary);
    return summary;
  }
}
