export interface GridOptions {
  readonly nrows?: number;
  readonly ncols?: number;
}

export interface Grid {
  readonly rows: number;
  readonly columns: number;
}

/** Rows and columns for `n` cells: as asked, the missing one to fit; else as near to a square as can be. `@source fastai.vision.data.get_grid` */
export function getGrid(n: number, { nrows, ncols }: GridOptions = {}): Grid {
  if (nrows !== undefined) return { rows: nrows, columns: ncols ?? Math.max(1, Math.ceil(n / nrows)) };
  if (ncols !== undefined) return { rows: Math.max(1, Math.ceil(n / ncols)), columns: ncols };
  const rows = Math.max(1, Math.floor(Math.sqrt(n)));
  return { rows, columns: Math.max(1, Math.ceil(n / rows)) };
}
