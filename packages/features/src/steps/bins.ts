import { codedColumn } from '@claims/frame'
import { defineStep, readNumbers, selectColumnsOf, type StepDefinition } from '@claims/preprocessing'
import { z } from 'zod'
import { columnName } from '../column-name.ts'

const parameters = z
  .strictObject({
    column: columnName,
    edges: z.array(z.number()).min(1),
    labels: z.array(z.string().min(1)).min(2),
    output: columnName,
  })
  .refine(({ edges }) => edges.every((edge, i) => i === 0 || edges[i - 1]! < edge), {
    path: ['edges'],
    message: 'must rise',
  })
  .refine(({ edges, labels }) => labels.length === edges.length + 1, {
    path: ['labels'],
    message: 'must be one more than the edges: both ends are open',
  })
  .refine(({ labels }) => new Set(labels).size === labels.length, {
    path: ['labels'],
    message: 'must be distinct',
  })

/**
 * A category from a number: the first label below the first edge, the last from the last edge on; a value on an edge
 * belongs to the bin above it. Missing stays missing.
 */
export const bins: StepDefinition = defineStep({
  kind: 'bins',
  parameters,
  state: parameters,
  learn(given, input) {
    selectColumnsOf([given.column], input, ['number', 'boolean'])
    return given
  },
  behave({ column, edges, labels, output }) {
    return {
      outputs: new Map([[output, [column]]]),
      apply(columns, rows) {
        const values = readNumbers(columns, column)
        const codes = new Int32Array(rows)
        for (let i = 0; i < rows; i++) {
          const value = values[i]!
          let code = Number.isNaN(value) ? -1 : 0
          while (code >= 0 && code < edges.length && value >= edges[code]!) code++
          codes[i] = code
        }
        columns.set(output, codedColumn(codes, labels))
      },
    }
  },
})
