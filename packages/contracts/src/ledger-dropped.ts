import { ClaimsError } from './claims-error.ts'

/**
 * The error that a sequence of a ledger was dropped and takes nothing more.
 *
 * @param name of the sequence
 */
export function ledgerDropped(name: string): ClaimsError {
  const problem = 'was dropped by retention and never begins again'
  return new ClaimsError('ledger_dropped', `The ledger ${name} ${problem}`, {
    problems: [{ field: 'name', problem, allowed: 'another name', received: name }],
  })
}
