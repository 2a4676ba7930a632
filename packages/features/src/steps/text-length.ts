import { tokenize, type StepDefinition } from '@claims/preprocessing'
import { z } from 'zod'
import { columnName } from '../column-name.ts'
import { defineTextFeature } from '../define-text-feature.ts'

/** How many words a text has. A missing text has none. */
export const textLength: StepDefinition = defineTextFeature({
  kind: 'text_length',
  parameters: z.strictObject({ column: columnName, output: columnName }),
  measure: () => (text) => tokenize(text).length,
})
