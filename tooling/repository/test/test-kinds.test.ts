import { describe, expect, test } from '@jest/globals'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { kindOf, needsMlflow, needsPostgres, startedBy, testFiles } from '../src/test-files.ts'

const root = resolve(import.meta.dirname, '../../..')
const files = testFiles(root)

describe('the kind of a test', () => {
  test('is one that there is, in every file name', () => {
    expect(files.length).toBeGreaterThan(100)
    expect(files.filter((path) => kindOf(path) === undefined)).toEqual([])
  })

  test('is not unit where the file starts a process or a server', () => {
    // This file and the one about coverage name the words that they look for.
    const own = new Set(['tooling/repository/test/test-kinds.test.ts'])
    const wrong = files
      .filter((path) => kindOf(path) === 'unit' && !own.has(path))
      .flatMap((path) => {
        const reason = startedBy(root, path)
        return reason === undefined ? [] : [`${path} is no unit test: ${reason}`]
      })
    expect(wrong).toEqual([])
  })

  test.each([
    ['a.test.ts', 'unit'],
    ['a.b/c.e2e.test.ts', 'e2e'],
    ['a.security.test.ts', 'security'],
    ['a.unit.test.ts', undefined],
    ['a.quick.test.ts', undefined],
  ])('%s: %s', (path, kind) => {
    expect(kindOf(path)).toBe(kind)
  })
})

describe('what a test file starts', () => {
  function inHouse<T>(sources: Readonly<Record<string, string>>, work: (house: string) => T): T {
    const house = mkdtempSync(join(tmpdir(), 'kinds-'))
    try {
      for (const [path, text] of Object.entries(sources)) {
        mkdirSync(dirname(join(house, path)), { recursive: true })
        writeFileSync(join(house, path), text)
      }
      return work(house)
    } finally {
      rmSync(house, { recursive: true })
    }
  }

  test('is seen through files of the test folder, not through sources', () => {
    const sources = {
      'packages/a/src/index.ts': "import { spawn } from 'node:child_process'\n",
      'packages/a/test/plain.test.ts': "import { a } from '../src/index.ts'\n",
      'packages/a/test/deep.test.ts': "import { b } from './b.ts'\n",
      'packages/a/test/b.ts': "export { c } from './c.ts'\n",
      'packages/a/test/c.ts': "import { spawn } from 'node:child_process'\n",
    }
    inHouse(sources, (house) => {
      expect(startedBy(house, 'packages/a/test/plain.test.ts')).toBeUndefined()
      expect(startedBy(house, 'packages/a/test/deep.test.ts')).toBe(
        "packages/a/test/c.ts: 'node:child_process'",
      )
    })
  })

  test.each(["const a = await fetch('http://a')", 'await startApi({})', "await import('node:http')"])(
    '%s counts',
    (line) => {
      inHouse({ 'packages/a/test/a.test.ts': line }, (house) => {
        expect(startedBy(house, 'packages/a/test/a.test.ts')).toContain('packages/a/test/a.test.ts: ')
      })
    },
  )

  test('an MLflow server is asked for by those files that reach its environments', () => {
    const asking = files.filter((path) => needsMlflow(root, path))
    expect(asking).toContain('packages/mlflow/test/run.integration.test.ts')
    expect(asking).toContain('apps/trainer/test/tracking.integration.test.ts')
    expect(asking.filter((path) => kindOf(path) === 'unit')).toEqual([])
    expect(
      asking.filter((path) => !/^(?:packages\/(?:mlflow|registry|s3)|apps\/trainer)\//.test(path)),
    ).toEqual([])
  })

  test('a server of PostgreSQL is asked for by integration and e2e tests that import it', () => {
    const asking = files.filter((path) => needsPostgres(root, path))
    expect(asking).toContain('packages/database/test/database-ledger.integration.test.ts')
    expect(asking.filter((path) => !['integration', 'e2e'].includes(kindOf(path) ?? ''))).toEqual([])
  })
})
