import type { LoggedPrediction, PredictionLog } from '@claims/contracts'
import { openContent, type SealedContent } from '../sealed-content.ts'
import { requireIndex } from '../unindexed.ts'
import type { AccessLog } from './access-log.ts'
import type { SubjectVault } from './subject-vault.ts'

/** Records of one page. */
const pageRecords = 200

/** What opening records needs. */
export interface ReadParts {
  readonly log: PredictionLog
  readonly vault: SubjectVault
  readonly access: AccessLog
}

/** A record with what is sealed in it. */
export interface OpenedPrediction extends LoggedPrediction {
  readonly content: SealedContent
}

/**
 * Opens one record, and tells the access log before.
 *
 * @throws ClaimsError `subject_erased`, `damaged_record`, `wrong_master_key`
 */
export async function openPrediction(
  logged: LoggedPrediction,
  { vault, access }: Omit<ReadParts, 'log'>,
): Promise<OpenedPrediction> {
  const { subject, id } = logged.record
  const key = await vault.keyOf(subject)
  await access.note({ action: 'read_prediction', subject, predictions: [id] })
  return { ...logged, content: openContent(key, logged) }
}

/**
 * Every record of a subject in the clear, newest first; the access log is told before the first is opened.
 *
 * @param subject as records name it
 * @throws ClaimsError as `openPrediction`; `damaged_record` where the index does not find every record of the ledger
 */
export async function exportSubject(
  subject: string,
  { log, vault, access }: ReadParts,
): Promise<readonly OpenedPrediction[]> {
  const key = await vault.keyOf(subject)
  await requireIndex(log)
  const logged: LoggedPrediction[] = []
  for (let cursor: string | undefined; ;) {
    const page = await log.list({ subject, limit: pageRecords, cursor })
    logged.push(...page.predictions)
    if (page.cursor === null) break
    cursor = page.cursor
  }
  const ids = logged.map(({ record }) => record.id)
  await access.note({ action: 'export_subject', subject, predictions: ids })
  return logged.map((each) => ({ ...each, content: openContent(key, each) }))
}
