import type { CrossEntropyOptions } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { unfitInput } from "./unfit-input.ts";
import { isSeed } from "../backpropagate.ts";
import { shareOf } from "../taping-engine.ts";
import { runFused, runPlain } from "./fused-kernel.ts";
import type { HasKernel } from "./fused-kernel.ts";
import { runTaped } from "./taped-op.ts";

const op = "softmaxCrossEntropy";

interface IgnoreOptions {
  readonly weight?: Tensor | undefined;
  readonly ignoreIndex?: number | undefined;
}

/**
 * Cross-entropy of `logits` `[rows, classes]` against `labels` int32 `[rows]`: a scalar, or `[rows]` for reduction "none".
 * "mean" divides by the number of rows that are not ignored, or by the sum of their class weights. Ignored rows, and labels
 * outside 0…classes−1, have loss 0 and gradient 0. Differentiable in the logits; the caller disposes the result.
 * @throws E_ENGINE_OP_INPUT
 * @source torch.nn.functional.cross_entropy
 */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor, options: CrossEntropyOptions, hasKernel: HasKernel): Tensor {
  checkInputs(logits, labels);
  checkOptions(options, logits.shape[1] ?? 0);
  const { ignoreIndex } = options;
  if (ignoreIndex === undefined || !isClass(ignoreIndex, logits.shape[1] ?? 0)) return reducedLoss(logits, labels, options, hasKernel);
  return tf.tidy(() => reducedLoss(logits, withoutIgnored(labels, ignoreIndex), options, hasKernel));
}

/** One node of the tape, the reduction included. */
function reducedLoss(logits: Tensor, labels: Tensor, options: CrossEntropyOptions, hasKernel: HasKernel): Tensor {
  const { weight, labelSmoothing = 0 } = options;
  const reduction = options.reduction === "none" ? undefined : options.reduction;
  return runTaped({
    inputs: { logits },
    forward(save) {
      const inputs: Record<string, Tensor> = weight === undefined ? { logits, labels } : { logits, labels, weight };
      const made = hasKernel("FastapSoftmaxCrossEntropy")
        ? runFused("FastapSoftmaxCrossEntropy", inputs, { labelSmoothing, reduction, ignored: ignoredLabel(logits, options) })
        : composeReduced(logits, labels, options);
      save([made[1] as Tensor]);
      return [made[0] as Tensor];
    },
    backward: (dys, saved) => ({ logits: () => scaled(saved[0] as Tensor, dys[0] as Tensor) }),
  })[0] as Tensor;
}

/** By the gradient of the loss, of each row or of all; nothing is to be done for that of the last loss, which is 1. */
function scaled(dlogits: Tensor, dy: Tensor): Tensor {
  if (isSeed(dy)) return shareOf(dlogits);
  return runPlain("Multiply", { a: dy.rank === 0 ? dy : tf.expandDims(dy, 1), b: dlogits });
}

function composeReduced(logits: Tensor, labels: Tensor, options: CrossEntropyOptions): [Tensor, Tensor] {
  const [losses, dlogits] = compose(logits, labels, options);
  if (options.reduction === "none") return [losses, dlogits];
  if (options.reduction === "sum") return [tf.sum(losses), dlogits];
  const count = denominator(labels, logits, options);
  return [tf.div(tf.sum(losses), count), tf.div(dlogits, count)];
}

/**
 * Losses by row and d(loss)/d(logits), from the target distribution T: −Σ T·log p and p·ΣT − T. Exact where the label's p is near 1, too: log Σp
 * is taken of what the other classes add to the largest, and the label's gradient is what the others' sum to, as a row sums to 0.
 */
