import { ClaimsError, columnRoles, type Column, type LeakageFinding } from '@claims/contracts'
import type { Frame, FrameColumn } from '@claims/frame'
import { percent } from './feature.ts'
import { findLaterChange } from './later-change.ts'
import { countTwins } from './twins.ts'

/** What the scan of a split looks at. */
export interface SplitScanInput {
  /** n rows. */
  readonly frame: Frame
  /** Length n, 0 or 1. */
  readonly target: Uint8Array
  readonly columns: readonly Column[]
  /** 0-based rows. */
  readonly trainRows: Uint32Array
  readonly testRows: Uint32Array
  /** Column that says whose rows they are. */
  readonly entity?: string | undefined
  /** Column that the split is ordered by; it always lies later in the test rows and is not judged. */
  readonly timeColumn?: string | undefined
}

const leastTwinShare = 0.02
const fewestTwins = 5
const leastTimesChance = 3
const fewestColumns = 3

/**
 * Looks for what makes a test easier, or harder, than new claims will be. All findings are warnings.
 *
 * - `duplicates_across_split`, `near_duplicates_across_split`: at least 2 % of the test rows (of at most 5,000 looked
 *   at) have a training row equal in every feature, or in every feature but one, and three times as many as chance
 *   gives. The near kind names the column in which the twins differ.
 * - `entity_across_split`: the share of test rows whose entity also has training rows.
 * - `constant_in_later_period`: a feature that varies in training but is constant in the test rows, or of which half
 *   of the test values or more were never seen or lie outside the training range.
 *
 * @returns findings with action `reported`
 * @throws ClaimsError `length_mismatch` when target and frame differ in length
 * @example
 * const findings = scanSplit({ frame, target, columns: blueprint.columns, trainRows, testRows })
 */
export function scanSplit(input: SplitScanInput): LeakageFinding[] {
  const { frame, target, columns, trainRows, testRows } = input
  if (target.length !== frame.rows) {
    throw new ClaimsError(
      'length_mismatch',
      `The target has ${target.length} rows, the frame has ${frame.rows}`,
    )
  }
  if (trainRows.length === 0 || testRows.length === 0) return []
  const features = columns.filter((column) => columnRoles[column.role].isFeature && frame.has(column.name))
  return [
    ...twinFindings(features, input),
    ...entityFindings(input),
    ...features
      .filter((column) => column.name !== input.timeColumn)
      .flatMap((column) => laterFindings(column.name, frame.column(column.name), input)),
  ]
}

function twinFindings(features: readonly Column[], input: SplitScanInput): LeakageFinding[] {
  const { frame, trainRows, testRows } = input
  if (features.length < fewestColumns) return []
  const twins = countTwins(
    features.map(({ name }) => frame.column(name)),
    trainRows,
    testRows,
  )
  const notable = (count: number, expected: number): boolean =>
    count >= fewestTwins &&
    count / twins.rows >= leastTwinShare &&
    count / twins.rows >= leastTimesChance * expected
  const findings: LeakageFinding[] = []
  if (notable(twins.equal, twins.expected)) {
    const share = twins.equal / twins.rows
    findings.push({
      column: null,
      kind: 'duplicates_across_split',
      severity: 'warning',
      action: 'reported',
      evidence: { share, rows: twins.rows, twins: twins.equal, share_by_chance: twins.expected },
      message: `${percent(share)} of the test rows equal a training row in every feature: the test is easier than new claims are.`,
    })
  }
  let best = 0
  twins.equalBut.forEach((count, j) => {
    if (count > twins.equalBut[best]!) best = j
  })
  const count = twins.equalBut[best]!
  const column = features[best]?.name
  if (column !== undefined && notable(count, twins.expectedBut[best]!) && notable(count - twins.equal, 0)) {
    const share = count / twins.rows
    findings.push({
      column,
      kind: 'near_duplicates_across_split',
      severity: 'warning',
      action: 'reported',
      evidence: {
        share,
        rows: twins.rows,
        twins: count,
        equal: twins.equal,
        share_by_chance: twins.expectedBut[best]!,
      },
      message: `${percent(share)} of the test rows have a training row that is equal in everything but ${column}: the same thing seems to stand on both sides. Split by what it belongs to.`,
    })
  }
  return findings
}

function entityFindings({ frame, entity, trainRows, testRows }: SplitScanInput): LeakageFinding[] {
  if (entity === undefined || !frame.has(entity)) return []
  const column = frame.column(entity)
  const known = new Set<string | number | null>()
  for (const row of trainRows) known.add(rawCell(column, row))
  let shared = 0
  for (const row of testRows) {
    const cell = rawCell(column, row)
    if (cell !== null && known.has(cell)) shared++
  }
  if (shared === 0) return []
  const share = shared / testRows.length
  return [
    {
      column: entity,
      kind: 'entity_across_split',
      severity: 'warning',
      action: 'reported',
      evidence: { share, rows: testRows.length, shared },
      message: `${percent(share)} of the test rows belong to a ${entity} that training saw too: for a new ${entity} the model will do worse than tested.`,
    },
  ]
}

function laterFindings(name: string, column: FrameColumn, input: SplitScanInput): LeakageFinding[] {
  const change = findLaterChange(column, input.trainRows, input.testRows)
  if (change === null) return []
  const message =
    change.kind === 'constant'
      ? `${name} holds one value in the test rows and several in training: it tells nothing there.`
      : `${percent(change.share)} of the test rows hold a value of ${name} that training never saw: what was learnt of it is of no use there.`
  return [
    {
      column: name,
      kind: 'constant_in_later_period',
      severity: 'warning',
      action: 'reported',
      evidence: { change: change.kind, share: change.share, rows: input.testRows.length },
      message,
    },
  ]
}

function rawCell(column: FrameColumn, row: number): string | number | null {
  if (column.kind === 'category') {
    const code = column.codes[row]!
    return code < 0 ? null : code
  }
  const value = column.values[row] ?? null
  return typeof value === 'number' && Number.isNaN(value) ? null : value
}
