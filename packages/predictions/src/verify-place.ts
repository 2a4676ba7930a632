import { ClaimsError, emptyLedger, type Ledger, type LoggedPrediction } from '@claims/contracts'
import { checkLine } from '@claims/contracts/chain'
import { sha256 } from '@claims/contracts/files'

/** How a record stands in its chain. */
export interface PlaceCheck {
  readonly sequence: string
  readonly position: number
  /** Of its line. */
  readonly sha256: string
  /** Whether a line follows that names this one; the last line of a sequence is held by nothing but its head. */
  readonly followed: boolean
}

/**
 * Checks that the line of a record names the line before it, and that the line behind it names the record's. Whether the
 * whole chain holds is what `claims ledger verify` says.
 *
 * @throws ClaimsError `damaged_record`
 */
export async function verifyPlace(
  ledger: Ledger,
  { record, written, sequence, position }: LoggedPrediction,
): Promise<PlaceCheck> {
  const first = Math.max(0, position - 2)
  const lines = await ledger.page(sequence, { after: first, limit: position - first + 1 })
  const at = position - 1 - first
  const [before, line, next] = [lines[at - 1], lines[at], lines[at + 1]]
  const broken = (problem: string): ClaimsError =>
    new ClaimsError('damaged_record', `The record of prediction ${record.id} ${problem}`, {
      problems: [
        {
          field: `${sequence} ${String(position)}`,
          problem,
          allowed: 'the chain as it was written; claims ledger verify looks at all of it',
        },
      ],
    })
  if (line === undefined || (position > 1 && before === undefined)) throw broken('lost a line of its chain')
  const checked = checkLine(line, before === undefined ? emptyLedger : sha256(before))
  if (checked.problem !== null) throw broken(checked.problem)
  const { previous_sha256: _previous, sealed: _sealed, ...found } = checked.value ?? {}
  if (JSON.stringify(found) !== JSON.stringify(written)) throw broken('was changed while it was read')
  if (next !== undefined && checkLine(next, checked.sha256).problem !== null)
    throw broken('was changed: the line behind it does not follow it')
  return { sequence, position, sha256: checked.sha256, followed: next !== undefined }
}
