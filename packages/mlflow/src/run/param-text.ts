import { quoted } from '../endpoints/given-problems.ts'
import { MlflowError } from '../errors.ts'

/** What a param can be; it is kept as text. */
export type ParamValue = string | number | boolean | bigint | null

/**
 * Params as MLflow keeps them: texts.
 *
 * @throws MlflowError `invalid_argument` for a value that has no plain text
 */
export function paramTexts(params: Readonly<Record<string, ParamValue>>): { key: string; value: string }[] {
  return Object.entries(params).map(([key, value]) => {
    if (value === null || ['string', 'number', 'boolean', 'bigint'].includes(typeof value))
      return { key, value: String(value) }
    throw new MlflowError(
      'invalid_argument',
      `logParams: ${quoted(key)} must be a text, number, boolean, bigint or null; got ${typeof value}`,
      { endpoint: 'logParams', field: key.slice(0, 200) },
    )
  })
}
