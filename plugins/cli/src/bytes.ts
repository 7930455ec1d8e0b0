/** `3.2 MB`, in powers of ten as downloads are announced. */
export function bytes(n: number): string {
  const [unit, size] = n < 1e6 ? ["kB", 1e3] : n < 1e9 ? ["MB", 1e6] : ["GB", 1e9];
  const value = n / Number(size);
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}
