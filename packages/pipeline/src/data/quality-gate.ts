import { ClaimsError, type Blueprint, type ValidationReport } from '@claims/contracts'
import { columnLength, isMissing, type FrameColumn } from '@claims/frame'
import { modelColumns } from '../blueprint/fit-features.ts'
import type { TrainingData } from './read-training-data.ts'

/**
 * The quality gate, one rule for every blueprint: training stops where its data does not pass.
 *
 * @param report of the validation
 * @throws ClaimsError `quality_gate_failed`; each problem names the setting of the blueprint that holds the limit
 */
export function requireGate({ gate }: Pick<ValidationReport, 'gate'>): void {
  if (gate.passed) return
  throw new ClaimsError(
    'quality_gate_failed',
    `The data did not pass its quality gate: ${gate.failures.join('; ')}`,
    {
      problems: gate.failures.map((failure) => {
        const setting = /quality\.\w+/.exec(failure)?.[0]
        return {
          field: setting ?? 'quality',
          problem: failure,
          ...(setting === undefined
            ? {}
            : { allowed: `data within the limit, or another ${setting} in the blueprint` }),
        }
      }),
    },
  )
}

/**
 * Gives an inferred blueprint a gate that the data which it was inferred from passes: a limit that this data misses is
 * moved to the next whole per cent beyond it, with a note that says so. A limit that this data keeps stays.
 *
 * @param data accepted rows of an inferred blueprint, suspected leaks taken out
 * @returns the data with the blueprint's gate, its report by that gate, and the notes; unchanged where it passes
 */
export function inferGate(data: TrainingData): TrainingData {
  const { blueprint, validateBy } = data
  const first = validateBy(blueprint)
  if (first.report.gate.passed) return { ...data, report: first.report }
  const { quality } = blueprint
  const emptiest = emptiestColumn(data)
  const own: Blueprint['quality'] = {
    minimum_score: Math.min(quality.minimum_score, percentBelow(first.report.quality_score)),
    maximum_null_share: Math.max(quality.maximum_null_share, percentAbove(emptiest.share)),
    maximum_duplicate_share: Math.max(
      quality.maximum_duplicate_share,
      percentAbove(1 - first.report.dimensions.uniqueness),
    ),
  }
  const settled = { ...blueprint, quality: own }
  const { report } = validateBy(settled)
  const reasons = {
    minimum_score: `the quality score of this data is ${first.report.quality_score.toFixed(3)}`,
    maximum_null_share: `${emptiest.name} is ${percent(emptiest.share)} missing`,
    maximum_duplicate_share: `${percent(1 - first.report.dimensions.uniqueness)} of the keys repeat`,
  }
  const moved = (['minimum_score', 'maximum_null_share', 'maximum_duplicate_share'] as const).filter(
    (limit) => own[limit] !== quality[limit],
  )
  const notes = moved.map((limit) => ({
    column: `quality.${limit}`,
    guess: `${String(own[limit])} instead of ${String(quality[limit])}`,
    reason: `${reasons[limit]}; a gate that this data passes`,
  }))
  return { ...data, blueprint: settled, report, notes: [...data.notes, ...notes] }
}

function emptiestColumn({ allRows, blueprint }: TrainingData): { name: string; share: number } {
  const shares = modelColumns(blueprint)
    .filter((name) => allRows.has(name))
    .map((name) => ({ name, share: missingShare(allRows.column(name)) }))
  return shares.reduce((worst, each) => (each.share > worst.share ? each : worst), { name: '', share: 0 })
}

function missingShare(column: FrameColumn): number {
  const rows = columnLength(column)
  let missing = 0
  for (let row = 0; row < rows; row++) if (isMissing(column, row)) missing++
  return rows === 0 ? 0 : missing / rows
}

function percentAbove(share: number): number {
  return Math.min(1, Math.ceil(share * 100 - 1e-9) / 100)
}

function percentBelow(share: number): number {
  return Math.max(0, Math.floor(share * 100 + 1e-9) / 100)
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
