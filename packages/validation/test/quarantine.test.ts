import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { findingSchema, parseBlueprint } from '@claims/contracts'
import { Frame, categoryColumn, numberColumn, timestampColumn } from '@claims/frame'
import { createValidator, writeQuarantine } from '@claims/validation'

const validator = createValidator(
  parseBlueprint({
    format_version: 1,
    name: 'claims',
    columns: [
      { name: 'amount', role: 'numeric', type: 'number', exclusive_minimum: 0 },
      { name: 'day', role: 'date', type: 'timestamp' },
      { name: 'gender', role: 'sensitive', type: 'category' },
      { name: 'fraud', role: 'label', type: 'number' },
    ],
    label: { column: 'fraud', positive: 1 },
    split: { kind: 'stratified' },
    candidates: [{ name: 'model', kind: 'logistic_regression' }],
    costs: { false_negative: 1, false_positive: 1, manual_review: 1 },
  }),
)
const frame = Frame.fromColumns({
  amount: numberColumn([5, -1, Infinity, 7]),
  day: timestampColumn([0, 86_400_000, NaN, 9e15]),
  gender: categoryColumn(['F', 'M', null, 'F']),
})
const options = { now: new Date('2026-01-01T00:00:00Z'), purpose: 'scoring' } as const

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quarantine-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

test('each rejected row is one line with its cells and findings, sensitive cells masked', async () => {
  const path = join(folder, 'rejected.jsonl')
  await writeFile(path, 'an older file')
  const written = await writeQuarantine(path, { frame, validation: validator.validate(frame, options) })
  expect(written).toBe(3)
  const lines = (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  expect(lines).toMatchObject([
    {
      row: 1,
      cells: { amount: -1, day: '1970-01-02', gender: '(sensitive)' },
      findings: [{ row: 1, rule: 'range' }],
    },
    {
      row: 2,
      cells: { amount: 'Infinity', day: null, gender: null },
      findings: [{ row: 2, rule: 'finite' }],
    },
    { row: 3, cells: { amount: 7, day: '9000000000000000' }, findings: [{ row: 3, field: 'day' }] },
  ])
  for (const line of lines) findingSchema.array().parse((line as { findings: unknown }).findings)
  expect(await readdir(folder)).toEqual(['rejected.jsonl'])
})

test('nothing is written when no row is rejected', async () => {
  const clean = frame.take([0])
  const path = join(folder, 'none.jsonl')
  expect(await writeQuarantine(path, { frame: clean, validation: validator.validate(clean, options) })).toBe(
    0,
  )
  expect(await readdir(folder)).not.toContain('none.jsonl')
})

test('a folder that does not exist leaves nothing behind', async () => {
  const path = join(folder, 'absent', 'rejected.jsonl')
  await expect(
    writeQuarantine(path, { frame, validation: validator.validate(frame, options) }),
  ).rejects.toThrow()
  expect((await readdir(folder)).filter((name) => name.includes('tmp'))).toEqual([])
})
