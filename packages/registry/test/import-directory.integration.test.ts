import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { appendFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isSystemLedger } from '@claims/contracts'
import { exampleBundle } from '@claims/contracts/example'
import { sha256 } from '@claims/contracts/files'
import { migrate, openDatabase } from '@claims/database'
import { describeUnless } from '@claims/servers/describe-unless'
import { missingPostgres, newPostgresDatabase } from '@claims/servers/postgres'
import {
  DirectoryArtifactStore,
  DirectoryLedger,
  DirectoryModelRegistry,
  importDirectory,
  noPolicy,
  openRegistry,
  verifyLedger,
  type OpenRegistry,
} from '@claims/registry'
import { TestPerson } from '@claims/registry/testing'
import { startProgram } from './run-program.ts'

const ada = { actor: 'ada', reason: 'a test' }
const kills = process.env['CLAIMS_FAULTS'] === 'long' ? 200 : 10

/** Names of the models whose lines a ledger holds. */
async function modelsOf({ ledger }: OpenRegistry): Promise<readonly string[]> {
  return (await ledger.names()).filter((name) => !isSystemLedger(name))
}

/** Every file below a directory with its hash. */
async function contents(directory: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const path = join(entry.parentPath, entry.name)
      files[path] = sha256(await readFile(path))
    }
  return files
}

