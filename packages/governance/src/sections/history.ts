import { ClaimsError } from '@claims/contracts'
import { detailsOf, type GateRow } from '@claims/registry'
import { fact, missingFact } from '../fact.ts'
import type { DocumentSection, FactTable } from '../governance-document.ts'
import type { HistoryLine, ModelFacts, VersionFacts } from '../model-facts.ts'

/** Lines of a history as a table. */
export function historyTable(lines: readonly HistoryLine[]): FactTable {
  return {
    columns: [
      'Time',
      'Actor',
      'Action',
      'Version',
      'Alias',
      'Before',
      'Reason',
      'Override',
      'SHA-256 of the line',
    ],
    rows: lines.map(({ entry, sha256, record }) => ({
      cells: [
        ...[entry.time, entry.actor, entry.action, entry.version, entry.alias ?? '–', entry.previous ?? '–'],
        ...[entry.reason === '' ? '–' : entry.reason, entry.override ? 'yes' : 'no', sha256],
      ],
      record,
    })),
  }
}

/** Who approved and promoted a version, and what was overridden. */
export function decisionSection({ lines }: VersionFacts): DocumentSection {
  const approvals = lines.filter(({ entry }) => entry.action !== 'register')
  return {
    title: 'Decisions about this version',
    ...(approvals.length > 0
      ? {}
      : { facts: [missingFact('Decisions', 'claims models approve, promote, rollback or retire')] }),
    table: historyTable(approvals),
  }
}

/** Lines of a period. @param range ISO dates; `from` is inside, `to` is not */
export function linesOf({ history }: ModelFacts, { from, to }: Period): readonly HistoryLine[] {
  return history.filter(
    ({ entry }) => (from === undefined || entry.time >= from) && (to === undefined || entry.time < to),
  )
}

/** A period; absent ends are open. */
export interface Period {
  /** ISO 8601; the first moment that counts. */
  readonly from?: string | undefined
  /** ISO 8601; the first moment that counts no more. */
  readonly to?: string | undefined
}

/** @throws ClaimsError `invalid_parameter` naming `to` where no moment is within the period */
export function requirePeriod({ from, to }: Period): void {
  if (from === undefined || to === undefined || Date.parse(from) < Date.parse(to)) return
  const problem = `is not after from, which is ${from}`
  throw new ClaimsError('invalid_parameter', `The end of the period, ${to}, ${problem}`, {
    problems: [{ field: 'to', problem, allowed: 'a moment after from', received: to }],
  })
}

/** A period for a reader. */
export function periodText({ from, to }: Period): string {
  if (from === undefined && to === undefined) return 'of all time'
  return `from ${from ?? 'the beginning'} to ${to ?? 'now'}`
}

/** The gates of the last promotion of a version, or of the last one that was refused. */
export function gateSection({ lines }: VersionFacts): DocumentSection {
  const title = 'Gates'
  const line = lines.findLast(({ entry }) => gatesOf(entry) !== undefined)
  const gates = line === undefined ? undefined : gatesOf(line.entry)
  if (line === undefined || gates === undefined)
    return {
      title,
      facts: [missingFact('Gates', 'a promotion of this version, or an attempt: claims models promote')],
    }
  const missing = 'the registry'
  return {
    title,
    facts: [
      fact('Promotion', line.entry.action === 'promote' ? 'made' : 'refused', {
        record: line.record,
        missing,
      }),
      fact('When', line.entry.time, { record: line.record, missing }),
    ],
    table: {
      columns: ['Gate', 'Metric', 'Limit', 'Value', 'Passed', 'Overridden', 'Why'],
      rows: gates.map((gate, i) => ({
        cells: [
          ...[
            gate.gate,
            gate.metric ?? '–',
            gate.limit === null ? '–' : `${gate.operator ?? ''} ${gate.limit}`,
          ],
          ...[gate.value ?? '–', gate.passed ? 'yes' : 'no', gate.overridden ? 'yes' : 'no', gate.why],
        ],
        record: `${line.record}, details.gates[${String(i)}]`,
      })),
    },
  }
}

function gatesOf(entry: HistoryLine['entry']): readonly GateRow[] | undefined {
  return (detailsOf(entry, 'promote') ?? detailsOf(entry, 'promote_refused'))?.gates
}
