/** One file of the golden data; the schema is described in `cases/README.md`. */
export interface GoldenCase {
  readonly case: string;
  readonly kind: string;
  /** Where the cases are that it is one of; files that it names are relative to that. */
  readonly root?: string;
  readonly notes?: string;
  /** Some cases have lists here. */
  readonly inputs: Record<string, unknown>;
  readonly expected: Record<string, unknown>;
  readonly tolerance: { readonly rel: number; readonly abs: number };
}

export type Value = number | string | boolean | null | readonly Value[];

/** One comparison: what we computed at `path` and what fastai gave. */
export interface Check {
  readonly path: string;
  readonly got: Value;
  readonly want: Value;
  /** Where it is not the case's. */
  readonly tolerance?: GoldenCase["tolerance"];
}

/** Runs cases of one kind. A kind may have several adapters; the first that accepts a case runs it. */
export interface Adapter {
  readonly kind: string;
  /** Decided by the shape of the inputs, never by the name of the case. */
  accepts(c: GoldenCase): boolean;
  run(c: GoldenCase): Promise<readonly Check[]>;
}
