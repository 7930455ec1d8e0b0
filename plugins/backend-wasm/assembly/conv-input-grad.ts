import { addColumnsToImage, chunkRows } from "./columns";
import { chunkIn, ConvJob, geometryOf, isPointwise, patchOf } from "./conv-job";
import { depthBlock, gemm } from "./gemm";
import { floats, zeroFloats } from "./lanes";

/** Gradient of the image from output gradient and filter; a task is a run of images. */
export function convInputGradTask(job: usize, task: i32, scratch: usize): void {
  const j = changetype<ConvJob>(job);
  const g = geometryOf(job);
  const patch = patchOf(g);
  const co = g.outChannels;
  const end = min(g.batch, (task + 1) * j.perTask);
  const first = task * j.perTask * g.outHeight * g.outWidth;
  const last = end * g.outHeight * g.outWidth;
  if (isPointwise(g)) {
    return gemm(last - first, patch, co, j.left + floats(first * co), co, false, j.right, co, true, j.out + floats(first * patch), patch, false, scratch);
  }
  const imageFloats = g.inHeight * g.inWidth * g.inChannels;
  zeroFloats(j.out + floats(task * j.perTask * imageFloats), (end - task * j.perTask) * imageFloats);
  const chunk = chunkRows(patch);
  const columns = chunkIn(scratch);
  const most = depthBlock(co);
  for (let k = 0; k < co; k += most) {
    for (let r = first; r < last; r += chunk) {
      const rows = min(chunk, last - r);
      gemm(rows, patch, min(most, co - k), j.left + floats(r * co + k), co, false, j.right + floats(k), co, true, columns, patch, false, scratch);
      addColumnsToImage(g, j.out, r, r + rows, columns);
    }
  }
}
