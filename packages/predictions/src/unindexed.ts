import { ClaimsError, type PredictionLog } from '@claims/contracts'

/**
 * What the index of predictions lacks, in words; null where it agrees with the ledger.
 *
 * @param log that is asked
 */
export async function unindexedText(log: Pick<PredictionLog, 'unindexed'>): Promise<string | null> {
  const lacking = await log.unindexed()
  if (lacking.length === 0) return null
  const counts = lacking.map(({ sequence, records }) => `${String(records)} records of ${sequence}`)
  return `the index of predictions lacks ${counts.join(', ')}, or gives them to somebody else`
}

/** Sees to it that every record is found. @throws ClaimsError `damaged_record` where the index lacks some */
export async function requireIndex(log: Pick<PredictionLog, 'unindexed'>): Promise<void> {
  const problem = await unindexedText(log)
  if (problem === null) return
  throw new ClaimsError('damaged_record', `Not every record is found: ${problem}`, {
    problems: [
      {
        ...{ field: 'predictions', problem },
        allowed:
          'an index that agrees with the ledger: claims predictions reindex makes it again, claims ledger verify says where a line is damaged',
      },
    ],
  })
}
