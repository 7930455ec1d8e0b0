import { ItemTransform, MultiCategory, TensorBBox, TensorMultiCategory, Tuple, tuple } from "@fastap/plugin-data";
import type { SetupItems, Titles } from "@fastap/plugin-data";

/** Boxes with the names of what is in them. `@source fastai.vision.core.LabeledBBox` */
export class LabeledBBox {
  readonly boxes: TensorBBox;
  readonly labels: readonly string[];

  constructor(boxes: TensorBBox, labels: readonly string[]) {
    this.boxes = boxes;
    this.labels = labels;
  }
  /** Names in the order of their boxes, without those that only fill a batch up. */
  show(titles: Titles = []): Titles {
    return [...titles, this.labels.filter((label) => label !== "#na#").join(";")];
  }
}

/** On the way back: boxes and the numbers of their labels become one {@link LabeledBBox} each. `@source fastai.vision.core.BBoxLabeler` */
export class BBoxLabeler extends ItemTransform {
  /** Below PointScaler's, so that it comes last on the way back. */
  override order = -2;
  #vocab: readonly unknown[] = [];

  constructor() {
    super();
    this.on(Tuple, null, (item: Tuple) => this.#join(item));
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
    return tuple(...item.map((part) => (part === boxes ? labeled : part === ids ? new MultiCategory(names) : part)));
  }
}
