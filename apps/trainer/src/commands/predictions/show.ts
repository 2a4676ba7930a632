import { ClaimsError } from '@claims/contracts'
import { openPrediction, requireErasure, verifyPlace } from '@claims/predictions'
import type { CommandContext } from '../../context.ts'
import { requirePrediction } from '../../predictions/require-prediction.ts'
import { withPredictions } from '../../predictions/with-predictions.ts'
import { systemUser } from '../../system-user.ts'

/** Options of `predictions show`. */
export interface ShowPredictionOptions {
  readonly id: string
  readonly reveal?: boolean
  readonly reason?: string
}

/** `claims predictions show`: what is in the clear; with `--reveal` what is sealed too, once that was noted. */
export async function showPrediction(
  { id, reveal = false, reason }: ShowPredictionOptions,
  context: CommandContext,
): Promise<0> {
  const { output } = context
  if (reveal && (reason ?? '').trim() === '') throw withoutReason()
  const shown = await withPredictions(context, async (opened) => {
    const logged = await requirePrediction(opened, id)
    const place = await verifyPlace(opened.ledger, logged)
    const [key] = await opened.store.find({ subjects: [logged.record.subject] })
    if (key?.wrapped === null) await requireErasure(opened.ledger, key)
    const erased_at = key?.destroyed_at ?? null
    const { written } = logged
    if (!reveal) return { written, place, erased_at, sealed: null }
    const access = opened.access({ actor: systemUser(), reason: reason ?? null })
    const { content } = await openPrediction(logged, { vault: await opened.vault(), access })
    return { written, place, erased_at, sealed: content }
  })
  const { written, place, erased_at, sealed } = shown
  for (const [name, value] of Object.entries({ ...written, ...sealed }))
    output.line(`${name.padEnd(20)} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  output.line(`${'stands at'.padEnd(20)} ${place.sequence} ${String(place.position)}`)
  if (erased_at !== null) output.line(`${'personal data'.padEnd(20)} erased ${erased_at}`)
  else if (sealed === null)
    output.line(`${'personal data'.padEnd(20)} sealed; --reveal --reason TEXT opens it`)
  output.result({ record: written, place, erased_at, sealed })
  return 0
}

function withoutReason(): ClaimsError {
  return new ClaimsError('invalid_usage', 'Personal data is opened for a reason: name it by --reason', {
    problems: [{ field: '--reason', problem: 'is absent', allowed: 'a text that is not empty' }],
  })
}
