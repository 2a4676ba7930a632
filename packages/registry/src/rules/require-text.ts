import { invalidParameter } from '../model-names.ts'

/** Most characters of an actor, a reason, notes or a description. */
const longestText = 10_000
const longestKey = 250
const longestValue = 5_000
/** Most tags of a version. */
const mostTags = 1_000
/** Characters that show nothing or move what is shown. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u
/** Most bytes of one change: an entry of a ledger holds 1 MB, and JSON may write two bytes for one. */
const mostBytes = 400_000

/** Refuses a text that is too long or is no text: half of a character, or a NUL. */
export function requireText(field: string, value: string): void {
  const allowed = `at most ${longestText.toLocaleString('en')} characters of text, without NUL and halves of characters`
  if (value.length > longestText || !isText(value)) throw invalidParameter(field, shown(value), allowed)
}

/** Refuses an actor or a reason that says nothing. */
export function requireFilled(field: 'actor' | 'reason', value: string): void {
  if (value.trim() === '') throw invalidParameter(field, value, 'text that is not empty')
  if (field === 'actor') requireActor(value)
  else requireText(field, value)
}

/** Refuses an actor whose name holds what nobody sees, so that two people look like one: control and format characters. */
export function requireActor(value: string): void {
  requireText('actor', value)
  if (!unseen.test(value)) return
  const received = value.replaceAll(new RegExp(unseen, 'gu'), (one) => {
    return `<U+${one.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}>`
  })
  throw invalidParameter('actor', shown(received), 'a name on one line, without characters that are not seen')
}

/**
 * Refuses tags that a version cannot have.
 *
 * @param set tags that a change sets
 * @param count of the tags that the version has afterwards
 */
export function requireTags(set: ReadonlyMap<string, string>, count: number): void {
  let bytes = 0
  for (const [key, value] of set) {
    if (key.trim() !== key || key === '' || key.length > longestKey || !isLine(key))
      throw invalidParameter(
        'tag',
        shown(key),
        `a key of 1 to ${String(longestKey)} characters on one line, no space at its ends`,
      )
    if (value.length > longestValue || !isText(value))
      throw invalidParameter(
        `tag ${key}`,
        shown(value),
        `a value of at most ${String(longestValue)} characters`,
      )
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value)
  }
  if (count > mostTags)
    throw invalidParameter('tags', `${String(count)} tags`, `at most ${String(mostTags)} tags of one version`)
  if (bytes > mostBytes)
    throw invalidParameter(
      'tags',
      `${String(bytes)} bytes`,
      `at most ${String(mostBytes)} bytes of tags in one change`,
    )
}

function isText(value: string): boolean {
  return !/[\p{Surrogate}\0]/u.test(value)
}

function isLine(value: string): boolean {
  return !/[\p{Surrogate}\p{Cc}]/u.test(value)
}

function shown(value: string): string {
  const start = value.slice(0, 60).replaceAll(/\p{Surrogate}/gu, '\uFFFD')
  return value.length > 60 ? `${start}...` : start
}
