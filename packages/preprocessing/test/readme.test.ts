import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { preprocessingSteps } from '../src/index.ts'
import { stepTable } from '../src/testing/index.ts'

test('the README lists every kind with its parameters and defaults', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const listed = readme
    .split('\n')
    .map((line) => line.replaceAll(/ +/g, ' '))
    .flatMap((line) => /^(\| `[a-z_0-9]+` \|[^|]*\|)/.exec(line)?.[1] ?? [])
  expect(listed).toEqual(stepTable(preprocessingSteps))
})
