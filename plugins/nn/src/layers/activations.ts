import type { Tensor } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import { Module } from "../module.ts";

/** A function of each value on its own. */
export abstract class Activation extends Module {
  protected abstract apply(x: Tensor): Tensor;

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    return this.apply(x);
  }
}

/** x · σ(x). @source fastai.layers.Swish; torch.nn.SiLU */
export class Swish extends Activation {
  protected override ops(): readonly string[] {
    return ["Sigmoid", "Multiply"];
  }

  protected apply(x: Tensor): Tensor {
    return tf.mul(x, tf.sigmoid(x));
  }
}

/** x · tanh(softplus(x)). @source fastai.layers.Mish; Misra 2019 */
export class Mish extends Activation {
  protected override ops(): readonly string[] {
    return ["Softplus", "Tanh", "Multiply"];
  }

  protected apply(x: Tensor): Tensor {
    return tf.mul(x, tf.tanh(tf.softplus(x)));
  }
}

/** @source torch.nn.Sigmoid */
export class Sigmoid extends Activation {
  override readonly fusedActivation = "sigmoid" as const;

  protected override ops(): readonly string[] {
    return ["Sigmoid"];
  }

  protected apply(x: Tensor): Tensor {
    return tf.sigmoid(x);
  }
}

/** σ(x) held to [eps, 1 − eps]. @source fastai.layers.sigmoid */
export class ClampedSigmoid extends Activation {
  readonly eps: number;

  constructor(eps: number = 1e-7) {
    super();
    this.eps = eps;
  }

  protected override ops(): readonly string[] {
    return ["Sigmoid", "ClipByValue"];
  }

  protected apply(x: Tensor): Tensor {
    return tf.clipByValue(tf.sigmoid(x), this.eps, 1 - this.eps);
  }
}

/** σ(x) · (high − low) + low. @source fastai.layers.SigmoidRange */
export class SigmoidRange extends Activation {
  readonly low: number;
  readonly high: number;

  constructor(low: number, high: number) {
    super();
    [this.low, this.high] = [low, high];
  }

  protected override ops(): readonly string[] {
    return ["Sigmoid", "Multiply", "Add"];
  }

  protected apply(x: Tensor): Tensor {
    return tf.add(tf.mul(tf.sigmoid(x), this.high - this.low), this.low);
  }
}

/** @source torch.nn.Tanh */
export class Tanh extends Activation {
  override readonly fusedActivation = "tanh" as const;

  protected override ops(): readonly string[] {
    return ["Tanh"];
  }

  protected apply(x: Tensor): Tensor {
    return tf.tanh(x);
  }
}

/** max(x, slope · x); fastai's `vleaky_relu` has slope 0.3. @source torch.nn.LeakyReLU */
export class LeakyRelu extends Activation {
  readonly slope: number;

  constructor(slope: number = 0.01) {
    super();
    this.slope = slope;
  }

  protected override ops(): readonly string[] {
    return ["Relu", "Step", "Multiply", "Sub"];
  }

  /** In terms of relu, which every backend has a kernel for. */
  protected apply(x: Tensor): Tensor {
    return tf.add(tf.mul(x, this.slope), tf.mul(tf.relu(x), 1 - this.slope));
  }
}

/** x · Φ(x), by the error function. @source torch.nn.GELU */
export class Gelu extends Activation {
  protected override ops(): readonly string[] {
    return ["Erf", "Exp", "Multiply", "Add"];
  }

  protected apply(x: Tensor): Tensor {
    return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
  }
}

/** x above 0, eˣ − 1 below. @source torch.nn.ELU */
export class Elu extends Activation {
  protected override ops(): readonly string[] {
    return ["Elu", "EluGrad"];
  }

  protected apply(x: Tensor): Tensor {
    return tf.elu(x);
  }
}

/** Held to [min, max]. @source torch.nn.Hardtanh */
export class Hardtanh extends Activation {
  readonly min: number;
  readonly max: number;

  constructor(min: number = -1, max: number = 1) {
    super();
    [this.min, this.max] = [min, max];
  }

  protected override ops(): readonly string[] {
    return ["ClipByValue"];
  }

  protected apply(x: Tensor): Tensor {
    return tf.clipByValue(x, this.min, this.max);
  }
}

/** Held to [0, 6]. @source torch.nn.ReLU6 */
export class Relu6 extends Hardtanh {
  constructor() {
    super(0, 6);
  }
}
