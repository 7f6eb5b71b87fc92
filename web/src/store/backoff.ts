/** When to try again: full jitter under a ceiling that doubles from one second to thirty. */
const firstMs = 1000;
const lastMs = 30_000;
/** So that chance never makes a hot loop. */
const leastMs = 100;

/** The pause before the next try after `attempts` failures in a row; `random` is in [0, 1). */
export function pause(attempts: number, random: number): number {
  const ceiling = Math.min(lastMs, firstMs * 2 ** Math.max(0, Math.min(attempts, 16) - 1));
  return Math.max(leastMs, Math.round(random * ceiling));
}
