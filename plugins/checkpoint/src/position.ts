/** How far a fit has come. */
export interface Position {
  /** Fits that the Learner had finished before. */
  readonly fit: number;
  readonly epoch: number;
  /** Training batches done in the epoch; undefined between epochs. */
  readonly batch: number | undefined;
  /** Training batches done in the fit. */
  readonly step: number;
  readonly pctTrain: number;
}
