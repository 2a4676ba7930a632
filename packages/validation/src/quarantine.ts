import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
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
const flushAt = 1 << 20

/**
 * Writes the rejected rows as JSON Lines, in order: `{"row": 0-based, "cells": {...}, "findings": [...]}`. A cell of a
 * sensitive column is `"(sensitive)"`, a missing cell is null. The file appears whole or not at all: it is written to
 * a temporary name beside it, flushed to disk and renamed. When no row is rejected nothing is written.
 *
 * @param path where the file goes; an existing file is replaced
 * @param source the frame and its validation
 * @returns how many rows were written
 * @example
 * const written = await writeQuarantine('rejected.jsonl', { frame, validation })
 */
export async function writeQuarantine(path: string, source: QuarantineSource): Promise<number> {
  const { frame, validation } = source
  if (!validation.rejected.includes(1)) return 0
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    const file = await open(temporary, 'wx')
    let written = 0
    try {
      let pending = ''
      for (let row = 0; row < frame.rows; row++) {
        if (validation.rejected[row] !== 1) continue
        const line = {
          row,
          cells: cellsOf(frame, row, validation.sensitive),
          findings: validation.errorsOfRow(row),
        }
        pending += `${JSON.stringify(line)}\n`
        written++
        if (pending.length < flushAt) continue
        await file.writeFile(pending)
        pending = ''
      }
      await file.writeFile(pending)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    const parent = await open(dirname(path), 'r')
    try {
      await parent.sync()
    } finally {
      await parent.close()
    }
    return written
  } finally {
    await rm(temporary, { force: true })
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
