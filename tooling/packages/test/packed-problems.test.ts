import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { packedProblems } from '../src/packed-problems.ts'
import type { Manifest } from '../src/workspace.ts'

const manifest: Manifest = {
  name: '@claims/sample',
  version: '1.0.0',
  license: 'Apache-2.0',
  engines: { node: '>=22.13' },
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  bin: { sample: './dist/main.js' },
  dependencies: { zod: '4.6.7', express: '5.3.0' },
}

let unpacked = ''

function write(path: string, text: string): void {
  mkdirSync(dirname(join(unpacked, path)), { recursive: true })
  writeFileSync(join(unpacked, path), text)
}

function problems(
  change: Partial<Record<keyof Manifest, unknown>> = {},
  developedWith: string[] = [],
): string[] {
  return packedProblems({ manifest: { ...manifest, ...change } as Manifest, unpacked, developedWith })
}

beforeEach(() => {
  unpacked = mkdtempSync(join(tmpdir(), 'packed-'))
  write('package.json', '{}')
  write('README.md', '# @claims/sample\n')
  write('LICENSE', 'text\n')
  write('dist/index.js', "import { z } from 'zod'\nimport { join } from 'node:path'\nexport { z, join }\n")
  write('dist/index.d.ts', "export { z } from 'zod'\n")
  write('dist/main.js', "#!/usr/bin/env node\nimport './index.js'\n")
  write('dist/main.js.map', '{ "sources": ["../src/main.ts"], "sourcesContent": ["import"] }')
  chmodSync(join(unpacked, 'dist/main.js'), 0o755)
})

afterEach(() => {
  rmSync(unpacked, { recursive: true })
})

describe('what is wrong in a packed package', () => {
  test('nothing, where everything is there', () => {
    expect(problems()).toEqual([])
  })

  test.each<[string, Partial<Record<keyof Manifest, unknown>>, string]>([
    [
      'a protocol of the workspace',
      { dependencies: { zod: 'workspace:*' } },
      'depends on zod by workspace:*',
    ],
    ['a peer of the catalog', { peerDependencies: { zod: 'catalog:' } }, 'depends on zod by catalog:'],
    [
      'the private condition',
      { exports: { '.': { '@claims/source': './dist/index.js' } } },
      '@claims/source',
    ],
    ['development dependencies', { devDependencies: {} }, 'has devDependencies'],
    ['scripts', { scripts: { prepack: 'tsc' } }, 'has scripts'],
    ['no license', { license: undefined }, 'no license'],
    ['a private package', { private: true }, 'is private'],
    ['any Node', { engines: undefined }, 'Node >=22.13'],
    ['an absent target', { exports: { './testing': './dist/testing.js' } }, 'names ./dist/testing.js, which'],
    ['no export and no program', { exports: undefined, bin: undefined }, 'exports nothing'],
  ])('%s', (_, change, problem) => {
    expect(problems(change)).toContainEqual(expect.stringContaining(problem))
  })

  test.each([
    ['test/index.test.ts', 'test/index.test.ts does not belong in a package'],
    ['src/index.ts', 'src/index.ts does not belong in a package'],
    ['dist/index.ts', 'dist/index.ts does not belong in a package'],
  ])('the file %s', (path, problem) => {
    write(path, '')
    expect(problems()).toEqual([problem])
  })

  test('a README that is missing', () => {
    rmSync(join(unpacked, 'README.md'))
    expect(problems()).toEqual(['README.md is missing'])
  })

  test('a program that cannot be run', () => {
    write('dist/main.js', 'export {}\n')
    chmodSync(join(unpacked, 'dist/main.js'), 0o644)
    expect(problems()).toEqual([
      './dist/main.js is a program without a first line that runs it',
      './dist/main.js is a program that may not be run',
    ])
  })

  test('a map without its source', () => {
    write('dist/index.js.map', '{ "sources": ["../src/index.ts"] }')
    expect(problems()).toEqual(['dist/index.js.map points to ../src/index.ts, which is not there'])
  })

  test('imports of what is not there, and none that only a text names', () => {
    write('dist/other.js', "// from 'absent'\nexport const text = \"from 'absent'\"\n")
    expect(problems()).toEqual([])
    write('dist/other.js', "import 'yaml'\nimport './absent.js'\nawait import('@claims/frame/arquero')\n")
    write('dist/other.d.ts', "import type { A } from './absent.ts'\n")
    expect(problems()).toEqual([
      'dist/other.d.ts imports ./absent.ts, which is not there',
      'dist/other.js imports yaml, which package.json does not declare',
      'dist/other.js imports ./absent.js, which is not there',
      'dist/other.js imports @claims/frame/arquero, which package.json does not declare',
    ])
  })

  test('declarations whose types only the workspace has', () => {
    write('dist/other.d.ts', "import type { Router } from 'express'\n")
    expect(problems({}, ['@types/node'])).toEqual([])
    expect(problems({}, ['@types/express'])).toEqual([
      'dist/other.d.ts imports express, whose types package.json does not declare',
    ])
  })
})
