const longestValue = 200
const longestText = 2000

/** Text with every value in it, quoted or a single word, cut to 200 characters, and the whole to 2,000. */
export function boundedText(text: string): string {
  return cut(
    text
      .replace(/"([^"]{201,})"/g, (_, value: string) => `"${cut(value, longestValue)}"`)
      .replace(/\S{201,}/g, (word) => cut(word, longestValue)),
    longestText,
  )
}

/** Bounded text for a terminal: control characters, which could move its cursor, are written as escapes. */
export function plainText(text: string): string {
  return boundedText(text).replace(
    // eslint-disable-next-line no-control-regex -- these are what is looked for
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}

/** One line for a terminal, of any length: no name of a column or level can begin another line or move the cursor. */
export function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (control) => {
    const code = control.charCodeAt(0).toString(16)
    return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`
  })
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`
}
