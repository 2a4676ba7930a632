import type { StepDefinition } from '@claims/preprocessing'
import { z } from 'zod'
import { columnName } from '../column-name.ts'
import { defineNumberFeature } from '../define-number-feature.ts'

/** `left * right`. Missing when either is. */
export const product: StepDefinition = defineNumberFeature({
  kind: 'product',
  parameters: z.strictObject({ left: columnName, right: columnName, output: columnName }),
  reads: 'number',
  sources: ({ left, right }) => [left, right],
  compute(_, [left, right], result) {
    for (let i = 0; i < result.length; i++) result[i] = left![i]! * right![i]!
  },
})
