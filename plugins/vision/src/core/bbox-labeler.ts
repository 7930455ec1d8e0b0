import { ItemTransform, TensorBBox, TensorMultiCategory, Tuple, tuple } from "@fastap/plugin-data";
import type { Portable, SetupItems } from "@fastap/plugin-data";

/** Boxes with the names of what is in them; `#na#` names the empty ones that fill a batch up. `@source fastai.vision.core.LabeledBBox` */
export class LabeledBBox extends TensorBBox {
  readonly labels: readonly string[];

  constructor(boxes: TensorBBox, labels: readonly string[]) {
    super(boxes);
    this.labels = labels;
  }
}

/** On the way back: boxes and the numbers of their labels become one {@link LabeledBBox}. `@source fastai.vision.core.BBoxLabeler` */
export class BBoxLabeler extends ItemTransform {
  /** Below PointScaler's, so that it comes last on the way back. */
  override order = -2;
  #vocab: readonly unknown[] = [];

  constructor() {
    super();
    this.on(Tuple, null, (item: Tuple) => this.#join(item));
  }

  /** In a worker it has nothing to do: it works on the way back. */
  override portable(): Portable {
    return { module: import.meta.url, name: "BBoxLabeler", args: [] };
  }

  protected override setups(items: SetupItems): void {
    const vocab = items.attribute?.("vocab");
    if (Array.isArray(vocab)) this.#vocab = vocab;
  }

  #join(item: Tuple): Tuple {
    const boxes = item.find((part) => part instanceof TensorBBox);
    const ids = item.find((part) => part instanceof TensorMultiCategory);
    if (boxes === undefined || ids === undefined) return item;
    const names = Array.from(ids.data, (id) => String(this.#vocab[id] ?? "#na#"));
    const labeled = new LabeledBBox(boxes, names);
    return tuple(...item.filter((part) => part !== ids).map((part) => (part === boxes ? labeled : part)));
  }
}
