import type { StepDefinition } from '@claims/preprocessing'
import { z } from 'zod'
import { daysBetween } from '../calendar.ts'
import { columnName } from '../column-name.ts'
import { defineNumberFeature } from '../define-number-feature.ts'

/** Days from one moment to another, with fractions, negative when `to` is earlier. Missing when either is. */
export const daysBetweenStep: StepDefinition = defineNumberFeature({
  kind: 'days_between',
  parameters: z.strictObject({ from: columnName, to: columnName, output: columnName }),
  reads: 'timestamp',
  sources: ({ from, to }) => [from, to],
  compute(_, [from, to], result) {
    for (let i = 0; i < result.length; i++) result[i] = daysBetween(from![i]!, to![i]!)
  },
})
