import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { manifestSchema } from '@claims/contracts'
import { openBundle } from '@claims/registry'
import { train } from '@claims/pipeline'
import { generateClaims, writeClaims } from '@claims/ingestion'
import { claims } from '@claims/blueprints'
import { originOf } from '../src/origin.ts'
import { productVersion } from '../src/version.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claims-origin-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function git(...args: readonly string[]): Promise<string> {
  const names = ['-c', 'user.name=somebody', '-c', 'user.email=somebody@example.org']
  const { stdout } = await promisify(execFile)('git', ['-C', folder, ...names, ...args])
  return stdout.trim()
}

/** A repository with a commit and a data file in it. */
async function repository(): Promise<{ data: string; commit: string }> {
  const data = join(folder, 'claims.csv')
  await writeClaims(data, generateClaims({ rows: 500, seed: 3 }))
  await git('init', '--quiet')
  await git('add', '--all')
  await git('commit', '--quiet', '--message', 'Add the data')
  return { data, commit: await git('rev-parse', 'HEAD') }
}

describe('a bundle names what trained it and where its data lay, apart', () => {
  test('the commit of the data is that of its own repository, not of the product', async () => {
    const outside = await originOf(join(folder, 'claims.csv'))
    expect(outside).toMatchObject({ product: { version: productVersion() }, dataCommit: null })
    const { data, commit } = await repository()
    const origin = await originOf(data)
    expect(origin.dataCommit).toBe(commit)
    expect(origin.product).toEqual(outside.product)
    expect(origin.product.commit).not.toBe(commit)
    const out = join(folder, 'bundle')
    await train({
      data,
      by: { blueprint: claims },
      out,
      models: ['logistic_regression'],
      folds: 2,
      seed: 1,
      threads: 1,
      ...origin,
    })
    const { manifest } = await openBundle(out)
    expect(manifest).toMatchObject({ product: origin.product, data_commit: commit })
    expect(manifest).not.toHaveProperty('git_commit')
  })

  test('a product that is installed below a repository is not in it', async () => {
    const installed = join(folder, 'installed', 'trainer')
    await mkdir(join(installed, 'src'), { recursive: true })
    await writeFile(join(folder, '.gitignore'), 'installed\n')
    await cp(join(import.meta.dirname, '../package.json'), join(installed, 'package.json'))
    for (const name of ['origin.ts', 'version.ts'])
      await cp(join(import.meta.dirname, '../src', name), join(installed, 'src', name))
    await symlink(join(import.meta.dirname, '../node_modules'), join(installed, 'node_modules'))
    const code = `const { originOf } = await import(${JSON.stringify(join(installed, 'src/origin.ts'))}); console.log(JSON.stringify(await originOf('.')))`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: folder,
    })
    expect(JSON.parse(stdout)).toMatchObject({ product: { commit: null } })
  })

  test('the one commit of older manifests is read', () => {
    expect(manifestSchema.shape.git_commit.parse('a'.repeat(40))).toBe('a'.repeat(40))
  })
})
