import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { library, loadLibrary } from '@claims/xgboost'

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
