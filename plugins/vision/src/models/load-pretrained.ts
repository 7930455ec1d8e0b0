import type { StateDict, StoredTensor } from "@fastap/kernel";
import { Counter, Parameter } from "@fastap/plugin-nn";
import type { Module } from "@fastap/plugin-nn";
import { E_VISION_WEIGHTS } from "../errors.ts";
import { adaptInput } from "./adapt-input.ts";
import type { Pretrained } from "./architecture.ts";

export interface LoadPretrainedOptions {
  readonly arch: string;
  /** Channels of the model's images. */
  readonly nIn: number;
  /** The part that has to fit; what else the file holds of the model is taken where it fits, as a classifier of as many classes. */
  readonly body: Module;
}

/** What libraries put before the names of a model inside another. */
const PREFIXES = ["module.", "model.", "backbone.", "encoder."] as const;
/** What libraries call classifiers. */
const HEADS = ["fc", "classifier", "head", "linear", "last_linear", "pre_logits"] as const;

/**
 * Gives a model, before its `init`, the weights of a file by PyTorch's names: with or without `num_batches_tracked`, under a
 * prefix, with another classifier, which is then left out. Returns the names that were left out.
 * @throws E_VISION_WEIGHTS with every name that is missing, unexpected or of another shape; E_VISION_STEM
 */
export function loadPretrained(model: Module, { state: given, file }: Pretrained, options: LoadPretrainedOptions): readonly string[] {
  const { arch, nIn, body } = options;
  const saved = model.saved();
  const state = forChannels(withoutPrefix(given, saved), model, nIn);
  const inBody = new Set<unknown>(body.saved().values());
  const [fitting, left] = [new Map<string, StoredTensor>(), new Array<string>()];
  const problems = { missing: new Array<string>(), mismatched: new Array<string>(), unexpected: unexpectedNames(state, saved, inBody) };
  for (const [name, item] of saved) {
    const stored = state.get(name);
    if (stored !== undefined && fits(item, stored)) fitting.set(name, stored);
    else if (!inBody.has(item)) left.push(name);
    else if (stored !== undefined) problems.mismatched.push(`${name} is [${stored.shape.join(", ")}], not [${item.shape.join(", ")}]`);
    else if (!(item instanceof Counter)) problems.missing.push(name);
  }
  if (Object.values(problems).some((names) => names.length > 0)) throw E_VISION_WEIGHTS({ arch, file, ...problems });
  model.loadStateDict(fitting, { strict: false });
  return left;
}

type Named = ReturnType<Module["saved"]>;

/** Only where that makes names fit. */
function withoutPrefix(state: StateDict, saved: Named): StateDict {
  const known = (names: Iterable<string>): number => [...names].filter((name) => saved.has(name)).length;
  for (const prefix of PREFIXES) {
    const inside = [...state].filter(([name]) => name.startsWith(prefix));
    const bare = new Map(inside.map(([name, stored]) => [name.slice(prefix.length), stored]));
    if (inside.length === 0 || known(bare.keys()) < known(state.keys())) continue;
    const outside = [...state].filter(([name]) => !name.startsWith(prefix));
    return withoutPrefix(new Map([...bare, ...outside]), saved);
  }
  return state;
}

function forChannels(state: StateDict, model: Module, nIn: number): StateDict {
  const [first = ""] = [...model.saved()].find(([, item]) => item instanceof Parameter) ?? [];
  const channels = state.get(first)?.shape[1];
  return nIn === 3 || channels === nIn ? state : adaptInput(state, first, nIn);
}

/** Names of the file that no layer of the body has; classifiers may be called anything. */
function unexpectedNames(state: StateDict, saved: Named, inBody: ReadonlySet<unknown>): string[] {
  const heads = new Set<string>([...HEADS, ...[...saved].filter(([, item]) => !inBody.has(item)).map(([name]) => partOf(name))]);
  for (const [name, item] of saved) if (inBody.has(item)) heads.delete(partOf(name));
  return [...state.keys()].filter((name) => !saved.has(name) && !heads.has(partOf(name)));
}

function partOf(name: string): string {
  return name.split(".", 1)[0] ?? name;
}

function fits({ shape }: { readonly shape: readonly number[] }, stored: StoredTensor): boolean {
  const count = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  if (shape.length === 0) return count(stored.shape) === 1;
  return shape.length === stored.shape.length && shape.every((size, i) => size === stored.shape[i]);
}
