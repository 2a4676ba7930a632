import { describe, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')

interface House {
  readonly files: Readonly<Record<string, string>>
  /** Packages that each package has among its dependencies. */
  readonly dependencies?: Readonly<Record<string, readonly string[]>>
}

/** Builds a small workspace of real files and links, and runs the repository's border rules on it. */
async function cruise({
  files,
  dependencies = {},
}: House): Promise<{ status: number | null; output: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'borders-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      const file = join(directory, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
    }
    const packages = new Set([...Object.keys(files)].map((path) => path.split('/')[1] ?? ''))
    for (const name of packages) {
      await writeFile(
        join(directory, 'packages', name, 'package.json'),
        JSON.stringify({
          name: `@claims/${name}`,
          type: 'module',
          exports: { '.': { '@claims/source': './src/index.ts', default: './dist/index.js' } },
          dependencies: Object.fromEntries((dependencies[name] ?? []).map((d) => [`@claims/${d}`, '*'])),
        }),
      )
      for (const dependency of dependencies[name] ?? []) {
        const link = join(directory, 'packages', name, 'node_modules/@claims', dependency)
        await mkdir(dirname(link), { recursive: true })
        await symlink(join(directory, 'packages', dependency), link)
      }
    }
    const run = spawnSync(
      process.execPath,
      [
        join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
        'packages',
        '--config',
        join(root, '.dependency-cruiser.cjs'),
      ],
      { cwd: directory, encoding: 'utf8' },
    )
    return { status: run.status, output: run.stdout + run.stderr }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

describe('the borders between packages', () => {
  test('an import of a lower floor by its name passes', async () => {
    const { status, output } = await cruise({
      files: {
        'packages/frame/src/index.ts': 'export const rows: number = 1\n',
        'packages/models/src/index.ts': "export { rows } from '@claims/frame'\n",
      },
      dependencies: { models: ['frame'] },
    })
    expect(output).toContain('no dependency violations found')
    expect(status).toBe(0)
  })

  test.each([
    ['value', "export { fit } from '@claims/models'\n"],
    ['type only', "import type { fit } from '@claims/models'\nexport type Fit = typeof fit\n"],
    ['dynamic', "export const load = (): Promise<unknown> => import('@claims/models')\n"],
  ])('an upward import fails: %s', async (_, source) => {
    const { status, output } = await cruise({
      files: {
        'packages/frame/src/index.ts': source,
        'packages/models/src/index.ts': 'export const fit: number = 1\n',
      },
      dependencies: { frame: ['models'] },
    })
    expect(output).toContain('upward-from-frame')
    expect(status).not.toBe(0)
  })

  test('an import of a package on the same floor fails', async () => {
    const { status, output } = await cruise({
      files: {
        'packages/features/src/index.ts': "export { fit } from '@claims/models'\n",
        'packages/models/src/index.ts': 'export const fit: number = 1\n',
      },
      dependencies: { features: ['models'] },
    })
    expect(output).toContain('upward-from-features')
    expect(status).not.toBe(0)
  })

  test('a circle of modules fails', async () => {
    const { status, output } = await cruise({
      files: {
        'packages/frame/src/index.ts': "export { column } from './column.ts'\n",
        'packages/frame/src/column.ts':
          "import { row } from './row.ts'\nexport const column = (): unknown => row\n",
        'packages/frame/src/row.ts':
          "import { column } from './column.ts'\nexport const row = (): unknown => column\n",
      },
    })
    expect(output).toContain('circular')
    expect(status).not.toBe(0)
  })

  test('a path into another package fails even downwards', async () => {
    const { status, output } = await cruise({
      files: {
        'packages/frame/src/index.ts': 'export const rows: number = 1\n',
        'packages/models/src/index.ts': "export { rows } from '../../frame/src/index.ts'\n",
      },
    })
    expect(output).toContain('past-the-exports')
    expect(status).not.toBe(0)
  })

  test('an import that no dependency declares fails', async () => {
    const { status, output } = await cruise({
      files: {
        'packages/frame/src/index.ts': 'export const rows: number = 1\n',
        'packages/models/src/index.ts': "export { rows } from '@claims/frame'\n",
      },
    })
    expect(output).toContain('unresolvable')
    expect(status).not.toBe(0)
  })

  test('a library that stands alone imports no other package', async () => {
    const { status, output } = await cruise({
      files: {
        'packages/contracts/src/index.ts': 'export const codes: number = 1\n',
        'packages/xgboost/src/index.ts': "export { codes } from '@claims/contracts'\n",
      },
      dependencies: { xgboost: ['contracts'] },
    })
    expect(output).toContain('independent-library')
    expect(status).not.toBe(0)
  })

  test('a package without a floor fails', async () => {
    const { status, output } = await cruise({
      files: {
        'packages/frame/src/index.ts': 'export const rows: number = 1\n',
        'packages/newcomer/src/index.ts': "export { rows } from '@claims/frame'\n",
      },
      dependencies: { newcomer: ['frame'] },
    })
    expect(output).toContain('package-without-floor')
    expect(status).not.toBe(0)
  })
})
