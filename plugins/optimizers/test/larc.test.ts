import type { Param } from "@fastap/kernel";
import { larc } from "@fastap/plugin-optimizers";
import { expect } from "chai";
import { engine } from "./engine.ts";
import { param, stepOnce, useFixture, valueOf } from "./fixture.ts";

describe("larc", () => {
  const { params, build } = useFixture();

  it("leaves a parameter of zeros where it is, and moves it where asked to", () => {
    for (const [moveZeros, want, fused] of [
      [false, 0, undefined],
      [true, -0.1, undefined],
      [false, 0, engine],
      [true, -0.1, engine],
    ] as const) {
      const [zeros, ones] = params(param("zeros", [0]), param("ones", [1])) as [Param, Param];
      stepOnce(build(larc({ mom: 0, moveZeros }, fused), [[zeros, ones]], { lr: 0.1 }), { zeros: [1], ones: [1] });
      expect([zeros, ones].map(valueOf)).to.deep.equal([[want], [0.998]]);
    }
  });
});
