import { describe, expect, test } from '@jest/globals'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { examplesOf } from '../src/examples.ts'
import { packagesIn, packageName, readText, root } from '../src/repository.ts'

describe.each([...packagesIn('packages'), ...packagesIn('apps')])('%s', (folder) => {
  const path = `${folder}/README.md`

  test('has a README of one screen that starts with its name', () => {
    expect(existsSync(join(root, path))).toBe(true)
    const lines = readText(path).trimEnd().split('\n')
    expect(lines.length).toBeLessThan(80)
    expect(lines[0]).toBe(`# ${packageName(folder)}`)
  })

  if (folder.startsWith('packages/')) {
    test('shows exactly one TypeScript example, of its own use', () => {
      const examples = examplesOf(path)
      expect(examples.map((example) => example.runs || example.needsServer === true)).toEqual([true])
      expect(examples[0]?.text).toContain(`from '${packageName(folder)}`)
    })
  }
})
