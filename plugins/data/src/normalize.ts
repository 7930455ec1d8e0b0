import { add, div, mean, mul, sub, sum, square, tensor, tidy } from "@tensorflow/tfjs-core";
import type { Tensor } from "@fastap/kernel";
import { DisplayedTransform } from "./displayed-transform.ts";
import { onBatch } from "./on-batch.ts";
import { TensorImage } from "./semantic-types.ts";
import type { SetupItems } from "./transform.ts";

export interface NormalizeStats {
  /** Of each channel. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * Batches of images `[batch, height, width, channels]` → mean 0, standard deviation 1 of each channel, and back.
 * Without statistics they are those of the first batch, with the unbiased deviation + 1e-7.
 * @source fastai.data.transforms.Normalize
 */
export class Normalize extends DisplayedTransform {
  override order = 99;
  stats: NormalizeStats | undefined;

  constructor(stats?: NormalizeStats) {
    super();
    this.stats = stats;
    this.on(
      TensorImage,
      onBatch((x) => this.#apply(x, (mu, sd) => div(sub(x, mu), sd))),
      onBatch((x) => this.#apply(x, (mu, sd) => add(mul(x, sd), mu))),
    );
  }

  /** The statistics in use, also where they were found in a batch. */
  override get args(): Readonly<Record<string, unknown>> {
    return { ...this.stats };
  }

  /** `@source fastai.data.transforms.Normalize.from_stats` */
  static fromStats(mean: readonly number[], std: readonly number[]): Normalize {
    return new Normalize({ mean, std });
  }

  protected override async setups(items: SetupItems): Promise<void> {
    if (this.stats !== undefined) return;
    const batch = (await items.typedBatch?.()) ?? [];
    try {
      const images = batch.find(({ type }) => type === TensorImage || type.prototype instanceof TensorImage);
      if (images !== undefined) this.stats = await channelStats(images.tensor);
    } finally {
      for (const { tensor: each } of batch) each.dispose();
    }
  }

  #apply(x: Tensor, f: (mean: Tensor, std: Tensor) => Tensor): Tensor {
    const { stats } = this;
    return stats === undefined ? x : tidy(() => f(tensor([...stats.mean]), tensor([...stats.std])));
  }
}

async function channelStats(images: Tensor): Promise<NormalizeStats> {
  const axes = images.shape.slice(0, -1).map((_, i) => i);
  const count = images.shape.slice(0, -1).reduce((n, size) => n * size, 1);
  const [mu, squares] = tidy((): [Tensor, Tensor] => {
    const center = mean(images, axes);
    return [center, sum(square(sub(images, center)), axes)];
  });
  try {
    const variances = Array.from(await squares.data());
    return { mean: Array.from(await mu.data()), std: variances.map((s) => Math.sqrt(s / (count - 1)) + 1e-7) };
  } finally {
    mu.dispose();
    squares.dispose();
  }
}