for (const kind of ['sqlite', 'postgres'] as const)
  describeUnless(
    kind === 'postgres' ? missingPostgres() : undefined,
    `a registry in a directory that is imported to ${kind}`,
    () => {
      let root: string
      let directory: string
      let url: string
      let drop: (() => Promise<void>) | undefined
      let opened: OpenRegistry
      beforeEach(async () => {
        root = await mkdtemp(join(tmpdir(), 'claims-import-'))
        directory = join(root, 'registry')
        await cp(join(import.meta.dirname, 'registries', '0.1'), directory, { recursive: true })
        const today = new DirectoryModelRegistry(directory)
        for (const seed of [1, 2, 3])
          await today.register('motor', exampleBundle({ seed: 100 + seed }), { actor: 'ada' })
        await today.promote('motor', '2', ada)
        const server = kind === 'postgres' ? await newPostgresDatabase() : undefined
        url = server?.url ?? join(root, 'claims.sqlite')
        drop = () => server?.drop() ?? Promise.resolve()
        opened = await open()
      })
      afterEach(async () => {
        await opened.close()
        await drop?.()
        await rm(root, { recursive: true, force: true })
      })

      async function open(): Promise<OpenRegistry> {
        const database = await openDatabase({ url })
        await migrate(database)
        await database.close()
        const artifacts = new DirectoryArtifactStore(join(root, 'bundles'))
        return await openRegistry({ database: { url }, artifacts, directory })
      }

      test('has every line byte for byte and every bundle, and the directory stays as it is', async () => {
        expect(opened.unimported).toEqual(['fraud', 'motor'])
        const before = await contents(directory)
        const told: string[] = []
        const said = await importDirectory({
          directory,
          actor: 'ada',
          to: opened,
          onModel: ({ name }) => told.push(name),
        })
        expect(said).toEqual({
          models: [
            {
              ...{ name: 'fraud', versions: 3, lines: 8, appended: 8 },
              ...{ bundles: { brought: 3, there: 0 }, damaged: [] },
              unchecked: { promotions: expect.any(Number), approvals: 0 },
            },
            {
              ...{ name: 'motor', versions: 3, lines: 4, appended: 4 },
              ...{ bundles: { brought: 3, there: 0 }, damaged: [] },
              unchecked: { promotions: 1, approvals: 0 },
            },
          ],
          ...{ refused: [], skipped: [] },
        })
        expect(told).toEqual(['fraud', 'motor'])
        expect(await contents(directory)).toEqual(before)
        const ledger = new DirectoryLedger(directory)
        for (const name of ['fraud', 'motor'])
          expect(await opened.ledger.read(name)).toEqual(await ledger.read(name))
        // The bundles are there although the directory is not.
        await rm(directory, { recursive: true })
        for (const version of ['1', '2', '3']) {
          const bundle = await (await opened.registry.resolve(`fraud@${version}`)).open()
          expect(await bundle.readJson('model/weights.json')).toMatchObject({ seed: Number(version) })
        }
        expect((await opened.registry.resolve('motor')).version).toBe('2')
        await opened.registry.rollback('fraud', ada)
        const again = await open()
        expect(again.unimported).toEqual([])
        expect(await again.registry.readAlias('fraud', 'champion')).toBe('1')
        await again.close()
      })

      test('changes nothing the second time, also where the database went on', async () => {
        await importDirectory({ directory, actor: 'ada', to: opened })
        await opened.registry.register('fraud', exampleBundle({ seed: 9 }))
        const lines = await opened.ledger.read('fraud')
        const said = await importDirectory({ directory, actor: 'ada', to: opened })
        expect(said.models.map(({ appended, bundles }) => [appended, bundles])).toEqual([
          [0, { brought: 0, there: 4 }],
          [0, { brought: 0, there: 3 }],
        ])
        expect(await opened.ledger.read('fraud')).toEqual(lines)
      })

      test('adds no line to a model that the database knows', async () => {
        await importDirectory({ directory, actor: 'ada', to: opened })
        const before = await opened.ledger.read('motor')
        const today = new DirectoryModelRegistry(directory)
        await today.gates.setPolicy('motor', noPolicy, ada)
        await today.promote('motor', '3', ada)
        const { models, refused } = await importDirectory({ directory, actor: 'ada', to: opened })
        expect(models.map(({ name }) => name)).toEqual(['fraud'])
        expect(refused).toMatchObject([
          {
            ...{ name: 'motor', error: { code: 'history_conflict' } },
          },
        ])
        expect(await opened.ledger.read('motor')).toEqual(before)
      })

      test('is recorded in the ledger, which stays whole', async () => {
        await importDirectory({ directory, actor: 'ada', to: opened })
        await importDirectory({ directory, actor: 'ada', to: opened })
        const records = (await opened.ledger.read('_system')).map((line) => JSON.parse(line) as object)
        expect(records).toMatchObject(
          await Promise.all(
            ['fraud', 'motor'].map(async (name) => {
              const lines = await opened.ledger.read(name)
              const last = sha256(lines.at(-1) ?? '')
              return {
                ...{ action: 'import', actor: 'ada', name, lines: lines.length },
                ...{ sha256: last, source: 'registry' },
              }
            }),
          ),
        )
        expect(await verifyLedger(opened.ledger)).toMatchObject({ whole: true, problems: [] })
      })

      test('names approvals that no enrolled key signed', async () => {
        const today = new DirectoryModelRegistry(directory)
        const grace = await TestPerson.enroll(today, 'grace')
        await grace.approve({ name: 'motor', version: '3' })
        const { models } = await importDirectory({ directory, actor: 'ada', to: opened })
        expect(models[1]).toMatchObject({ name: 'motor', unchecked: { promotions: 1, approvals: 1 } })
      })

      test('a model of another history, a damaged one and a newer one are named and hide no other', async () => {
        await opened.registry.register('motor', exampleBundle({ seed: 55 }))
        const today = new DirectoryModelRegistry(directory)
        await today.register('travel', exampleBundle({ seed: 1 }))
        for (const name of ['home', 'newer']) {
          await today.register(name, exampleBundle({ seed: 2 }))
          await today.promote(name, '1', ada)
        }
        const home = join(directory, 'home', 'history.jsonl')
        await writeFile(home, (await readFile(home, 'utf8')).replace('"reason":""', '"reason":"x"'))
        const newer = join(directory, 'newer', 'history.jsonl')
        await writeFile(newer, (await readFile(newer, 'utf8')).replace('"action":"promote"', '"action":"x"'))
        await new DirectoryLedger(directory).append('_system', '0'.repeat(64), ['{}'])
        const said = await importDirectory({ directory, actor: 'ada', to: opened })
        expect(said.models.map(({ name }) => name)).toEqual(['fraud', 'travel'])
        expect(said.refused).toMatchObject([
          { name: 'home', error: { code: 'damaged_bundle', problems: [{ field: 'line 2' }] } },
          { name: 'motor', error: { code: 'history_conflict' } },
          { name: 'newer', error: { code: 'unsupported_format_version' } },
        ])
        expect(said.skipped).toEqual(['_system'])
        expect(await opened.registry.versions('motor')).toHaveLength(1)
        const again = await open()
        expect(again.unimported).toEqual(['home', 'newer'])
        await again.close()
      })

      test('a damaged bundle is named, the others come, and it comes when it is whole again', async () => {
        const file = join(directory, 'fraud', 'versions', '1', 'model-card.md')
        const whole = await readFile(file)
        await appendFile(file, 'more')
        const said = await importDirectory({ directory, actor: 'ada', to: opened })
        expect(said.models[0]).toMatchObject({
          ...{ name: 'fraud', appended: 8, bundles: { brought: 2, there: 0 } },
          damaged: [{ version: '1', error: { code: 'damaged_bundle' } }],
        })
        await expect(opened.registry.promote('fraud', '1', ada)).rejects.toMatchObject({
          code: 'damaged_bundle',
        })
        await writeFile(file, whole)
        expect((await importDirectory({ directory, actor: 'ada', to: opened })).models[0]).toMatchObject({
          ...{ appended: 0, bundles: { brought: 1, there: 2 }, damaged: [] },
        })
        await opened.registry.promote('fraud', '1', ada)
      })

      test(
        `killed ${String(kills)} times leaves models whole or absent, and the next one finishes`,
        async () => {
          const today = new DirectoryModelRegistry(directory)
          for (let n = 0; n < 20; n += 1)
            await today.register(`model-${String(n)}`, exampleBundle({ seed: 1_000 + n }))
          const source = new DirectoryLedger(directory)
          for (let round = 0; round < kills; round += 1) {
            const running = startProgram('import-directory.ts', [directory, url, join(root, 'bundles')])
            await running.ready
            await new Promise((resolve) => setTimeout(resolve, Math.random() * 60))
            running.child.kill('SIGKILL')
            await running.ended
            for (const name of await modelsOf(opened)) {
              expect(await opened.ledger.read(name)).toEqual(await source.read(name))
              for (const { version } of await opened.registry.versions(name))
                await (await opened.registry.resolve(`${name}@${version}`)).open()
            }
          }
          const { models, refused } = await importDirectory({ directory, actor: 'ada', to: opened })
          expect([models.length, refused]).toEqual([22, []])
          expect(await modelsOf(opened)).toEqual(await source.names())
        },
        kills * 15_000 + 60_000,
      )
    },
  )

describe('an import from nothing', () => {
  test('brings nothing, and makes nothing', async () => {
    const root = await mkdtemp(join(tmpdir(), 'claims-import-'))
    const opened = await openRegistry({
      database: { url: join(root, 'claims.sqlite') },
      artifacts: new DirectoryArtifactStore(join(root, 'bundles')),
    })
    const nothing = { models: [], refused: [], skipped: [] }
    expect(await importDirectory({ directory: join(root, 'absent'), to: opened, actor: 'ada' })).toEqual(
      nothing,
    )
    expect((await readdir(root)).filter((name) => !name.startsWith('claims.sqlite'))).toEqual([])
    await opened.close()
    await rm(root, { recursive: true })
  })
})
