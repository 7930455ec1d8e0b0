import type { Prediction } from "@fastap/kernel";
import type { HostArray } from "./host-array.ts";
import type { Decoded, Predicted } from "./predict.ts";

/** Values that are read out. */
const SHOWN = 8;

/** What the command line says of a prediction; `index` is NaN where the target is no single class. A mask is told by the share of each class. */
export function predictionOf([decoded, decision, probs]: Predicted, vocab: readonly string[] | undefined): Prediction {
  const mask = isArray(decision) && decision.shape.length > 1;
  return { label: wordsOf(decoded, vocab), index: isArray(decision) ? NaN : decision, probs: mask ? [] : probs };
}

function wordsOf(decoded: Decoded, vocab: readonly string[] | undefined): string {
  if (isList(decoded)) {
    const words = decoded.map((each) => wordsOf(each, vocab));
    return words.join(decoded.some((each) => typeof each === "number") ? ", " : "; ");
  }
  if (!isArray(decoded)) return typeof decoded === "number" ? String(Number(decoded.toPrecision(6))) : String(decoded);
  return decoded.data instanceof Float32Array ? numbers(decoded) : shares(decoded, vocab);
}

function numbers({ data, shape }: HostArray): string {
  const shown = Array.from(data.subarray(0, SHOWN), (value) => Number(value.toPrecision(6))).join(", ");
  return `[${shape.join(", ")}] ${shown}${data.length > SHOWN ? " …" : ""}`;
}

/** Of the classes in a mask, the largest first. */
function shares({ data }: HostArray, vocab: readonly string[] = []): string {
  const counts = new Map<number, number>();
  for (const id of data) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([id, count]) => `${vocab[id] ?? id} ${((100 * count) / data.length).toFixed(1)} %`)
    .join(", ");
}

function isList(decoded: Decoded): decoded is readonly Decoded[] {
  return Array.isArray(decoded);
}

function isArray(value: Decoded): value is HostArray {
  return typeof value === "object" && "shape" in value;
}
