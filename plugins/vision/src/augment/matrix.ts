/** 3 × 3, row by row: of (x, y, 1). */
export type Matrix = readonly number[];

export const IDENTITY: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** First `b`, then `a`. */
export function multiply(a: Matrix, b: Matrix): Matrix {
  return Array.from({ length: 9 }, (_, i) => {
    const [row, column] = [3 * Math.floor(i / 3), i % 3];
    return [0, 1, 2].reduce((sum, k) => sum + (a[row + k] ?? 0) * (b[3 * k + column] ?? 0), 0);
  });
}

/** By cofactors; what maps back. */
export function inverse(m: Matrix): Matrix {
  const at = (row: number, column: number): number => m[3 * (row % 3) + (column % 3)] ?? 0;
  const cofactor = (i: number, j: number): number => at(i + 1, j + 1) * at(i + 2, j + 2) - at(i + 1, j + 2) * at(i + 2, j + 1);
  const determinant = [0, 1, 2].reduce((sum, j) => sum + at(0, j) * cofactor(0, j), 0);
  return Array.from({ length: 9 }, (_, k) => cofactor(k % 3, Math.floor(k / 3)) / determinant);
}

/** Where a map sends a point. */
export function project(m: Matrix, x: number, y: number): readonly [number, number] {
  const at = (row: number): number => (m[row] ?? 0) * x + (m[row + 1] ?? 0) * y + (m[row + 2] ?? 0);
  return [at(0) / at(6), at(3) / at(6)];
}

/** Coordinates are fractions of each side: a turn of an image that is no square. */
export function withAspect(m: Matrix, height: number, width: number): Matrix {
  return m.map((x, i) => (i === 1 ? (x * height) / width : i === 3 ? (x * width) / height : x));
}
