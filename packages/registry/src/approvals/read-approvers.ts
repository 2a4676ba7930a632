import { ClaimsError, emptyLedger } from '@claims/contracts'
import { checkLine } from '@claims/contracts/chain'
import { approverEntrySchema } from './approver-entry.ts'
import { enrollmentProblem, noApprovers, withApproverEntry, type ApproverState } from './approver-state.ts'

/**
 * Replays the ledger of approvers: its chain, every signature, and every rule of an enrollment.
 *
 * @param lines oldest first
 * @throws ClaimsError `damaged_bundle` naming the line; `unsupported_format_version` where a newer product wrote it
 */
export function readApprovers(lines: readonly string[]): ApproverState {
  let state = noApprovers
  let last = emptyLedger
  lines.forEach((line, i) => {
    const field = `line ${String(i + 1)}`
    const { value, sha256, problem } = checkLine(line, last)
    if (problem !== null) throw damaged(field, 'was altered, or a line before it was')
    const { data } = approverEntrySchema.safeParse(value)
    if (data === undefined)
      throw new ClaimsError(
        'unsupported_format_version',
        `The ledger of approvers: ${field} says what this product does not know`,
        { problems: [{ field, problem: 'is of a newer product', allowed: 'the lines of this product' }] },
      )
    const wrong = enrollmentProblem(state, data)
    if (wrong !== null) throw damaged(field, wrong)
    state = withApproverEntry(state, data, sha256)
    last = sha256
  })
  return state
}

function damaged(field: string, problem: string): ClaimsError {
  return new ClaimsError('damaged_bundle', `The ledger of approvers: ${field} ${problem}`, {
    problems: [{ field, problem, allowed: 'the lines as the registry wrote them' }],
  })
}
