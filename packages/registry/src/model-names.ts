import { ClaimsError } from '@claims/contracts'

/** The alias of the version that serves by default. */
export const championAlias = 'champion'

const maximumLength = 100

/** Refuses what is no model name. */
export function requireModelName(name: string): void {
  if (/^[a-z][a-z0-9-]*$/.test(name) && name.length <= maximumLength) return
  throw invalidParameter(
    'name',
    name,
    'lower-case letters, digits and "-", starting with a letter, at most 100',
  )
}

/** Refuses what is no alias. */
export function requireAlias(alias: string): void {
  const shaped = /^[a-z][a-z0-9_-]*$/.test(alias) && alias.length <= maximumLength
  if (shaped && alias !== 'latest' && !/^v\d+$/.test(alias)) return
  throw invalidParameter(
    'alias',
    alias,
    'lower-case letters, digits, "_" and "-", starting with a letter, at most 100; not "latest" and not like "v1"',
  )
}

/** Parts of `name`, `name@alias` or `name@3`. */
export interface ModelReference {
  readonly name: string
  readonly version?: string
  readonly alias?: string
}

/**
 * Parses a reference to a model.
 *
 * @param reference `name@alias`, `name@3`, or `name`, which means its champion
 * @throws ClaimsError `invalid_parameter`
 */
export function parseModelReference(reference: string): ModelReference {
  const [name = '', target, ...rest] = reference.split('@')
  if (rest.length > 0) throw invalidParameter('model', reference, 'NAME, NAME@ALIAS or NAME@VERSION')
  requireModelName(name)
  if (target === undefined) return { name, alias: championAlias }
  if (/^[1-9]\d*$/.test(target)) return { name, version: target }
  requireAlias(target)
  return { name, alias: target }
}

/** A value is not one that its field may have. */
export function invalidParameter(field: string, received: string, allowed: string): ClaimsError {
  return new ClaimsError(
    'invalid_parameter',
    `The ${field} "${received}" is not valid; allowed: ${allowed}`,
    {
      problems: [{ field, problem: 'is not valid', allowed, received }],
    },
  )
}
