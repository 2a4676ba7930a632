import { XGBoostError } from '../errors.ts'
import type { TreeEnsemble } from '../trees.ts'
import type { ValueOfMargin } from './value-of-margin.ts'
import { verifyTreeMargins, type Margins } from './verify-tree-margins.ts'

/** Rows on which values of margins are compared. */
const comparedMargins = 2048
/** They reach from minus this to this, around the base margin, and as many from minus to plus the second. */
const [widestMargin, farthestMargin] = [16, 200]
/** Margins with a sign of their own, at the ends of what an exponential can take, and far behind them. */
const distinguishedMargins = [0, 2 ** -149, 1e-30, 1e-7, 87.3, 88.7, 88.72284, 103.97, 1e10, 3e38]

/** The library's answers, which those here must equal in every bit. */
export interface LibraryAnswers {
  readonly margins: Margins
  /** Margins or values of rows without any value, each beginning at a margin of its own. */
  readonly fromBase: (kind: 'margin' | 'value', base: Float32Array) => Float32Array
}

/** Answers for few rows: a call of the library takes longer than to walk its trees. */
export interface FewRows {
  readonly margin: Margins
  /** Absent where a value is left to the library. */
  readonly value: Margins | undefined
}

/**
 * Prepares the trees of a model for predictions of few rows, provided that they have the bits of the library's.
 *
 * @param read reads the trees; undefined for a model that is too large
 * @param value how the objective makes values of margins
 * @param library the same model's answers
 * @returns undefined where the library must answer: boosters without such trees, several outputs, a bit that differs
 */
export function prepareFewRows(
  read: () => TreeEnsemble | undefined,
  value: ValueOfMargin | undefined,
  library: LibraryAnswers,
): FewRows | undefined {
  const ensemble = readable(read)
  const margin = ensemble && verifyTreeMargins(ensemble, library.margins)
  if (margin === undefined) return undefined
  if (value === undefined || !sameValues(value, library)) return { margin, value: undefined }
  return {
    margin,
    value: (x, rows) => {
      const answers = margin(x, rows)
      for (let row = 0; row < rows; row += 1) answers[row] = value(answers[row] ?? Number.NaN)
      return answers
    },
  }
}

const readable = (read: () => TreeEnsemble | undefined): TreeEnsemble | undefined => {
  try {
    return read()
  } catch (thrown) {
    if (thrown instanceof XGBoostError && thrown.code === 'model_unsupported') return undefined
    throw thrown
  }
}

const sameValues = (value: ValueOfMargin, { fromBase }: LibraryAnswers): boolean => {
  const base = new Float32Array([
    ...Array.from(
      { length: comparedMargins },
      (_, row) => (row / (comparedMargins - 1) - 0.5) * 2 * widestMargin,
    ),
    ...Array.from(
      { length: comparedMargins },
      (_, row) => (row / (comparedMargins - 1) - 0.5) * 2 * farthestMargin,
    ),
    ...distinguishedMargins.flatMap((margin) => [margin, -margin]),
  ])
  const margins = fromBase('margin', base)
  return fromBase('value', base).every((wanted, row) => Object.is(value(margins[row] ?? Number.NaN), wanted))
}
