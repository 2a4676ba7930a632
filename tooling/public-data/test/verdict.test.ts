import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verdictOn } from '../src/index.ts'

let shared: string
beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), 'shared-'))
  await mkdir(join(shared, 'data/set'), { recursive: true })
  await writeFile(join(shared, 'data/set/a.csv'), 'x\n1\n')
})
afterAll(() => rm(shared, { recursive: true }))

test.each([true, false])('a test runs where its files are, CI %s', (ci) => {
  expect(verdictOn(['set/a.csv'], { shared, ci })).toEqual({ does: 'run' })
  expect(verdictOn([join(shared, 'data/set/a.csv')], { shared, ci })).toEqual({ does: 'run' })
})

test.each([true, false])('a clone alone skips, CI %s', (ci) => {
  expect(verdictOn(['set/a.csv'], { shared: join(shared, 'nowhere'), ci })).toEqual({
    does: 'skip',
    reason: 'there is no ../shared with public data',
  })
})

test.each([
  [true, 'fail'],
  [false, 'skip'],
])('a file that is missing beside others, CI %s: %s', (ci, does) => {
  expect(verdictOn(['set/a.csv', 'set/b.csv'], { shared, ci })).toEqual({
    does,
    reason: '../shared/data lacks set/b.csv',
  })
})
