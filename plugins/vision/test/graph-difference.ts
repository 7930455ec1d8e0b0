import type { Host } from "@fastap/kernel";
import { graphModel } from "@fastap/plugin-vision";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import type { SavedGraph } from "./saved-graph.ts";

/** Largest difference from what tfjs makes of the graph, for a node; leaves no tensor. */
export function graphDifference(host: Host, graph: SavedGraph, x: tf.Tensor, upTo: string): number {
  const before = tf.memory().numTensors;
  const ours = graphModel(graph.file, { upTo });
  ours.init({ engine: host.resolve("engine"), random: host.resolve("random") });
  ours.train(false);
  const theirs = graph.theirs;
  const worst = tf.tidy(() => {
    const want = theirs.execute({ input: x }, upTo) as tf.Tensor;
    const got = ours.forward(x) as tf.Tensor;
    expect(got.shape).to.deep.equal(want.shape);
    return tf.max(tf.div(tf.abs(tf.sub(got, want)), tf.add(tf.abs(want), 1))).dataSync()[0];
  });
  ours.dispose();
  theirs.dispose();
  expect(tf.memory().numTensors).to.equal(before);
  return worst ?? Number.NaN;
}
