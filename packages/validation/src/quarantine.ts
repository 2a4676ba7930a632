import type { Cell, Frame } from '@claims/frame'
import { plainCell } from './run.ts'
import type { Validation } from './validator.ts'

/** What a quarantine file is made from. */
export interface QuarantineSource {
  /** The frame that was validated. */
  readonly frame: Frame
  readonly validation: Validation
}

const maskedCell = '(sensitive)'

/**
 * The rejected rows as JSON Lines, in order: `{"row": 0-based, "cells": {...}, "findings": [...]}`. A cell of a
 * sensitive column is `"(sensitive)"`, a missing cell is null. Lines are made as they are taken.
 *
 * @param source the frame and its validation
 * @returns one text a rejected row, with its line end
 * @example
 * const file = await openOutput('rejected.jsonl')
 * for (const line of quarantineLines({ frame, validation })) await file.write(line)
 * await file.close()
 */
export function* quarantineLines({ frame, validation }: QuarantineSource): Generator<string, void> {
  for (let row = 0; row < frame.rows; row++) {
    if (validation.rejected[row] !== 1) continue
    const cells = cellsOf(frame, row, validation.sensitive)
    yield `${JSON.stringify({ row, cells, findings: validation.errorsOfRow(row) })}\n`
  }
}

function cellsOf(frame: Frame, row: number, sensitive: ReadonlySet<string>): Record<string, Cell> {
  return Object.fromEntries(
    [...frame.entries()].map(([name, column]) => {
      const cell = plainCell(column, row)
      return [name, cell !== null && sensitive.has(name) ? maskedCell : cell]
    }),
  )
}