function compose(logits: Tensor, labels: Tensor, { weight, labelSmoothing = 0 }: CrossEntropyOptions): [Tensor, Tensor] {
  const classes = logits.shape[1] ?? 0;
  const hot = oneHot(labels, classes);
  const target = targetOf(hot, weight, labelSmoothing / classes, 1 - labelSmoothing);
  const mass = tf.sum(target, 1, true);
  const gaps = tf.sub(tf.max(logits, 1, true), logits);
  const odds = tf.exp(tf.neg(gaps));
  const rest = tf.sum(tf.mul(odds, except(oneHot(tf.argMax(logits, 1), classes))), 1, true);
  const missed = tf.where(tf.notEqual(target, 0), tf.mul(target, gaps), tf.zerosLike(gaps)); // a gap may be infinite
  const losses = tf.add(tf.sum(missed, 1), tf.squeeze(tf.mul(mass, tf.log1p(rest)), [1]));
  const slopes = tf.sub(tf.mul(tf.div(odds, tf.add(rest, 1)), mass), target);
  const others = tf.mul(slopes, except(hot));
  return [losses, tf.sub(others, tf.mul(hot, tf.sum(others, 1, true)))];
}

/** Rows of 0 where there is no valid label. */
function targetOf(hot: Tensor, weight: Tensor | undefined, share: number, kept: number): Tensor {
  const target = share === 0 ? hot : tf.add(tf.mul(hot, kept), tf.mul(tf.sum(hot, 1, true), share));
  return weight === undefined ? target : tf.mul(target, weight);
}

function except(hot: Tensor): Tensor {
  return tf.sub(1, hot);
}

function denominator(targets: Tensor, logits: Tensor, { weight, ignoreIndex }: IgnoreOptions): Tensor | number {
  if (weight !== undefined) return tf.sum(rowWeights(targets, weight));
  const ignored = ignoredLabel(logits, { weight, ignoreIndex });
  if (ignored === undefined) return logits.shape[0] ?? 0;
  return tf.sum(tf.cast(tf.notEqual(targets, tf.scalar(ignored, "int32")), "float32"));
}

/** How `withoutIgnored` leaves the rows that do not count; undefined where all do, or count by their weights. */
function ignoredLabel(logits: Tensor, { weight, ignoreIndex }: IgnoreOptions): number | undefined {
  if (ignoreIndex === undefined || weight !== undefined) return undefined;
  return isClass(ignoreIndex, logits.shape[1] ?? 0) ? -1 : ignoreIndex;
}

/** Of the class of each row; 0 for a label outside the classes. */
function rowWeights(labels: Tensor, weight: Tensor): Tensor {
  const inside = tf.clipByValue(labels, 0, weight.size - 1);
  return tf.mul(tf.gather(weight, inside as tf.Tensor1D), tf.cast(tf.equal(inside, labels), "float32"));
}

/** An ignored class becomes −1; labels outside the classes need no mark, as they count as no class anyway. */
function withoutIgnored(labels: Tensor, ignoreIndex: number): Tensor {
  const ignored = tf.cast(tf.equal(labels, tf.scalar(ignoreIndex, "int32")), "int32");
  return tf.sub(labels, tf.mul(ignored, tf.scalar(ignoreIndex + 1, "int32")));
}

function isClass(label: number, classes: number): boolean {
  return label >= 0 && label < classes;
}

/** Through int32: the OneHot kernel of tfjs wasm writes integers whatever dtype it is asked for. */
function oneHot(labels: Tensor, classes: number): Tensor {
  return tf.cast(tf.oneHot(labels, classes), "float32");
}

function checkInputs(logits: Tensor, labels: Tensor): void {
  const [rows = 0] = logits.shape;
  if (logits.rank !== 2 || logits.dtype !== "float32") {
    throw unfitInput({ op, input: "logits", expected: "float32 [rows, classes]", received: logits });
  }
  if (!isVector(labels, rows) || labels.dtype !== "int32") {
    throw unfitInput({ op, input: "labels", expected: `int32 [${rows}], one class number per row`, received: labels });
  }
}

function checkOptions({ weight, labelSmoothing = 0 }: CrossEntropyOptions, classes: number): void {
  if (weight !== undefined && !isVector(weight, classes)) {
    throw unfitInput({ op, input: "weight", expected: `[${classes}], one weight per class`, received: weight });
  }
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw unfitInput({ op, input: "labelSmoothing", expected: "a number from 0 to 1", received: String(labelSmoothing) });
  }
}

function isVector(tensor: Tensor, length: number): boolean {
  return tensor.rank === 1 && tensor.size === length;
}
