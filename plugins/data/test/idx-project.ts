import type { DataLoaders, Entry, Host } from "@fastap/kernel";
import { data } from "@fastap/plugin-data";
import type { IdxSplit } from "@fastap/plugin-data";
import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { CountingEngine } from "./counting-engine.ts";
import { idxBytes } from "./idx-bytes.ts";
import { seededRandom } from "./seeded-random.ts";

/** A folder with four training and two validation images of 2×3 pixels: 0, 5, 10 … */
export class IdxProject {
  readonly train: IdxSplit = { images: "train-images", labels: "train-labels" };
  readonly valid: IdxSplit = { images: "valid-images", labels: "valid-labels.gz" };
  readonly splits: object = { train: this.train, valid: this.valid };
  readonly counting: CountingEngine = new CountingEngine();
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  static async create(): Promise<IdxProject> {
    const project = new IdxProject(await mkdtemp(join(tmpdir(), "fastap-idx-")));
    const pixels = (n: number): Uint8Array => Uint8Array.from({ length: n * 6 }, (_, i) => i * 5);
    await project.write(project.train.images, idxBytes([4, 2, 3], pixels(4)));
    await project.write(project.train.labels, idxBytes([4], Uint8Array.of(0, 1, 2, 1)));
    await project.write(project.valid.images, idxBytes([2, 2, 3], pixels(2)));
    await project.write(project.valid.labels, gzipSync(idxBytes([2], Uint8Array.of(2, 0))));
    return project;
  }

  async write(name: string, content: Uint8Array | string): Promise<void> {
    await writeFile(join(this.root, name), content);
  }

  /** Through the plugin, as a config gets it. */
  async make(options: unknown, root: string = this.root): Promise<DataLoaders> {
    const entries: Entry<Promise<DataLoaders>>[] = [];
    const services: Record<string, unknown> = { engine: this.counting.engine, random: seededRandom(1) };
    const contribute = (token: string, entry: Entry<Promise<DataLoaders>>): unknown => token === "datasets" && entries.push(entry);
    const registry = (): undefined => undefined;
    const hooks = { run: { tap: () => undefined } };
    const host = { config: { root }, hooks, contribute, registry, resolve: (token: string) => services[token] } as unknown as Host;
    data.apply(host, {});
    const [entry] = entries;
    expect(entry?.name).to.equal("idx");
    return entry?.make(options, host) ?? Promise.reject(new Error("no entry"));
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true });
    expect(this.counting.alive, "tensors alive").to.equal(0);
  }
}
