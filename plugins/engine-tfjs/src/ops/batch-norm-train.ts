import type { FusedActivation, RunningStatistics } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { unfitInput } from "./unfit-input.ts";
import { biasActivation } from "./bias-activation.ts";
import { runFused } from "./fused-kernel.ts";
import type { HasKernel } from "./fused-kernel.ts";
import { runTaped } from "./taped-op.ts";

type Three = [Tensor, Tensor, Tensor];

interface Attrs {
  readonly eps: number;
  readonly running?: RunningStatistics | undefined;
  readonly activation?: FusedActivation | undefined;
}

/**
 * Batch normalisation over all axes but the last, with the statistics of the batch itself, then the activation, if any.
 * `x` `[…, channels]`; `gamma`, `beta` `[channels]`. Differentiable in all three; the caller disposes the result, of the shape of `x`.
 * `running` variables move towards the statistics of the batch.
 * @throws E_ENGINE_OP_INPUT
 * @source Ioffe & Szegedy 2015; torch.nn.functional.batch_norm(training=True)
 */
export function batchNormTrain(x: Tensor, gamma: Tensor, beta: Tensor, attrs: Attrs, hasKernel: HasKernel): Tensor {
  const { running, activation } = attrs;
  checkInputs(x, { gamma, beta, ...(running && { "running.mean": running.mean, "running.variance": running.variance }) });
  const fused = hasKernel("FastapBatchNormTrain") && hasKernel("FastapBatchNormTrainGrad");
  if (activation === undefined || (activation === "relu" && fused)) return normalised(x, gamma, beta, attrs, hasKernel);
  return tf.tidy(() =>
    biasActivation(normalised(x, gamma, beta, { ...attrs, activation: undefined }, hasKernel), { bias: undefined, activation }, hasKernel),
  );
}

/** One node of the tape. Kernels find out by `x` what the activation let pass. */
function normalised(x: Tensor, gamma: Tensor, beta: Tensor, attrs: Attrs, hasKernel: HasKernel): Tensor {
  const { eps, activation } = attrs;
  const [y] = runTaped({
    inputs: { x, gamma, beta },
    forward(save) {
      const fused = hasKernel("FastapBatchNormTrain");
      const [result, mean, variance] = fused ? forwardFused(x, gamma, beta, attrs) : forward(x, gamma, beta, attrs);
      save([x, gamma, beta, mean, variance]);
      return [result];
    },
    backward([dy], saved) {
      const [savedX, savedGamma, savedBeta, savedMean, savedVariance] = saved as [Tensor, Tensor, ...Three];
      const inputs = { x: savedX, dy: dy as Tensor, gamma: savedGamma, beta: savedBeta, mean: savedMean, variance: savedVariance };
      const fused = hasKernel("FastapBatchNormTrainGrad");
      const [dx, dgamma, dbeta] = fused
        ? (runFused("FastapBatchNormTrainGrad", inputs, { eps, activation }) as Three)
        : backward(inputs, eps);
      return { x: dx, gamma: dgamma, beta: dbeta };
    },
  }) as [Tensor];
  return y;
}

/** The kernel returns the running statistics themselves, or new tensors where others share their memory. */
function forwardFused(x: Tensor, gamma: Tensor, beta: Tensor, { eps, running, activation }: Attrs): Three {
  if (running === undefined) return runFused("FastapBatchNormTrain", { x, gamma, beta }, { eps, activation }) as Three;
  const { mean: runningMean, variance: runningVariance, momentum } = running;
  const inputs = { x, gamma, beta, runningMean, runningVariance };
  const [y, mean, variance, nextMean, nextVariance] = runFused("FastapBatchNormTrain", inputs, { eps, activation, momentum }) as [
    ...Three,
    Tensor,
    Tensor,
  ];
  assign(runningMean, nextMean);
  assign(runningVariance, nextVariance);
  return [y, mean, variance];
}

/*
 * The compositions lean on two kernels that every backend has and runs in one pass: FusedBatchNorm, as "scale and shift each
 * channel", and BatchMatMul with a row of ones, as "sum each channel". tf.sum over leading axes and broadcasting binaries are
 * many times slower on cpu and wasm.
 */

function forward(x: Tensor, gamma: Tensor, beta: Tensor, { eps, running }: Attrs): Three {
  const rows = asRows(x);
  const n = rows.shape[0] ?? 1;
  const mean = tf.div(channelSums(rows), n);
  const centred = tf.batchNorm(rows, mean, tf.onesLike(gamma), undefined, undefined, 0);
  const variance = tf.div(channelSums(tf.square(centred)), n);
  const y = tf.batchNorm(rows, mean, variance, beta, gamma, eps);
  if (running !== undefined) track(running, mean, variance, n);
  return [tf.reshape(y, x.shape), mean, variance];
}

function track(running: RunningStatistics, mean: Tensor, variance: Tensor, n: number): void {
  const { momentum } = running;
  const moved = (old: Tensor, now: Tensor, share: number): Tensor => tf.add(tf.mul(old, 1 - momentum), tf.mul(now, share));
  assign(running.mean, moved(running.mean, mean, momentum));
  assign(running.variance, moved(running.variance, variance, (momentum * n) / (n - 1)));
}

function assign(variable: Tensor, value: Tensor): void {
  if (value !== variable) (variable as tf.Variable).assign(value);
}

interface GradInputs extends Record<string, Tensor> {
  x: Tensor;
  dy: Tensor;
  gamma: Tensor;
  beta: Tensor;
  mean: Tensor;
  variance: Tensor;
}

/** dx = gamma / std · (dy − mean(dy) − x̂ · mean(dy · x̂)), by channel. */
function backward({ x, dy, gamma, mean, variance }: GradInputs, eps: number): Three {
  const rows = asRows(x);
  const dyRows = asRows(dy);
  const normalised = tf.batchNorm(rows, mean, variance, undefined, undefined, eps);
  const dbeta = channelSums(dyRows);
  const dgamma = channelSums(tf.mul(dyRows, normalised));
  const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, eps)));
  const perRow = tf.mul(scale, -1 / (rows.shape[0] ?? 1));
  const zero = tf.zerosLike(gamma);
  const one = tf.onesLike(gamma);
  const direct = tf.batchNorm(dyRows, zero, one, tf.mul(perRow, dbeta), scale, 0);
  const throughVariance = tf.batchNorm(normalised, zero, one, undefined, tf.mul(perRow, dgamma), 0);
  return [tf.reshape(tf.add(direct, throughVariance), x.shape), dgamma, dbeta];
}

function asRows(x: Tensor): Tensor {
  const channels = x.shape.at(-1) ?? 1;
  return tf.reshape(x, [x.size / channels, channels]);
}

/** `[rows, channels]` → `[channels]` */
function channelSums(rows: Tensor): Tensor {
  const [n = 1, channels = 1] = rows.shape;
  return tf.reshape(tf.matMul(tf.ones([1, n]), rows), [channels]);
}

function checkInputs(x: Tensor, byChannel: Record<string, Tensor>): void {
  const channels = x.shape.at(-1);
  const op = "batchNormTrain";
  if (x.dtype !== "float32" || x.rank < 2 || x.size === 0) {
    throw unfitInput({ op, input: "x", expected: "float32 […, channels] with at least one row", received: x });
  }
  for (const [input, tensor] of Object.entries(byChannel)) {
    if (tensor.dtype === "float32" && tensor.rank === 1 && tensor.shape[0] === channels) continue;
    throw unfitInput({ op, input, expected: `float32 [${channels}], one value per channel of x`, received: tensor });
  }
}
