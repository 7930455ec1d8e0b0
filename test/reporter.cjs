const { Spec } = require("mocha").reporters;

/** Mocha's own report, closed by one line that a script can read. */
class Closing extends Spec {
  done(failures, exit) {
    const { passes, failures: failed, pending } = this.stats;
    console.log(`${passes} passed, ${failed} failed${pending === 0 ? "" : `, ${pending} skipped`}`);
    exit(failures);
  }
}

module.exports = Closing;
