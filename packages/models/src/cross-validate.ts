import { ClaimsError } from '@claims/contracts'
import { throwIfAborted } from './pauses.ts'
import type { Split } from './splits/split.ts'
import { requireBothClasses, requireLength } from './training-data.ts'

/** Everything that was learnt from the training rows of a fold. */
export interface FoldModel {
  /** Probabilities of the given rows of the whole data, in their order. */
  predict(rows: Uint32Array): Float64Array | Promise<Float64Array>
  /** Rounds or iterations used, to be carried to a fit on all rows. */
  readonly rounds?: number | undefined
  dispose?(): void
}

/** What to cross-validate. */
export interface CrossValidateOptions {
  readonly splits: readonly Split[]
  /** 0 or 1, length rows. */
  readonly target: Uint8Array
  /** Fits EVERYTHING that learns (steps, model, what they tune) on these rows only. */
  readonly fit: (train: Uint32Array, fold: number, signal: AbortSignal | undefined) => Promise<FoldModel>
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

/** One fold's outcome. */
export interface CrossValidatedFold {
  readonly test: Uint32Array
  readonly rounds?: number | undefined
  /** Fit and prediction. */
  readonly seconds: number
}

/** Out-of-fold predictions. */
export interface CrossValidation {
  /** Length rows; NaN where a row was never tested. */
  readonly predictions: Float64Array
  /** The rows that were tested, ascending. */
  readonly tested: Uint32Array
  readonly folds: readonly CrossValidatedFold[]
}

/**
 * Fits and tests once per split, one after the other.
 *
 * @param options splits in which each row is tested at most once, and how to fit
 * @returns a prediction for each tested row, by a model that never saw it
 * @throws ClaimsError `aborted`, `label_single_class` (training rows of a fold), `length_mismatch`, `invalid_parameter`
 *   (a row in test and train of a split, or tested twice, or out of range), and what `fit` throws
 *
 * @example
 * const { predictions, tested } = await crossValidate({ splits, target, fit: async (train) => {
 *   const model = await classifier.fit(takeMatrixRows(x, train), y(train), { seed: 1, threads: 1 })
 *   return { predict: (rows) => model.predictProba(takeMatrixRows(x, rows)), dispose: () => model.dispose() }
 * } })
 */
export async function crossValidate(options: CrossValidateOptions): Promise<CrossValidation> {
  const { splits, target, fit, signal, onProgress } = options
  requireDisjoint(splits, target.length)
  const predictions = new Float64Array(target.length).fill(NaN)
  const wasTested = new Uint8Array(target.length)
  const folds: CrossValidatedFold[] = []
  for (const [fold, { train, test }] of splits.entries()) {
    throwIfAborted(signal)
    requireBothClasses(labelsOf(target, train))
    const start = performance.now()
    const model = await fit(train, fold, signal)
    try {
      const predicted = await model.predict(test)
      requireLength(`predictions of fold ${fold}`, predicted.length, test.length)
      for (let i = 0; i < test.length; i++) {
        predictions[test[i]!] = predicted[i]!
        wasTested[test[i]!] = 1
      }
    } finally {
      model.dispose?.()
    }
    const seconds = (performance.now() - start) / 1000
    folds.push({ test, seconds, rounds: model.rounds })
    onProgress?.(folds.length, splits.length)
  }
  const tested = new Uint32Array(folds.reduce((sum, { test }) => sum + test.length, 0))
  for (let row = 0, at = 0; row < wasTested.length; row++) if (wasTested[row] === 1) tested[at++] = row
  return { predictions, tested, folds }
}

function labelsOf(target: Uint8Array, rows: Uint32Array): Uint8Array {
  const labels = new Uint8Array(rows.length)
  for (let i = 0; i < rows.length; i++) labels[i] = target[rows[i]!]!
  return labels
}

function requireDisjoint(splits: readonly Split[], rows: number): void {
  const testedIn = new Int32Array(rows).fill(-1)
  for (const [fold, { train, test }] of splits.entries()) {
    for (let i = 0; i < test.length; i++) {
      const row = test[i]!
      if (row >= rows) throw overlap(fold, `row ${row} does not exist; there are ${rows}`)
      if (testedIn[row] !== -1) throw overlap(fold, `row ${row} is tested in fold ${testedIn[row]} already`)
      testedIn[row] = fold
    }
    for (let i = 0; i < train.length; i++) {
      const row = train[i]!
      if (row >= rows) throw overlap(fold, `row ${row} does not exist; there are ${rows}`)
      if (testedIn[row] === fold) throw overlap(fold, `row ${row} is in both train and test`)
    }
  }
}

function overlap(fold: number, problem: string): ClaimsError {
  return new ClaimsError('invalid_parameter', `splits[${fold}]: ${problem}`, {
    problems: [{ field: `splits[${fold}]`, problem, allowed: 'each row in train or test, and tested once' }],
  })
}
