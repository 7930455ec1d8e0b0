import { createHost } from "@fastap/kernel";
import type { Host } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { data } from "@fastap/plugin-data";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { nn } from "@fastap/plugin-nn";
import { vision } from "@fastap/plugin-vision";

/** A host with the vision plugin on the plain backend, whose paths start from `root`. */
export async function visionHost(root = "."): Promise<Host> {
  return createHost({ plugins: [engineTfjs, backendCpu, data, nn, vision], config: { backend: "cpu", seed: 1, root } });
}
