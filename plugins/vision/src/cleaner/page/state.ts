/** As the server tells it. */
export type Decision = { readonly action: "keep" | "delete" } | { readonly action: "relabel"; readonly label: number };

export interface PageImage {
  readonly index: number;
  readonly file: string;
  readonly label: number;
  readonly predicted?: number;
  readonly loss: number | null;
  readonly probability?: number;
  readonly broken?: string;
  readonly decision: Decision;
}

export interface Counts {
  readonly deleted: number;
  readonly relabelled: number;
}

export interface Overview {
  readonly vocab: readonly string[];
  readonly sizes: { readonly train: readonly number[]; readonly valid: readonly number[] };
  readonly counts: Counts;
  readonly file: string;
  readonly apply: boolean;
}

export interface ImagePage {
  readonly total: number;
  readonly images: readonly PageImage[];
}

export interface Summary extends Counts {
  readonly images: number;
  readonly file: string;
  readonly applied: readonly string[];
}
