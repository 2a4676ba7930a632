import { echoValue, readableName, type Blueprint, type RiskFactor } from '@claims/contracts'
import type { Cell } from '@claims/frame'
import { attributeRow, compileAttribution, type AttributionInput } from './attribution.ts'
import { describeValue } from './describe-value.ts'

/** A model's features, their raw columns, and the blueprint's reasons. */
export interface ReasonerInput extends AttributionInput {
  readonly blueprint: Pick<Blueprint, 'columns' | 'reasons'>
  /** At most so many reasons. */
  readonly limit: number
}

/**
 * Reasons of one scored row.
 *
 * @param contributions the row's contributions: one per feature
 * @param valueOf the row's raw value of a column
 * @param offset where the row starts in `contributions`; 0 where absent
 */
export type Reasoner = (
  contributions: ArrayLike<number>,
  valueOf: (column: string) => Cell,
  offset?: number,
) => RiskFactor[]

/**
 * Compiles a model's reasons once; the returned function explains a row of 60 features in a few microseconds.
 *
 * Contributions are added up by raw column (see `Attribution`), ordered by size, ties by name; columns that contribute
 * nothing are left out. A reason is the blueprint's phrase for the column, or the column's name as words, with the row's
 * value and direction: "The amount claimed: 12,500 USD, which raises the risk". The code is the blueprint's, or `R_` and the
 * column in capitals.
 *
 * @throws ClaimsError `invalid_parameter`
 * @example
 * const reason = createReasoner({ featureNames, sources, blueprint, limit: 4 })
 * reason(contributions, (column) => row[column] ?? null)
 */
export function createReasoner(input: ReasonerInput): Reasoner {
  const attribution = compileAttribution(input)
  const sums = new Float64Array(attribution.columns.length)
  const units = new Map(input.blueprint.columns.map((column) => [column.name, column.unit]))
  const stated = new Map(Object.entries(input.blueprint.reasons))
  const columns = attribution.columns.map((name) => ({
    name,
    code: stated.get(name)?.code ?? reasonCode(name),
    phrase: capitalized(stated.get(name)?.reason ?? readableName(name)),
    unit: units.get(name),
  }))
  const places = Uint32Array.from(
    [...columns.keys()].sort((a, b) => (columns[a]!.name < columns[b]!.name ? -1 : 1)),
  )
  const top = new Int32Array(Math.max(0, input.limit))
  return (contributions, valueOf, offset = 0) => {
    attributeRow(attribution, { values: contributions, offset }, sums)
    const found = largest(sums, places, top)
    const factors: RiskFactor[] = []
    for (let k = 0; k < found; k++) {
      const column = columns[top[k]!]!
      const contribution = sums[top[k]!]!
      const value = valueOf(column.name)
      const increases = contribution > 0
      factors.push({
        feature: column.name,
        value,
        contribution,
        direction: increases ? 'increases_risk' : 'decreases_risk',
        reason_code: column.code,
        reason: `${column.phrase}: ${describeValue(value, column.unit)}, which ${increases ? 'raises' : 'lowers'} the risk`,
      })
    }
    return factors
  }
}

/** Fills `top` with the places of the largest absolute sums; equal sums keep the order of `places`. */
function largest(sums: Float64Array, places: Uint32Array, top: Int32Array): number {
  let found = 0
  for (const place of places) {
    const size = Math.abs(sums[place]!)
    if (!(size > 0)) continue
    if (found === top.length && (found === 0 || size <= Math.abs(sums[top[found - 1]!]!))) continue
    if (found < top.length) found++
    let at = found - 1
    while (at > 0 && Math.abs(sums[top[at - 1]!]!) < size) {
      top[at] = top[at - 1]!
      at--
    }
    top[at] = place
  }
  return found
}

/** `R_` and the letters and digits of a name in capitals, of any script. */
function reasonCode(name: string): string {
  return echoValue(`R_${name.toUpperCase().replaceAll(/[^\p{L}\p{N}]+/gu, '_')}`)
}

function capitalized(phrase: string): string {
  return phrase.charAt(0).toUpperCase() + phrase.slice(1)
}

/** One row with everything that its reasons need. */
export interface ReasonsForInput extends ReasonerInput {
  /** Contributions of the row, one per feature. */
  readonly contributions: ArrayLike<number>
  /** Raw values of the row by column. */
  readonly row: Readonly<Record<string, Cell>>
}

/**
 * Reasons of one row; see `createReasoner`, which is for many.
 *
 * @throws ClaimsError `invalid_parameter`
 */
export function reasonsFor({ contributions, row, ...input }: ReasonsForInput): RiskFactor[] {
  return createReasoner(input)(contributions, (column) => (Object.hasOwn(row, column) ? row[column]! : null))
}
