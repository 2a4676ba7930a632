import { tokenize, type StepDefinition } from '@claims/preprocessing'
import { z } from 'zod'
import { columnName } from '../column-name.ts'
import { defineTextFeature } from '../define-text-feature.ts'

const wordSchema = z.string().refine((word) => tokenize(word).length > 0, { message: 'must hold a word' })

/** 1 where a text holds any of the words or phrases, whole words in any case, else 0. A missing text holds none. */
export const containsWords: StepDefinition = defineTextFeature({
  kind: 'contains_words',
  parameters: z.strictObject({ column: columnName, words: z.array(wordSchema).min(1), output: columnName }),
  measure({ words }) {
    const phrases = words.map((word) => spaced(word))
    return (text) => {
      const searched = spaced(text)
      return phrases.some((phrase) => searched.includes(phrase)) ? 1 : 0
    }
  },
})

function spaced(text: string): string {
  return ` ${tokenize(text).join(' ')} `
}
