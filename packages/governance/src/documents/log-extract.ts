import { ClaimsError, type LoggedPrediction, type PredictionLog } from '@claims/contracts'
import { fact, missingFact } from '../fact.ts'
import type { DocumentParts, FactTable } from '../governance-document.ts'
import type { ModelFacts, SystemLine } from '../model-facts.ts'
import { historyTable, linesOf, periodText, type Period } from '../sections/history.ts'

/** Predictions that are listed one by one; all of them are counted. */
const mostListed = 1_000
const pageRows = 1_000

/** What a log extract is made of. */
export interface LogFacts {
  readonly models: readonly ModelFacts[]
  readonly system: readonly SystemLine[]
  /** Absent where predictions are not recorded. */
  readonly predictions: PredictionLog | undefined
  /** Only this model. */
  readonly model: string | undefined
}

interface Counted {
  readonly day: string
  readonly model: string
  readonly version: string
  readonly outcome: string
  rows: number
  warned: number
}

/**
 * The events of a period that Article 12 of the EU's AI Act (Regulation 2024/1689) wants logged: each use, what it came to,
 * and every change of the models.
 */
export async function logExtract(
  facts: LogFacts,
  period: Period,
  generatedAt: string,
): Promise<DocumentParts> {
  const { models, system, model } = facts
  const { counts, listed, total } = await countPredictions(facts, period)
  return {
    kind: 'log-extract',
    title: 'Log extract',
    subject: `${model ?? 'every model'}, ${periodText(period)}`,
    generated_at: generatedAt,
    statement:
      'Events that Article 12 of Regulation (EU) 2024/1689 wants logged, as far as this product holds them. Whether the regulation applies to a model is not judged here. Personal fields are sealed and not part of it.',
    sections: [
      {
        title: 'Coverage',
        facts: [
          fact('Predictions in the period', facts.predictions === undefined ? null : total, {
            record: 'sequences _predictions-YYYY-MM of the ledger',
            missing: 'predictions that are recorded: claims score --record',
          }),
          fact('Oldest record of a prediction in the period', listed.at(-1)?.record.recorded_at, {
            record: 'sequences _predictions-YYYY-MM of the ledger',
            missing: 'predictions that are recorded in the period',
          }),
          missingFact(
            'How long logs are kept by rule',
            'the deployer; Article 26(6) asks for at least six months',
          ),
          missingFact('Persons who oversee the system', 'the deployer'),
        ],
      },
      { title: 'Uses by day', table: usesByDay(counts) },
      {
        title: 'Uses',
        note:
          total <= listed.length
            ? `All ${String(total)} predictions of the period, newest first.`
            : `The newest ${String(listed.length)} of ${String(total)} predictions of the period; claims predictions list pages through all of them.`,
        table: uses(listed),
      },
      ...models.map((each) => ({
        title: `Changes of ${each.name}`,
        table: historyTable(linesOf(each, period)),
      })),
      { title: 'Access, erasure and operation', table: systemTable(system, period) },
    ],
  }
}

async function countPredictions(
  { predictions, model }: LogFacts,
  { from, to }: Period,
): Promise<{
  readonly counts: readonly Counted[]
  readonly listed: readonly LoggedPrediction[]
  readonly total: number
}> {
  const counts = new Map<string, Counted>()
  const listed: LoggedPrediction[] = []
  let total = 0
  let cursor: string | undefined
  await requireIndexed(predictions)
  while (predictions !== undefined) {
    const page = await predictions.list({
      ...{ model, limit: pageRows, cursor },
      from: from === undefined ? undefined : new Date(from),
      to: to === undefined ? undefined : new Date(to),
    })
    for (const logged of page.predictions) {
      total += 1
      if (listed.length < mostListed) listed.push(logged)
      countOne(counts, logged)
    }
    if (page.cursor === null) break
    cursor = page.cursor
  }
  const sorted = [...counts.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  return { counts: sorted, listed, total }
}

/** An extract that lacks records would say that there were fewer. */
async function requireIndexed(predictions: PredictionLog | undefined): Promise<void> {
  const lacking = (await predictions?.unindexed()) ?? []
  if (lacking.length === 0) return
  const counts = lacking.map(({ sequence, records }) => `${String(records)} records of ${sequence}`)
  const problem = `lacks ${counts.join(', ')}, or gives them to somebody else`
  throw new ClaimsError('damaged_record', `The index of predictions ${problem}`, {
    problems: [
      { field: 'predictions', problem, allowed: 'what claims predictions reindex makes of the ledger' },
    ],
  })
}

function countOne(counts: Map<string, Counted>, { record }: LoggedPrediction): void {
  const { recorded_at: at, model, outcome, warnings } = record
  const one: Counted = {
    day: at.slice(0, 10),
    model: model.name,
    version: model.version ?? 'not registered',
    outcome: outcome.status === 'scored' ? outcome.decision : `rejected: ${outcome.code}`,
    rows: 0,
    warned: 0,
  }
  const counted = counts.get(keyOf(one)) ?? one
  counted.rows += 1
  if (warnings.length > 0) counted.warned += 1
  counts.set(keyOf(one), counted)
}

function keyOf({ day, model, version, outcome }: Counted): string {
  return JSON.stringify([day, model, version, outcome])
}

function usesByDay(counts: readonly Counted[]): FactTable {
  return {
    columns: ['Day', 'Model', 'Version', 'Decision', 'Predictions', 'With warnings'],
    rows: counts.map(({ day, model, version, outcome, rows, warned }) => ({
      cells: [day, model, version, outcome, rows, warned],
      record: `sequence _predictions-${day.slice(0, 7)} of the ledger`,
    })),
  }
}

function uses(listed: readonly LoggedPrediction[]): FactTable {
  return {
    columns: [
      'Time',
      'Prediction',
      'Model',
      'Manifest',
      'Arm',
      'Caller',
      'Score',
      'Band',
      'Decision',
      'Warnings',
    ],
    rows: listed.map(({ record, sequence, position }) => {
      const { outcome, model } = record
      return {
        cells: [
          ...[record.recorded_at, record.id, `${model.name}@${model.version ?? '–'}`],
          ...[model.manifest_sha256.slice(0, 12), record.arm, record.caller.actor],
          ...(outcome.status === 'scored'
            ? [outcome.score, outcome.risk_band, outcome.decision]
            : ['–', '–', `rejected: ${outcome.code}`]),
          record.warnings.length + record.warnings_left_out,
        ],
        record: `${sequence}, line ${String(position)}`,
      }
    }),
  }
}

function systemTable(lines: readonly SystemLine[], { from, to }: Period): FactTable {
  return {
    columns: ['Time', 'Action', 'Actor', 'Reason'],
    rows: lines
      .filter(
        ({ time }) =>
          time !== null && (from === undefined || time >= from) && (to === undefined || time < to),
      )
      .map(({ time, action, actor, reason, record }) => ({ cells: [time, action, actor, reason], record })),
  }
}
