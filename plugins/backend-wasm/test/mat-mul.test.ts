import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expectClose, expectSameAsCpu, numbers, tensorOf, useWasm } from "./both-backends.ts";

const length = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const swapped = (rows: number, columns: number, transposed: boolean): [number, number] => (transposed ? [columns, rows] : [rows, columns]);

/** The product and the gradients of both sides. */
function productAndGradients(a: number[], b: number[], ta: boolean, tb: boolean): tf.Tensor[] {
  const [x, y] = [tensorOf(a, 1), tensorOf(b, 2)];
  const multiply = (p: tf.Tensor, q: tf.Tensor): tf.Tensor => tf.matMul(p, q, ta, tb);
  const z = multiply(x, y);
  return [z, ...tf.grads((p, q) => multiply(p as tf.Tensor, q as tf.Tensor))([x, y], tensorOf(z.shape, 3))];
}

describe("matMul and einsum on wasm", () => {
  before(useWasm);

  it("equals cpu in all four modes, batched, with gradients", async () => {
    await fc.assert(
      fc.asyncProperty(length(3), length(40), length(40), length(40), fc.boolean(), fc.boolean(), (n, m, k, c, ta, tb) =>
        expectSameAsCpu(() => productAndGradients([n, ...swapped(m, k, ta)], [n, ...swapped(k, c, tb)], ta, tb)),
      ),
      { numRuns: 60 },
    );
  });

  it("equals cpu over several blocks in every dimension", async () => {
    for (const [ta, tb] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      await expectSameAsCpu(() => [tf.matMul(tensorOf(swapped(101, 523, ta), 1), tensorOf(swapped(523, 1037, tb), 2), ta, tb)], 2e-6);
    }
  }).timeout(20_000);

  it("has the same bits of few columns, whose left side is read where it lies, as of many, whose left side is packed", () => {
    const [depth, few, many] = [523, 250, 300];
    for (const rows of [6, 11, 101, 1030]) {
      for (const ta of [false, true]) {
        tf.tidy(() => {
          const left = tensorOf(swapped(rows, depth, ta), 1);
          const right = tensorOf([depth, many], 2) as tf.Tensor2D;
          const part = tf.matMul(left, tf.slice(right, [0, 0], [depth, few]), ta);
          expectClose(part.dataSync(), tf.slice(tf.matMul(left, right, ta) as tf.Tensor2D, [0, 0], [rows, few]).dataSync(), 0);
        });
      }
    }
  });

  it("broadcasts batch axes of either side", () => {
    tf.tidy(() => {
      const [a, b] = [tensorOf([2, 1, 3, 4], 1), tensorOf([5, 4, 6], 2)];
      const expected: number[] = [];
      const [x, y] = [numbers(24, 1), numbers(120, 2)];
      for (let i = 0; i < 2; i++)
        for (let j = 0; j < 5; j++)
          for (let r = 0; r < 3; r++)
            for (let c = 0; c < 6; c++) {
              let sum = 0;
              for (let k = 0; k < 4; k++) sum += (x[i * 12 + r * 4 + k] ?? 0) * (y[j * 24 + k * 6 + c] ?? 0);
              expected.push(sum);
            }
      const product = tf.matMul(a, b);
      expectClose(product.shape, [2, 5, 3, 6], 0);
      expectClose(product.dataSync(), expected, 1e-6);
    });
  });

  it("gives zeros for an empty inner axis", () => {
    tf.tidy(() => expectClose(tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 3])).dataSync(), [0, 0, 0, 0, 0, 0], 0));
  });

  it("contracts as cpu does", async () => {
    const cases: [string, ...number[][]][] = [
      ["ij,jk->ik", [3, 4], [4, 5]],
      ["ij,jk->ki", [3, 4], [4, 5]],
      ["bij,bkj->bik", [2, 3, 4], [2, 5, 4]],
      ["bhid,bhjd->bhij", [2, 3, 4, 5], [2, 3, 6, 5]],
      ["bi,bi->b", [3, 4], [3, 4]],
      ["i,j->ij", [3], [4]],
      ["i,i->", [7], [7]],
    ];
    for (const [equation, ...shapes] of cases) {
      await expectSameAsCpu(() => [tf.einsum(equation, ...shapes.map((shape, i) => tensorOf(shape, i)))]);
    }
  });

  it("sums out axes of one side, which cpu gets wrong, and transposes", () => {
    tf.tidy(() => {
      const x = tensorOf([2, 3, 4]);
      const cases: [string, tf.Tensor][] = [
        ["ijk->kij", tf.transpose(x, [2, 0, 1])],
        ["ijk->ik", tf.sum(x, 1)],
        ["ijk->j", tf.sum(x, [0, 2])],
        ["ijk->kj", tf.transpose(tf.sum(x, 0))],
        ["ijk->", tf.sum(x)],
        ["ijk->ijk", x],
      ];
      const weighted = tf.einsum("ijk,k->j", x, tensorOf([4], 1));
      expectClose(weighted.dataSync(), tf.sum(tf.mul(x, tensorOf([4], 1)), [0, 2]).dataSync(), 1e-6);
      for (const [equation, expected] of cases) {
        const actual = tf.einsum(equation, x);
        expectClose(actual.shape, expected.shape, 0, equation);
        expectClose(actual.dataSync(), expected.dataSync(), 1e-6, equation);
      }
    });
  });
});
