const longNumber = /[:[,\s]-?\d{16}/
const notANumber = /[:[,\s](?:NaN|-?Infinity)\b/

/**
 * Parses a server's JSON without losing digits: an integer beyond 2^53 becomes a bigint. Python's `NaN`, `Infinity` and
 * `-Infinity`, which are no JSON, become the texts that MLflow's protocol has for them.
 *
 * @param text JSON
 * @throws SyntaxError when it is none
 */
export function parseJson(text: string): unknown {
  const json = notANumber.test(text) ? quoteNotNumbers(text) : text
  if (!longNumber.test(json)) return JSON.parse(json)
  return JSON.parse(json, (_name, value: unknown, context?: { readonly source?: string }) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value) || !Number.isInteger(value)) return value
    const source = context?.source
    if (source === undefined) throw new SyntaxError('this runtime cannot read integers beyond 2^53')
    return /^-?\d+$/.test(source) ? BigInt(source) : value
  })
}

/** Puts quotes around the tokens that stand outside of texts. */
function quoteNotNumbers(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  )
}
