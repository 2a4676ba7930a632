import { sql } from 'kysely'
import type { UnindexedSequence } from '@claims/contracts'
import type { Database } from '../database.ts'
import { predictionSequences } from './prediction-lines.ts'

/** Compares the table `predictions` with the ledger in one statement; see `PredictionLog.unindexed`. */
export async function unindexedRecords(database: Database): Promise<readonly UnindexedSequence[]> {
  // A text within a line has its quotes escaped, so that no value of a record looks like one of these names.
  const { rows } = await sql<{ sequence: string; records: number | bigint | string }>`
    select e.name as sequence, count(*) as records
    from ledger_entries e left join predictions p on p.sequence = e.name and p.position = e.position
    where e.name >= ${predictionSequences} and e.name < ${predictionSequences.replace(/-$/, '.')}
      and e.entry like '%"kind":"prediction"%'
      and (p.id is null
        or e.entry not like '%"id":"' || p.id || '"%'
        or e.entry not like '%"subject":"' || p.subject || '"%')
    group by e.name order by e.name`.execute(database.kysely)
  return rows.map(({ sequence, records }) => ({ sequence, records: Number(records) }))
}
