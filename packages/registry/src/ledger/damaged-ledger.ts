import { ClaimsError } from '@claims/contracts'
import type { LedgerFinding } from './ledger-finding.ts'
import type { LedgerReport } from './verify-ledger.ts'

/** A finding as a sentence: the sequence, its row, and what is wrong there. */
export function findingText({ name, position, message }: LedgerFinding): string {
  return position === null ? `${name} ${message}` : `${name}: row ${String(position)} ${message}`
}

/** The error that a ledger is not whole. @param report that says so */
export function damagedLedger({ problems }: Pick<LedgerReport, 'problems'>): ClaimsError {
  const names = new Set(problems.map(({ name }) => name))
  return new ClaimsError(
    'damaged_ledger',
    `The ledger is not whole: ${String(problems.length)} problems in ${String(names.size)} sequences`,
    {
      problems: problems.map(({ name, position, message }) => ({
        field: position === null ? name : `${name} ${String(position)}`,
        problem: message,
        allowed: 'what the product wrote',
      })),
    },
  )
}
