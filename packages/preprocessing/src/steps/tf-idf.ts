import { numberColumn } from '@claims/frame'
import { z } from 'zod'
import { selectColumnsOf } from '../column-selector.ts'
import { defineStep } from '../define-step.ts'
import { freeName } from '../free-name.ts'
import { readTexts } from '../read-column.ts'
import type { StepDefinition } from '../step.ts'
import { stopWords } from '../stop-words.ts'
import { tokenize } from '../tokenize.ts'

const parameters = z.strictObject({
  column: z.string().min(1),
  maximum_features: z.int().min(1).default(30),
  minimum_document_count: z.int().min(1).default(5),
  maximum_document_share: z.number().gt(0).max(1).default(0.9),
})

const state = z.object({
  column: z.string(),
  tokens: z.array(z.string()),
  inverse_document_frequencies: z.array(z.number().positive()),
  /** Names of the outputs, where one of `<column>:<token>` was taken. */
  names: z.array(z.string()).optional(),
})

/**
 * Term frequency times inverse document frequency, `idf = ln((1 + documents) / (1 + documents with the token)) + 1`,
 * each row scaled to length 1: scikit-learn's `TfidfTransformer` with its defaults. Tokens are lower-case runs of two
 * or more letters and digits without stop-words, negations kept; the `maximum_features` most frequent of those in at
 * least `minimum_document_count` rows and at most `maximum_document_share` of the rows, equals in alphabetical order.
 * Makes a column `<name>:<token>` each, `<name>:<token>_2` where that name is taken. A missing text, and one of unknown words only, gives zeros.
 */
export const tfIdf: StepDefinition = defineStep({
  kind: 'tf_idf',
  parameters,
  state,
  learn({ column, maximum_features, minimum_document_count, maximum_document_share }, input) {
    selectColumnsOf([column], input, ['text', 'category'])
    const textAt = readTexts(new Map(input.frame.entries()), column)
    const { rows } = input.frame
    const seen = new Map<string, { count: number; documents: number; last: number }>()
    for (let i = 0; i < rows; i++) {
      for (const token of terms(textAt(i))) {
        const entry = seen.get(token)
        if (entry === undefined) seen.set(token, { count: 1, documents: 1, last: i })
        else {
          entry.count++
          if (entry.last !== i) entry.documents++
          entry.last = i
        }
      }
    }
    const vocabulary = [...seen]
      .filter(
        ([, { documents }]) =>
          documents >= minimum_document_count && documents <= maximum_document_share * rows,
      )
      .sort(([a, { count: m }], [b, { count: n }]) => n - m || (a < b ? -1 : 1))
      .slice(0, maximum_features)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    const taken = new Set(input.frame.names)
    const names = vocabulary.map(([token]) => freeName(`${column}:${token}`, taken))
    const usual = names.every((name, j) => name === `${column}:${vocabulary[j]![0]}`)
    return {
      column,
      ...(usual ? {} : { names }),
      tokens: vocabulary.map(([token]) => token),
      inverse_document_frequencies: vocabulary.map(
        ([, { documents }]) => Math.log((1 + rows) / (1 + documents)) + 1,
      ),
    }
  },
  behave({ column, tokens, inverse_document_frequencies: idf, names: given }) {
    const names = given ?? tokens.map((token) => `${column}:${token}`)
    const index = new Map(tokens.map((token, j) => [token, j]))
    return {
      outputs: names.map((name) => [name, [column]] as const),
      apply(columns, rows) {
        const textAt = readTexts(columns, column)
        const weights = names.map(() => new Float64Array(rows))
        const counts = new Float64Array(names.length)
        for (let i = 0; i < rows; i++) {
          counts.fill(0)
          for (const token of terms(textAt(i))) {
            const j = index.get(token)
            if (j !== undefined) counts[j]!++
          }
          let squares = 0
          for (let j = 0; j < counts.length; j++) squares += (counts[j]! * idf[j]!) ** 2
          if (squares === 0) continue
          const length = Math.sqrt(squares)
          for (let j = 0; j < counts.length; j++) weights[j]![i] = (counts[j]! * idf[j]!) / length
        }
        for (let j = 0; j < names.length; j++) columns.set(names[j]!, numberColumn(weights[j]!))
      },
    }
  },
})

function terms(text: string | null): string[] {
  return text === null ? [] : tokenize(text).filter((token) => token.length > 1 && !stopWords.has(token))
}
