import type { ClaimsError } from '@claims/contracts'
import type { Said } from '../rules/said.ts'

/** A promotion does not pass its gates, which the history keeps. */
export class GatesNotPassed extends Error {
  override readonly name = 'GatesNotPassed'
  readonly entry: Said
  readonly refusal: ClaimsError

  constructor(entry: Said, refusal: ClaimsError) {
    super(refusal.message)
    this.entry = entry
    this.refusal = refusal
  }
}
