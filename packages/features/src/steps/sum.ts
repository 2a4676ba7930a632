import type { StepDefinition } from '@claims/preprocessing'
import { z } from 'zod'
import { columnName } from '../column-name.ts'
import { defineNumberFeature } from '../define-number-feature.ts'

/** The sum of the columns, from left to right. Missing when any is. */
export const sum: StepDefinition = defineNumberFeature({
  kind: 'sum',
  parameters: z.strictObject({ columns: z.array(columnName).min(1), output: columnName }),
  reads: 'number',
  sources: ({ columns }) => columns,
  compute(_, columns, result) {
    for (const values of columns) for (let i = 0; i < result.length; i++) result[i]! += values[i]!
  },
})
