/** The first characters of a text; characters, not UTF-16 units, are what MLflow counts. @param most at least 0 */
export function firstCharacters(text: string, most: number): string {
  return text.length <= most ? text : Array.from(text).slice(0, most).join('')
}
