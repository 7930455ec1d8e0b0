import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { E_ENGINE_GRADIENT_MISSING, E_ENGINE_GRADIENT_SHAPE } from "./errors.ts";
import { scoped } from "./taping-engine.ts";
import type { TapeNode } from "./taping-engine.ts";

/**
 * The gradients of the scalar `y` by each of `xs`, along the tape from its end; undefined where `y` does not depend on one. As tfjs does
 * it, but for the order of leaving: what an operation saved (if `last`), and gradients that no other needs, go as soon as it is passed.
 * @throws E_ENGINE_GRADIENT_MISSING, E_ENGINE_GRADIENT_SHAPE
 */
export function backpropagate(tape: readonly TapeNode[], y: Tensor, xs: readonly Tensor[], last: boolean): (Tensor | undefined)[] {
  const wanted = new Set(xs.map(({ id }) => id));
  const dependent = dependentOn(tape, wanted);
  const grads = new Accumulator();
  grads.add(y.id, seedOf(y));
  for (let k = tape.length - 1; k >= 0; k--) {
    const node = tape[k] as TapeNode;
    if (isReached(node, dependent, grads)) {
      passBack(node, dependent, grads);
      for (const { id } of node.outputs) if (!wanted.has(id)) grads.drop(id);
    }
    if (last && node.saved !== undefined) for (const tensor of node.saved) tensor.dispose();
  }
  return xs.map(({ id }) => grads.get(id));
}

// Every operation of a model passes here at every step: loops, as functions for each name and output take longer than a small kernel.

/** Adds the gradients by the inputs that depend on what is asked for. */
function passBack(node: TapeNode, dependent: ReadonlySet<number>, grads: Accumulator): void {
  const names: string[] = [];
  for (const name in node.inputs) if (dependent.has(idOf(node, name))) names.push(name);
  const dxs = scoped(() => gradientsOf(node, grads, names));
  for (let i = 0; i < names.length; i++) grads.add(idOf(node, names[i] as string), dxs[i] as Tensor);
}

/** Whether the loss depends on an output that depends on what is asked for. */
function isReached({ outputs }: TapeNode, dependent: ReadonlySet<number>, grads: Accumulator): boolean {
  for (const { id } of outputs) if (dependent.has(id) && grads.get(id) !== undefined) return true;
  return false;
}

const seeds = new WeakSet<Tensor>();

/** The gradient of what is differentiated by itself. */
function seedOf(y: Tensor): Tensor {
  const ones = tf.engine().makeTensor(new Float32Array(y.size).fill(1), y.shape, "float32");
  seeds.add(ones);
  return ones;
}

/** Whether a gradient is known to be all 1, so that it need not be multiplied by. */
export function isSeed(dy: Tensor): boolean {
  return seeds.has(dy);
}

/** Ids of tensors that were computed from those of `from`, which are among them. */
function dependentOn(tape: readonly TapeNode[], from: ReadonlySet<number>): Set<number> {
  const ids = new Set(from);
  for (const { inputs, outputs } of tape) {
    for (const name in inputs) {
      if (!ids.has((inputs[name] as Tensor).id)) continue;
      for (const { id } of outputs) ids.add(id);
      break;
    }
  }
  return ids;
}

function idOf({ inputs }: TapeNode, name: string): number {
  return (inputs[name] as Tensor).id;
}

/** One for each of some inputs. */
function gradientsOf({ kernelName: op, inputs, outputs, gradient }: TapeNode, grads: Accumulator, names: readonly string[]): Tensor[] {
  if (gradient === undefined) throw E_ENGINE_GRADIENT_MISSING({ op, backend: tf.getBackend() });
  const thunks = gradient(outputs.map(({ id }) => grads.get(id) ?? null));
  const dxs: Tensor[] = [];
  for (const input of names) {
    const { shape } = inputs[input] as Tensor;
    const dx = thunks[input]?.();
    if (dx?.dtype !== "float32" || !tf.util.arraysEqual(dx.shape, shape)) throw E_ENGINE_GRADIENT_SHAPE({ op, input, shape, dx });
    dxs.push(dx);
  }
  return dxs;
}

/**
 * Sums of gradients by the id of their tensor. One may stand in several places, as of a sum for both terms; one that was not made in this
 * backward pass is left to who made it.
 */
class Accumulator {
  readonly #scope = tf.engine().state.activeScope?.id;
  readonly #sums = new Map<number, Tensor>();
  /** By the id of what stands there. */
  readonly #places = new Map<number, number>();

  get(id: number): Tensor | undefined {
    return this.#sums.get(id);
  }

  add(id: number, dx: Tensor): void {
    const sum = this.#sums.get(id);
    if (sum === undefined) return this.#put(id, dx);
    this.#put(id, tf.add(sum, dx));
    this.#release(sum);
    if (!this.#places.has(dx.id)) this.#dispose(dx);
  }

  drop(id: number): void {
    const sum = this.#sums.get(id);
    if (sum === undefined) return;
    this.#sums.delete(id);
    this.#release(sum);
  }

  #put(id: number, sum: Tensor): void {
    this.#sums.set(id, sum);
    this.#places.set(sum.id, (this.#places.get(sum.id) ?? 0) + 1);
  }

  #release(sum: Tensor): void {
    const places = (this.#places.get(sum.id) ?? 1) - 1;
    if (places > 0) return void this.#places.set(sum.id, places);
    this.#places.delete(sum.id);
    this.#dispose(sum);
  }

  #dispose(tensor: Tensor): void {
    if (tensor.scopeId === this.#scope && !tensor.kept) tensor.dispose();
  }
}
