import { readFileSync } from 'node:fs'

/** A labelled set with what scikit-learn, SciPy and NumPy say about it. */
export interface ReferenceCase {
  readonly name: string
  readonly target: number[]
  readonly probability: number[]
  readonly threshold: number
  readonly metrics: Record<string, number>
  readonly confusion: { tn: number; fp: number; fn: number; tp: number }
  readonly delong: { variance: number; interval: [number, number] | null }
  readonly wilson: Record<'accuracy' | 'recall' | 'specificity' | 'precision', [number, number]>
  readonly roc: { fpr: number[]; tpr: number[] }
  readonly precision_recall: { precision: number[]; recall: number[]; threshold: number[] }
  readonly calibration: Record<
    'uniform' | 'quantile',
    { positive_rate: number[]; mean_probability: number[] }
  >
}

/** Values made by `tooling/reference/evaluation-metrics.py`. */
export interface Reference {
  readonly cases: readonly ReferenceCase[]
  readonly folds: readonly {
    readonly values: number[]
    readonly test_share: number
    readonly mean: number
    readonly standard_error: number
    readonly lower: number
    readonly upper: number
    readonly statistic: number
    readonly p_value: number
  }[]
  readonly proportions: readonly {
    readonly successes: number
    readonly trials: number
    readonly interval: [number, number]
  }[]
}

/** Reads the committed reference values. */
export function readReference(): Reference {
  const file = new URL('../../../tooling/reference/values/evaluation-metrics.json', import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as Reference
}
