import type { Confusion } from './confusion.ts'

/** Share of rows that are predicted right. @returns 0 ... 1 */
export function accuracy({ tn, fp, fn, tp }: Confusion): number {
  return share(tn + tp, tn + fp + fn + tp)
}

/** Mean of recall and specificity. @returns 0 ... 1; 0.5 is chance */
export function balancedAccuracy(counts: Confusion): number {
  return (recall(counts) + specificity(counts)) / 2
}

/** Share of predicted positives that are positive; 0 when nothing is predicted positive. @returns 0 ... 1 */
export function precision({ fp, tp }: Confusion): number {
  return share(tp, tp + fp)
}

/** Share of positives that are found. @returns 0 ... 1 */
export function recall({ fn, tp }: Confusion): number {
  return share(tp, tp + fn)
}

/** Share of negatives that are left alone. @returns 0 ... 1 */
export function specificity({ tn, fp }: Confusion): number {
  return share(tn, tn + fp)
}

/** Harmonic mean of precision and recall; 0 when no positive is found. @returns 0 ... 1 */
export function f1({ fp, fn, tp }: Confusion): number {
  return share(2 * tp, 2 * tp + fp + fn)
}

/** Matthews correlation coefficient; 0 when a margin of the matrix is empty. @returns -1 ... 1; 0 is chance */
export function mcc({ tn, fp, fn, tp }: Confusion): number {
  const scale = Math.sqrt(tp + fp) * Math.sqrt(tp + fn) * Math.sqrt(tn + fp) * Math.sqrt(tn + fn)
  return scale === 0 ? 0 : (tp * tn - fp * fn) / scale
}

/** Cohen's kappa: agreement beyond chance, `(po - pe) / (1 - pe)`; 0 when chance agrees fully. @returns -1 ... 1 */
export function kappa({ tn, fp, fn, tp }: Confusion): number {
  const chance = (tp + fp) * (fp + tn) + (tp + fn) * (fn + tn)
  return chance === 0 ? 0 : (2 * (tp * tn - fp * fn)) / chance
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
