import type { Host } from "@fastap/kernel";
import type { TfjsGraph } from "@fastap/plugin-vision";
import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { expect } from "chai";

/** Holds ours to what tfjs makes of an image; disposes ours. */
export function layersAgree(host: Host, ours: TfjsGraph, theirs: tfl.LayersModel, shape: readonly number[]): void {
  ours.init({ engine: host.resolve("engine"), random: host.resolve("random") });
  ours.train(false);
  const difference = tf.tidy(() => {
    const x = tf.sin(
      tf.reshape(
        tf.range(
          0,
          shape.reduce((a, b) => a * b, 1),
        ),
        [...shape],
      ),
    );
    return tf.max(tf.abs(tf.sub(ours.forward(x) as tf.Tensor, theirs.predict(x) as tf.Tensor))).dataSync()[0];
  });
  expect(difference).to.be.lessThan(1e-4);
  ours.dispose();
}
