/** A text as a tag of MLflow holds it. */
export interface FittingText {
  readonly text: string
  /** What was changed, as the end of a sentence; null where nothing was. */
  readonly change: string | null
}

/** What a tag of every server holds, characters: MLflow 2 takes no more. */
export const longestTag = 5000

/**
 * Makes a text one that every server keeps as it is: without NUL and halves of surrogate pairs, which become U+FFFD, and at
 * most so many characters, of which the last is then an ellipsis.
 *
 * @param text any
 * @param most characters, not UTF-16 units
 */
export function fittingText(text: string, most: number = longestTag): FittingText {
  const whole = text.replace(/[\0\p{Surrogate}]/gu, '\uFFFD')
  const characters = Array.from(whole)
  const replaced = whole !== text ? 'holds characters that MLflow does not keep; they became U+FFFD' : null
  if (characters.length <= most) return { text: whole, change: replaced }
  const change = `has ${characters.length.toLocaleString('en')} characters, of which ${(most - 1).toLocaleString('en')} are mirrored`
  return {
    text: `${characters.slice(0, most - 1).join('')}…`,
    change: replaced === null ? change : `${change}, and ${replaced}`,
  }
}
