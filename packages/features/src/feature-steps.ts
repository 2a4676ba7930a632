import type { StepDefinition } from '@claims/preprocessing'
import { bins } from './steps/bins.ts'
import { containsWords } from './steps/contains-words.ts'
import { datePartsStep } from './steps/date-parts.ts'
import { daysBetweenStep } from './steps/days-between.ts'
import { difference } from './steps/difference.ts'
import { equals } from './steps/equals.ts'
import { flag } from './steps/flag.ts'
import { itemCount } from './steps/item-count.ts'
import { log1p } from './steps/log1p.ts'
import { product } from './steps/product.ts'
import { ratio } from './steps/ratio.ts'
import { sum } from './steps/sum.ts'
import { textLength } from './steps/text-length.ts'

/** The kinds of step that make features from columns. */
export const featureSteps: readonly StepDefinition[] = Object.freeze([
  datePartsStep,
  daysBetweenStep,
  ratio,
  difference,
  sum,
  product,
  log1p,
  flag,
  bins,
  equals,
  itemCount,
  textLength,
  containsWords,
])
