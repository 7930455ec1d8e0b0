/** Rows of one of `world` processes: equal stretches, the last ones filled up from the start. `@source fastai.distributed.DistributedDL` */
export function distributedIndices(n: number, world: number, rank: number): Int32Array {
  const share = Math.ceil(n / world);
  return Int32Array.from({ length: n === 0 ? 0 : share }, (_, i) => (rank * share + i) % n);
}
