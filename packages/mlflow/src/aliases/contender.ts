import type { AliasedModel } from './alias-calls.ts'
import { parseObject } from './parse-object.ts'

/** A client that wants to move an alias, as its tag on the registered model says. */
export interface Contender {
  readonly key: string
  /** The tag's text. */
  readonly value: string
  /** Its place in the queue; 0 while it draws a ticket. */
  readonly ticket: number
  /** Where it wants the alias to point. */
  readonly version: string
  readonly by: string
}

/** How the keys of the tags begin. */
export function guardPrefix(alias: string): string {
  return `alias.${alias}.guard.`
}

/** The contenders for an alias. What something else wrote counts as one whose turn never comes, and dies. */
export function contendersOf(model: AliasedModel, alias: string): Contender[] {
  return model.tags
    .filter(({ key }) => key.startsWith(guardPrefix(alias)))
    .map(({ key, value }) => {
      const { ticket, version, by } = parseObject(value)
      return {
        key,
        value,
        ticket: typeof ticket === 'number' && Number.isSafeInteger(ticket) ? ticket : 0,
        version: typeof version === 'string' ? version : '',
        by: typeof by === 'string' ? by : 'somebody',
      }
    })
}

/** Whether a contender's turn is before another's. One that still draws its ticket may get any. */
export function isAhead(one: Contender, other: { readonly key: string; readonly ticket: number }): boolean {
  if (one.ticket === other.ticket) return one.key < other.key
  return one.ticket < other.ticket
}
