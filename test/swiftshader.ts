import { existsSync } from "node:fs";
import { dirname } from "node:path";

/** A GPU in software, of Debian's package chromium, with the Vulkan loader beside it. */
const DRIVER = "/usr/lib/chromium/vk_swiftshader_icd.json";

/** The environment of a process that computes with WebGPU: Vulkan reads it once, at the start. */
export const webgpuEnvironment: NodeJS.ProcessEnv = existsSync(DRIVER)
  ? { VK_ICD_FILENAMES: DRIVER, LD_LIBRARY_PATH: dirname(DRIVER), ...process.env }
  : process.env;
