import type { Finding } from '@claims/contracts'
import type { Validation } from '@claims/validation'

/**
 * A validation with rows that something else rejected too.
 *
 * @param validation as it was made; not changed
 * @param errors error findings by 0-based row of the file
 * @returns rows, reports and quarantines then count them as rejected
 */
export function withFurtherErrors(
  validation: Validation,
  errors: ReadonlyMap<number, readonly Finding[]>,
): Validation {
  if (errors.size === 0) return validation
  const rejected = validation.rejected.slice()
  let added = 0
  for (const row of errors.keys()) {
    if (rejected[row] === 0) added++
    rejected[row] = 1
  }
  return {
    ...validation,
    rejected,
    report: { ...validation.report, rejected_rows: validation.report.rejected_rows + added },
    errorsOfRow: (row) => [...validation.errorsOfRow(row), ...(errors.get(row) ?? [])],
  }
}
