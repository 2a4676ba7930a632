import type { StepDefinition } from '@claims/preprocessing'
import { z } from 'zod'
import { columnName } from '../column-name.ts'
import { defineNumberFeature } from '../define-number-feature.ts'

/** `ln(1 + x)`. Missing when x is missing or negative. */
export const log1p: StepDefinition = defineNumberFeature({
  kind: 'log1p',
  parameters: z.strictObject({ column: columnName, output: columnName }),
  reads: 'number',
  sources: ({ column }) => [column],
  compute(_, [values], result) {
    for (let i = 0; i < result.length; i++) result[i] = values![i]! < 0 ? NaN : Math.log1p(values![i]!)
  },
})
