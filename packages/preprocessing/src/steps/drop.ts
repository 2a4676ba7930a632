import { ClaimsError } from '@claims/contracts'
import { z } from 'zod'
import { columnSelectorSchema, selectColumns } from '../column-selector.ts'
import { defineStep } from '../define-step.ts'
import type { StepDefinition } from '../step.ts'

const parameters = z.strictObject({ columns: columnSelectorSchema })

const state = z.object({ columns: z.array(z.string()) })

/** Takes columns away, whatever their role. A column that is absent when transforming is no error. */
export const drop: StepDefinition = defineStep({
  kind: 'drop',
  parameters,
  state,
  learn({ columns }, { frame, context }) {
    if (typeof columns === 'string') return { columns: [...selectColumns(columns, frame, context)] }
    const absent = columns.find((name) => !frame.has(name))
    if (absent !== undefined) {
      throw new ClaimsError('unknown_column', `A step drops the column "${absent}", which is not there`, {
        problems: [
          { field: absent, problem: 'does not exist at this step', allowed: frame.names.join(', ') },
        ],
      })
    }
    return { columns: [...columns] }
  },
  behave({ columns: names }) {
    return {
      outputs: new Map(),
      drops: names,
      apply(columns) {
        for (const name of names) columns.delete(name)
      },
    }
  },
})
