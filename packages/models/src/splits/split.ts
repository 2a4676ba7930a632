import { ClaimsError } from '@claims/contracts'

/** Row numbers, ascending, of one division into rows to learn from and rows to test on. */
export interface Split {
  readonly train: Uint32Array
  readonly test: Uint32Array
}

/**
 * One split per fold: a fold's rows are the test rows, all others train.
 *
 * @param foldOf the fold of each row, 0 ... folds - 1
 * @param folds number of folds
 */
export function splitsOfFolds(foldOf: Int32Array, folds: number): Split[] {
  return Array.from({ length: folds }, (_, fold) => splitBy(foldOf.length, (row) => foldOf[row] === fold))
}

/**
 * The rows divided by a question asked of each.
 *
 * @param rows number of rows
 * @param isTest whether a row is a test row
 */
export function splitBy(rows: number, isTest: (row: number) => boolean): Split {
  const test = new Uint32Array(rows)
  const train = new Uint32Array(rows)
  let tests = 0
  let trains = 0
  for (let row = 0; row < rows; row++) {
    if (isTest(row)) test[tests++] = row
    else train[trains++] = row
  }
  return { train: train.slice(0, trains), test: test.slice(0, tests) }
}

/** @throws ClaimsError `invalid_parameter` unless folds is a whole number of at least 2 */
export function requireFolds(folds: number): void {
  if (Number.isInteger(folds) && folds >= 2) return
  throw new ClaimsError('invalid_parameter', `folds must be a whole number of at least 2; got ${folds}`, {
    problems: [
      { field: 'folds', problem: 'is no whole number of at least 2', allowed: '2 or more', received: folds },
    ],
  })
}

/**
 * The error of a class with too few rows, or groups, to be in every part.
 *
 * @param what what is counted, such as `rows with label 1`
 * @param count how many there are
 * @param needed how many are needed
 */
export function tooFew(what: string, count: number, needed: number): ClaimsError {
  return new ClaimsError(
    'too_few_positives',
    `There are ${count} ${what}; the split needs at least ${needed}`,
    {
      problems: [
        {
          field: 'target',
          problem: `has ${count} ${what}`,
          allowed: `at least ${needed}, or fewer folds`,
          received: count,
        },
      ],
    },
  )
}
