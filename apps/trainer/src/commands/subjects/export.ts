import { ClaimsError } from '@claims/contracts'
import { requireOutput, writeFileAtomic } from '@claims/ingestion'
import { exportSubject } from '@claims/predictions'
import type { WriteOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { outputRules } from '../../output-rules.ts'
import { withPredictions } from '../../predictions/with-predictions.ts'
import { systemUser } from '../../system-user.ts'
import { subjectOf, type SubjectOptions } from './erase.ts'

/** Options of `subjects export`. */
export interface ExportSubjectOptions extends SubjectOptions, WriteOptions {
  readonly reason: string
  readonly out: string
}

/** `claims subjects export`: everything that is recorded of a person, in the clear, once that was noted. */
export async function exportSubjectCommand(
  options: ExportSubjectOptions,
  context: CommandContext,
): Promise<0> {
  const { output } = context
  const { out, reason } = options
  if (reason.trim() === '')
    throw new ClaimsError('invalid_usage', 'Personal data is opened for a reason: name it by --reason')
  const rules = outputRules(options, context)
  await requireOutput(out, rules)
  const { subject, predictions } = await withPredictions(context, async (opened) => {
    const subject = await subjectOf(options, opened)
    const access = opened.access({ actor: systemUser(), reason })
    const parts = { log: opened.log, vault: await opened.vault(), access }
    return { subject, predictions: await exportSubject(subject, parts) }
  })
  const document = {
    format_version: 1,
    subject,
    predictions: predictions.map(({ written, content }) => ({ ...written, personal: content })),
  }
  await writeFileAtomic(out, `${JSON.stringify(document, null, 2)}\n`, rules)
  output.line(`exported          ${String(predictions.length)} predictions of subject ${subject}`)
  output.line(`written           ${out}; it holds personal data`)
  output.result({ subject, predictions: predictions.length, out })
  return 0
}
