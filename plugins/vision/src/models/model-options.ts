/** What every classifier here can be told. */
export interface ModelOptions {
  /** Channels of the images. Default 3. */
  readonly nIn?: number;
  /** Classes. Default 1000. */
  readonly nOut?: number;
}
