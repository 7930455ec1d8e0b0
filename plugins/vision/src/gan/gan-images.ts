import type { Callback, Run } from "@fastap/kernel";
import { DataLoader } from "@fastap/plugin-data";
import { batchFigure, Displays } from "@fastap/plugin-display";
import type { Figure } from "@fastap/plugin-display";
import type { HostArray, Learner } from "@fastap/plugin-learner";
import { E_VISION_OPTION } from "../errors.ts";
import type { GANTrainer } from "./gan-trainer.ts";

/** Images of a picture, at most. */
const MOST = 9;

/** After every epoch, `epoch-<number>.png` in the directory: what the generator made last. @source fastai.vision.gan.GANTrainer.show_img */
export function ganImages(trainer: GANTrainer, directory: string): Callback {
  return {
    name: "ganImages",
    stage: "report",
    active: ({ kind, probe }) => kind === "fit" && probe !== true,
    async afterEpoch(run: Run) {
      const { learner, epoch } = run;
      if (learner === undefined || trainer.lastGen === undefined) return;
      const [{ mkdir, writeFile }, { join, resolve }] = await Promise.all([import("node:fs/promises"), import("node:path")]);
      const folder = resolve(learner.path, directory);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, `epoch-${epoch}.png`), await (await generatedFigure(learner, trainer.lastGen)).png());
    },
  };
}

/** Back through the transforms of the real images. @throws E_VISION_OPTION */
async function generatedFigure({ dls, host }: Learner, { data, shape }: HostArray): Promise<Figure> {
  const loader = dls.train;
  if (!(loader instanceof DataLoader))
    throw E_VISION_OPTION({
      option: "showImg",
      expected: "a DataLoader of plugin data, which decodes images",
      received: loader.constructor.name,
    });
  const engine = host.resolve("engine");
  const batch = [engine.from(new Float32Array(shape[0] ?? 0), [shape[0] ?? 0, 1]), engine.from(data, shape)];
  try {
    const displays = new Displays(host.registry("displays"));
    return batchFigure(displays, await loader.decodeBatch(batch, { maxN: MOST, until: (value) => displays.has(value) }));
  } finally {
    for (const tensor of batch) tensor.dispose();
  }
}
