import { createRandom } from "@fastap/plugin-engine-tfjs";
import { Categorize, Datasets, TfmdDL, Transform } from "@fastap/plugin-data";
import type { DataLoader, DataLoaderOptions, TransformLike } from "@fastap/plugin-data";
import { CountingEngine } from "../counting-engine.ts";

export const module: string = new URL("./worker-transforms.mjs", import.meta.url).href;
const transforms = (await import(module)) as {
  readonly Noise: new (p?: number) => Transform;
  readonly picture: (i: unknown) => never;
  readonly Trouble: new (how: string, at: number) => Transform;
};
export const { Noise, Trouble } = transforms;
const open = (): Transform => new Transform({ enc: transforms.picture, portable: { module, name: "picture" } });

export interface LoaderSetting extends Partial<DataLoaderOptions> {
  readonly bs?: number;
  /** Default 0…49. */
  readonly items?: readonly unknown[];
  /** Default noise for half of them. */
  readonly itemTfms?: readonly TransformLike[];
}

export interface Loaders {
  readonly loaderOf: (setting: LoaderSetting) => Promise<TfmdDL>;
  /** Closes it after the test. */
  readonly closing: (loader: DataLoader) => void;
}

/** Loaders of pictures that are even or odd, closed after each test. */
export function loaders(): Loaders {
  const made: DataLoader[] = [];
  afterEach(async () => {
    for (const loader of made.splice(0)) await loader.close();
  });
  const loaderOf = async ({ items, itemTfms = [new Noise(0.5)], ...options }: LoaderSetting): Promise<TfmdDL> => {
    const all = items ?? Array.from({ length: 50 }, (_, i) => i);
    const label = (i: unknown): string => (Number(i) % 2 === 0 ? "even" : "odd");
    const dsets = await Datasets.create(all, [
      [(i: unknown) => i, open()],
      [label, new Categorize()],
    ]);
    const { engine } = new CountingEngine();
    const shared = { engine, random: createRandom(5), bs: 8, shuffle: true, afterItem: itemTfms };
    const loader = await TfmdDL.create(dsets.subset(0), { ...shared, ...options });
    made.push(loader);
    return loader;
  };
  return { loaderOf, closing: (loader) => void made.push(loader) };
}
