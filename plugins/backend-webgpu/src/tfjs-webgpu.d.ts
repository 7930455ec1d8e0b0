/** Imported for its side effect; an optional peer, so its own types may be absent. */
declare module "@tensorflow/tfjs-backend-webgpu" {}
