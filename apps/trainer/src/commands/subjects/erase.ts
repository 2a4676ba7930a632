import { ClaimsError } from '@claims/contracts'
import { erasureFile, eraseSubjects, findSubject, requireErasure, unindexedText } from '@claims/predictions'
import type { CommandContext } from '../../context.ts'
import { requirePrediction } from '../../predictions/require-prediction.ts'
import { erasuresIn } from '../../predictions/erasures-in.ts'
import { withPredictions, type OpenPredictions } from '../../predictions/with-predictions.ts'
import { systemUser } from '../../system-user.ts'

/** Whom `subjects erase` and `subjects export` are about. */
export interface SubjectOptions {
  readonly id?: string
  readonly column?: string
  readonly prediction?: string
}

/** Options of `subjects erase`. */
export interface EraseSubjectOptions extends SubjectOptions {
  readonly reason: string
}

/** The subject that the options name, as records name it. */
export async function subjectOf(options: SubjectOptions, opened: OpenPredictions): Promise<string> {
  const { id, prediction, column } = options
  if ((id === undefined) === (prediction === undefined))
    throw new ClaimsError('invalid_usage', 'Name the person by exactly one of an id and --prediction ID')
  if (prediction !== undefined) return (await requirePrediction(opened, prediction)).record.subject
  return (await findSubject(await opened.vault(), id ?? '', column)).subject
}

/** An erasure counts records by the index, and is not refused for one that lacks some. */
async function mendIndex({ log }: OpenPredictions, { output }: CommandContext): Promise<void> {
  const lacking = await unindexedText(log)
  if (lacking === null) return
  await log.reindex()
  const left = await unindexedText(log)
  output.note(
    `warning: ${lacking}; ${left === null ? 'it was made again' : 'the count below may be too small, claims ledger verify says why'}`,
  )
}

/** `claims subjects erase`: 1 when there was nothing left to erase. */
export async function eraseSubject(options: EraseSubjectOptions, context: CommandContext): Promise<0 | 1> {
  const { output, config } = context
  if (options.reason.trim() === '')
    throw new ClaimsError('invalid_usage', 'An erasure has a reason: name it by --reason')
  const { subject, erased } = await withPredictions(context, async (opened) => {
    const subject = await subjectOf(options, opened)
    await mendIndex(opened, context)
    const [key] = await opened.store.find({ subjects: [subject] })
    if (key?.wrapped === null) await requireErasure(opened.ledger, key)
    const list = erasureFile(erasuresIn(config.home))
    const { reason } = options
    return {
      subject,
      erased: await eraseSubjects(opened.store, [subject], { actor: systemUser(), reason, list }),
    }
  })
  const done = erased.subjects.length > 0
  output.line(
    done
      ? `erased            subject ${subject}: the personal data of ${String(erased.predictions)} prediction${erased.predictions === 1 ? '' : 's'} cannot be opened any more`
      : `erased            nothing: subject ${subject} was erased before`,
  )
  for (const where of erased.remains) output.line(`may remain        ${where}`)
  if (done)
    output.line(
      `backups           hold the key; restore takes it out again by ${erasuresIn(config.home)} or --erasures`,
    )
  output.result({ subject, erased: done, predictions: erased.predictions, remains: erased.remains })
  return done ? 0 : 1
}
