import type { Architecture } from "../models/architecture.ts";
import { graphLayers } from "./graph-model.ts";
import { kerasLayers } from "./layers-model.ts";
import { architectureAt } from "./tfjs-architecture.ts";

/** A backbone of either kind of tfjs model, told by its file. @throws E_VISION_UNSUPPORTED, E_VISION_TFJS_FILE */
export function tfjsArchitecture(path: string): Architecture {
  return architectureAt(path, (file) => ("node" in file.topology ? graphLayers(file) : kerasLayers(file)), {});
}
