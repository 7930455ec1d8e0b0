import type { Matrix } from "./matrix.ts";

type Corners = readonly (readonly [x: number, y: number])[];

const CORNERS: Corners = [
  [-1, -1],
  [-1, 1],
  [1, -1],
  [1, 1],
];

/** The eight numbers of the projective map from `to` to `from`. `@source fastai.vision.augment.find_coeffs` */
export function findCoeffs(from: Corners, to: Corners): number[] {
  const rows = to.flatMap(([x, y], i) => {
    const [u, v] = from[i] ?? [0, 0];
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ];
  });
  return solve(rows);
}

/** Of a turn about the vertical axis by `x` and the horizontal by `y`, as fractions: where corners go. */
export function warpCorners(x: number, y: number): readonly [Corners, Corners] {
  const moved: Corners = [
    [-1 - y, -1 - x],
    [-1 + y, 1 + x],
    [1 + y, -1 + x],
    [1 - y, 1 - x],
  ];
  return [CORNERS, moved];
}

/** `@source fastai.vision.augment.Warp` */
export function warpMatrix(x: number, y: number): Matrix {
  const [corners, moved] = warpCorners(x, y);
  return [...findCoeffs(corners, moved), 1];
}

/** Gauss's elimination with pivots; the last column is the right side. */
function solve(rows: readonly (readonly number[])[]): number[] {
  const n = rows.length;
  let left = rows.map((row) => [...row]);
  const done: number[][] = [];
  for (let k = 0; k < n; k++) {
    const size = (row: readonly number[]): number => Math.abs(row[k] ?? 0);
    const pivot = left.reduce((best, row) => (size(row) > size(best) ? row : best));
    const head = pivot.map((x) => x / (pivot[k] ?? 1));
    const without = (row: readonly number[]): number[] => row.map((x, j) => x - (row[k] ?? 0) * (head[j] ?? 0));
    left = left.filter((row) => row !== pivot).map(without);
    done.splice(0, k, ...done.map(without));
    done.push(head);
  }
  return done.map((row) => row[n] ?? 0);
}
