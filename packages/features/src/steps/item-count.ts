import type { StepDefinition } from '@claims/preprocessing'
import { z } from 'zod'
import { columnName } from '../column-name.ts'
import { defineTextFeature } from '../define-text-feature.ts'

/** How many items that are not blank a list in a text holds. A missing text holds none. */
export const itemCount: StepDefinition = defineTextFeature({
  kind: 'item_count',
  parameters: z.strictObject({
    column: columnName,
    separator: z.string().min(1).default(';'),
    output: columnName,
  }),
  measure:
    ({ separator }) =>
    (text) => {
      let items = 0
      for (const item of text.split(separator)) if (item.trim() !== '') items++
      return items
    },
})
