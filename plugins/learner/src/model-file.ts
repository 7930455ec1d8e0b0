import type { Optimizer, OptimizerState, StateDict, StoredTensor } from "@fastap/kernel";
import { decodeSafetensors, encodeSafetensors } from "@fastap/plugin-nn";
import { atomicWrite } from "./atomic-write.ts";
import { E_LEARNER_FILE } from "./errors.ts";
import type { Learner } from "./learner.ts";

export interface LoadOptions {
  /** The optimizer's state too, where the file has it; default true. */
  readonly withOpt?: boolean;
  /** Refuse missing and unexpected names; default true. */
  readonly strict?: boolean;
}

type TensorFile = ReturnType<typeof decodeSafetensors>;

/** Before the names of the optimizer's tensors, so that a model's are PyTorch's own. */
const OPT = "optimizer:";

export async function saveModelFile(learner: Learner, file: string, opt: Optimizer | undefined): Promise<string> {
  const path = await pathOf(learner, file);
  await atomicWrite(path, await modelBytes(learner, opt));
  return path;
}

/** The file's bytes: the model under its PyTorch names, the optimizer after it. */
export async function modelBytes({ model }: Learner, opt: Optimizer | undefined): Promise<Uint8Array> {
  const tensors = new Map<string, StoredTensor>(await model.stateDict());
  if (opt === undefined) return encodeSafetensors(tensors, { format: "pt" });
  const { hypers, numbers, tensors: state } = await opt.stateDict();
  for (const [name, tensor] of state) tensors.set(OPT + name, tensor);
  return encodeSafetensors(tensors, { format: "pt", optimizer: JSON.stringify({ hypers, numbers }) });
}

/** @throws E_LEARNER_FILE, E_NN_SAFETENSORS; whatever is thrown, model and optimizer are as they were. */
export async function loadModelFile(learner: Learner, file: string, { withOpt = true, strict = true }: LoadOptions): Promise<void> {
  const path = await pathOf(learner, file);
  const { model, opt } = split(await readTensorFile(path), path);
  const before = await learner.model.stateDict();
  load(path, () => learner.model.loadStateDict(model, { strict }));
  if (!withOpt || opt === undefined) return;
  try {
    load(path, () => (learner.opt ?? learner.createOpt()).loadStateDict(opt));
  } catch (error) {
    learner.model.loadStateDict(before);
    throw error;
  }
}

/** Says of which file a state was that does not fit. */
function load(file: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw E_LEARNER_FILE({ file, problem }, error);
  }
}

/** @throws E_LEARNER_FILE, E_NN_SAFETENSORS */
export async function readTensorFile(file: string): Promise<TensorFile> {
  const { readFile } = await import("node:fs/promises");
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw E_LEARNER_FILE({ file, problem: error.code === "ENOENT" ? "it does not exist" : error.message }, error);
  });
  return decodeSafetensors(bytes, file);
}

function split(
  { state: tensors, metadata }: TensorFile,
  file: string,
): { readonly model: StateDict; readonly opt: OptimizerState | undefined } {
  const model = new Map<string, StoredTensor>();
  const state = new Map<string, StoredTensor>();
  for (const [name, tensor] of tensors) {
    if (name.startsWith(OPT)) state.set(name.slice(OPT.length), tensor);
    else model.set(name, tensor);
  }
  const text = metadata["optimizer"];
  return { model, opt: text === undefined ? undefined : { ...parseScalars(text, file), tensors: state } };
}

function parseScalars(text: string, file: string): Pick<OptimizerState, "hypers" | "numbers"> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isScalars(parsed)) return parsed;
  } catch {
    // refused below
  }
  throw E_LEARNER_FILE({ file, problem: "its optimizer metadata are damaged" });
}

function isScalars(value: unknown): value is Pick<OptimizerState, "hypers" | "numbers"> {
  if (typeof value !== "object" || value === null || !("hypers" in value) || !("numbers" in value)) return false;
  const { hypers, numbers } = value;
  return Array.isArray(hypers) && [...hypers, numbers].every(isNumbers);
}

function isNumbers(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.values(value).every((n) => typeof n === "number");
}

/** An absolute path is taken as it is; a name without an extension gets `.safetensors`. */
async function pathOf({ path, modelDir }: Learner, file: string): Promise<string> {
  const { extname, isAbsolute, join } = await import("node:path");
  const name = extname(file) === "" ? `${file}.safetensors` : file;
  return isAbsolute(name) ? name : join(path, modelDir, name);
}
