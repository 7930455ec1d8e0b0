import type { Pred, Tensor } from "@fastap/kernel";
import { Module } from "@fastap/plugin-nn";

/** A generator and a critic, one of which computes: `generator.…` and `critic.…` in state dicts. @source fastai.vision.gan.GANModule */
export class GANModule extends Module {
  readonly generator: Module;
  readonly critic: Module;
  #genMode: boolean;

  constructor(generator: Module, critic: Module, genMode: boolean = false) {
    super();
    this.generator = generator;
    this.critic = critic;
    this.#genMode = genMode;
  }

  get genMode(): boolean {
    return this.#genMode;
  }

  /** To the other one, or to the one that is said. */
  switch(genMode: boolean = !this.#genMode): void {
    this.#genMode = genMode;
  }

  protected call(...xb: readonly Tensor[]): Pred {
    return this.#genMode ? this.generator.forward(...xb) : this.critic.forward(...xb);
  }
}
