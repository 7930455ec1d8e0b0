import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost, type Host, type TaskConfig } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import {
  categoryBlock,
  data,
  DataBlock,
  getImageFiles,
  grandparentSplitter,
  IntToFloatTensor,
  parentLabel,
  TensorImage,
  transformBlock,
} from "@fastap/plugin-data";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { createLearner, learner, type Learner } from "@fastap/plugin-learner";
import { losses } from "@fastap/plugin-losses";
import { nn } from "@fastap/plugin-nn";
import { optimizers } from "@fastap/plugin-optimizers";
import { vision } from "@fastap/plugin-vision";
import sharp from "sharp";

const SIDE = 8;
const COLORS = { blue: [40, 60, 220], green: [40, 190, 70], red: [220, 50, 40] } as const;

/** A folder of small coloured squares, by split and colour; some are said to be of another colour. */
export class Squares {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  static async create(perClass = 6): Promise<Squares> {
    const squares = new Squares(await mkdtemp(join(tmpdir(), "fastap-squares-")));
    for (const split of ["train", "valid"]) {
      for (const [i, name] of Object.keys(COLORS).entries()) {
        for (let n = 0; n < perClass; n++) {
          const wrong = split === "valid" && n === 0; // one of each class is of the next colour
          await squares.paint(join(split, name, `${n}.png`), Object.values(COLORS)[(i + (wrong ? 1 : 0)) % 3] ?? [0, 0, 0], n);
        }
      }
    }
    return squares;
  }

  async paint(path: string, [r, g, b]: readonly number[], shade = 0): Promise<void> {
    const file = join(this.root, path);
    await mkdir(join(file, ".."), { recursive: true });
    const background = { r: (r ?? 0) - shade, g: (g ?? 0) - shade, b: (b ?? 0) + shade };
    await sharp({ create: { width: 64, height: 48, channels: 3, background } })
      .png()
      .toFile(file);
  }

  async write(path: string, content: string): Promise<void> {
    await mkdir(join(this.root, path, ".."), { recursive: true });
    await writeFile(join(this.root, path), content);
  }

  host(task: TaskConfig = {}): Promise<Host> {
    return createHost({
      plugins: [engineTfjs, backendCpu, data, nn, losses, optimizers, learner, vision],
      config: { backend: "cpu", seed: 3, root: this.root, task },
    });
  }

  /** Trained until it knows colours. */
  async learner(host: Host): Promise<Learner> {
    const block = new DataBlock({
      blocks: [transformBlock({ typeTfms: open, batchTfms: [IntToFloatTensor] }), categoryBlock],
      getItems: (path: string) => getImageFiles(path),
      splitter: grandparentSplitter(),
      getY: parentLabel,
    });
    const services = { engine: host.resolve("engine"), random: host.resolve("random"), displays: host.registry("displays") };
    const dls = await block.dataloaders(this.root, { ...services, bs: 6 });
    return createLearner(host, dls, ["mlp", { sizes: [SIDE * SIDE * 3, 3], flatten: true }], { lr: 0.02 });
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true });
  }
}

async function open(file: string): Promise<TensorImage> {
  const pixels = await sharp(file).resize(SIDE, SIDE, { fit: "fill" }).removeAlpha().raw().toBuffer();
  return new TensorImage({ data: new Uint8Array(pixels), shape: [SIDE, SIDE, 3], dtype: "int32" });
}
