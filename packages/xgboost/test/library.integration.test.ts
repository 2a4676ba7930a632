import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { library, loadLibrary } from '@claims/xgboost'
import { versionProblem } from '../src/version-problem.ts'

test('the default library is found, described and always the same', () => {
  const found = library()
  expect(found.version).toMatch(/^\d+\.\d+\.\d+$/)
  expect(existsSync(found.path)).toBe(true)
  expect(found.buildInfo).toHaveProperty('USE_OPENMP')
  expect(library()).toBe(found)
  expect(Object.isFrozen(found)).toBe(true)
})

test('an explicit path is used and no other', () => {
  const explicit = loadLibrary({ path: library().path })
  expect(explicit).toMatchObject({ source: 'explicit', path: library().path, version: library().version })
  expect(() => loadLibrary({ path: '/no/such/libxgboost.so' })).toThrow(
    expect.objectContaining({
      code: 'library_not_found',
      message: expect.stringContaining('/no/such/libxgboost.so'),
    }),
  )
})

test('a file that is no library is an error', () => {
  const directory = mkdtempSync(join(tmpdir(), 'xgboost-'))
  writeFileSync(join(directory, 'broken.so'), 'text')
  expect(() => loadLibrary({ path: join(directory, 'broken.so') })).toThrow(
    expect.objectContaining({ code: 'library_not_found' }),
  )
  rmSync(directory, { recursive: true })
})

test('a placed library goes before the carried one; an empty directory does not', () => {
  const directory = mkdtempSync(join(tmpdir(), 'xgboost-'))
  expect(loadLibrary({ placedDirectory: directory }).source).toBe('xgboost_node')
  const name = process.platform === 'darwin' ? 'libxgboost.dylib' : 'libxgboost.so'
  symlinkSync(library().path, join(directory, name))
  expect(loadLibrary({ placedDirectory: directory }).source).toBe('placed')
  rmSync(directory, { recursive: true })
})

test('a placed library that is damaged is passed over, and that is said', () => {
  const directory = mkdtempSync(join(tmpdir(), 'xgboost-'))
  const name = process.platform === 'darwin' ? 'libxgboost.dylib' : 'libxgboost.so'
  writeFileSync(join(directory, name), 'text')
  const found = loadLibrary({ placedDirectory: directory })
  expect(found.source).toBe('xgboost_node')
  expect(found.passedOver).toEqual([expect.stringContaining(`passed over ${join(directory, name)}`)])
  rmSync(directory, { recursive: true })
})

test('importing the package loads no library', () => {
  if (process.platform !== 'linux') return
  const script = `import('@claims/xgboost').then(async ({ library }) => {
    const maps = () => process.getBuiltinModule('node:fs').readFileSync('/proc/self/maps', 'utf8').includes('libxgboost')
    const before = maps(); library(); process.stdout.write(JSON.stringify([before, maps()])) })`
  const output = execFileSync(
    process.execPath,
    ['--conditions=@claims/source', '--input-type=module', '-e', script],
    {
      cwd: new URL('..', import.meta.url),
      encoding: 'utf8',
    },
  )
  expect(JSON.parse(output)).toEqual([false, true])
})

test('2.x, which ends the process of Node, and what is older than 1.7.5 are not used', () => {
  for (const version of ['0.90.0', '1.6.2', '1.7.4', '2.0.0', '2.0.3', '2.1.4'])
    expect(versionProblem(version)).toMatch(/1\.7\.5, 1\.7\.6 or 3\.0/)
  for (const version of ['1.7.5', '1.7.6', '3.0.0', '3.2.0', '20.1.0'])
    expect(versionProblem(version)).toBeUndefined()
})

const second = process.env['XGBOOST_2_LIBRARY']
const withSecond = second === undefined ? test.skip : test
withSecond(
  `${second === undefined ? 'SKIPPED: XGBOOST_2_LIBRARY names no 2.x: ' : ''}a 2.x is refused when asked for, else passed over with the reason`,
  () => {
    expect(() => loadLibrary({ path: second ?? '' })).toThrow(
      expect.objectContaining({
        code: 'library_unsupported',
        message: expect.stringMatching(/2\.\d.*every 2\.x/),
      }),
    )
    const directory = mkdtempSync(join(tmpdir(), 'xgboost-'))
    symlinkSync(second ?? '', join(directory, 'libxgboost.so'))
    const found = loadLibrary({ placedDirectory: directory })
    expect(found.source).toBe('xgboost_node')
    expect(found.passedOver).toEqual([expect.stringMatching(/passed over .* is XGBoost 2\..*every 2\.x/)])
    rmSync(directory, { recursive: true })
  },
)
