import { floats } from "./lanes";

/**
 * A recurrent layer over a sequence. Rows of the batch are independent, so a task takes some of them through all steps, and the cut does
 * not show in the numbers. What the addresses are is up to the layer; they are those of the first row.
 */
@unmanaged
export class Sequence {
  steps: i32;
  batch: i32;
  /** Of a task. */
  rows: i32;
  hidden: i32;
  a: usize;
  b: usize;
  c: usize;
  d: usize;
  e: usize;
  f: usize;
  g: usize;
  h: usize;

  /** Rows that there are for the task. */
  rowsOf(task: i32): i32 {
    return min(this.rows, this.batch - task * this.rows);
  }

  /** Bytes from the first row of the batch to that of the task, of `hidden` floats each. */
  startOf(task: i32): usize {
    return floats(task * this.rows * this.hidden);
  }
}
