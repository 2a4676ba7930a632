import { ClaimsError } from '@claims/contracts'
import { missingBoolean, numberColumn, type FrameColumn } from '@claims/frame'
import { defineStep, readColumn, selectColumnsOf, type StepDefinition } from '@claims/preprocessing'
import { z } from 'zod'
import { columnName } from '../column-name.ts'

const parameters = z.strictObject({ left: columnName, right: columnName, output: columnName })

const families: Readonly<Record<FrameColumn['kind'], string>> = {
  number: 'number',
  boolean: 'boolean',
  timestamp: 'timestamp',
  category: 'text',
  text: 'text',
}

/**
 * 1 where two columns have the same value, else 0; categories and texts compare by their text. Missing when either is.
 */
export const equals: StepDefinition = defineStep({
  kind: 'equals',
  parameters,
  state: parameters,
  learn(given, input) {
    const [left, right] = selectColumnsOf([given.left, given.right], input, [
      'number',
      'boolean',
      'timestamp',
      'category',
      'text',
    ]).map((name) => input.frame.column(name).kind)
    if (families[left!] !== families[right!]) {
      throw new ClaimsError(
        'invalid_blueprint',
        `"${given.left}" is ${left!} and "${given.right}" is ${right!}; they cannot be equal`,
        { problems: [{ field: given.right, problem: `is ${right!}`, allowed: families[left!] }] },
      )
    }
    return given
  },
  behave({ left, right, output }) {
    return {
      outputs: new Map([[output, [...new Set([left, right])]]]),
      apply(columns, rows) {
        const a = comparable(readColumn(columns, left))
        const b = comparable(readColumn(columns, right))
        const values = new Float64Array(rows)
        for (let i = 0; i < rows; i++) {
          const one = a(i)
          const other = b(i)
          values[i] = one === null || other === null ? NaN : one === other ? 1 : 0
        }
        columns.set(output, numberColumn(values))
      },
    }
  },
})

function comparable(column: FrameColumn): (row: number) => string | number | null {
  switch (column.kind) {
    case 'number':
    case 'timestamp':
      return (row) => (Number.isNaN(column.values[row]!) ? null : column.values[row]!)
    case 'boolean':
      return (row) => (column.values[row] === missingBoolean ? null : column.values[row]!)
    case 'category':
      return (row) => column.levels[column.codes[row]!] ?? null
    case 'text':
      return (row) => column.values[row] ?? null
  }
}
