import { MlflowError } from './errors.ts'

type Entity = 'metrics' | 'params' | 'tags' | 'attributes' | 'datasets'
type TextOperator = '=' | '!=' | 'LIKE' | 'ILIKE'
type NumberOperator = '=' | '!=' | '<' | '<=' | '>' | '>='

/** A comparison of a filter: of a metric, param, tag or attribute with a number or a text. */
export type Comparison =
  | {
      readonly entity?: Entity
      readonly key: string
      readonly operator: NumberOperator
      readonly value: number
    }
  | {
      readonly entity?: Entity
      readonly key: string
      readonly operator: TextOperator
      readonly value: string
    }
  | {
      readonly entity?: Entity
      readonly key: string
      readonly operator: 'IN' | 'NOT IN'
      readonly value: readonly string[]
    }

/**
 * Writes a filter of MLflow's search language: comparisons joined by AND, names and texts quoted.
 *
 * @param comparisons what must hold
 * @returns the filter
 * @throws MlflowError `invalid_argument` for what the language cannot say: a name with both a backtick and a double
 *   quote, a text with both kinds of quotes, a number that is not finite
 * @example
 * filterOf([{ entity: 'metrics', key: 'roc auc', operator: '>', value: 0.8 }]) // metrics.`roc auc` > 0.8
 */
export function filterOf(comparisons: readonly Comparison[]): string {
  return comparisons
    .map(({ entity, key, operator, value }) => {
      const name = entity === undefined ? plain(key) : `${entity}.${quotedName(key)}`
      return `${name} ${operator} ${quotedValue(key, value)}`
    })
    .join(' AND ')
}

function plain(key: string): string {
  if (/^[A-Za-z_]+$/.test(key)) return key
  throw refused(key, 'an attribute is a word, such as status or name')
}

function quotedName(key: string): string {
  if (key !== '' && !key.includes('`')) return `\`${key}\``
  if (key !== '' && !key.includes('"')) return `"${key}"`
  throw refused(key, "MLflow's filters have no way to write this name")
}

function quotedValue(key: string, value: number | string | readonly string[]): string {
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return String(value)
    throw refused(key, `a filter compares with finite numbers; got ${value}`)
  }
  if (typeof value === 'string') return quotedText(key, value)
  if (value.length === 0) throw refused(key, 'a list of at least one text is needed')
  return `(${value.map((text) => quotedText(key, text)).join(', ')})`
}

function quotedText(key: string, text: string): string {
  if (!text.includes("'")) return `'${text}'`
  if (!text.includes('"')) return `"${text}"`
  throw refused(key, "MLflow's filters have no way to write a text with both kinds of quotes")
}

function refused(key: string, problem: string): MlflowError {
  return new MlflowError('invalid_argument', `filter on ${JSON.stringify(key)}: ${problem}`, { field: key })
}
