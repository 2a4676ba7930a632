import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ledger } from '@claims/contracts'
import { exampleBundle } from '@claims/contracts/example'
import { DatabaseLedger, migrate, openDatabase, type Database } from '@claims/database'
import { DirectoryArtifactStore, LedgerModelRegistry } from '@claims/registry'
import { describeUnless } from '@claims/servers/describe-unless'
import { missingPostgres, newPostgresDatabase, startPostgres } from '@claims/servers/postgres'
import { startProgram } from './run-program.ts'

/** CLAIMS_FAULTS=long kills often. */
const kills = process.env['CLAIMS_FAULTS'] === 'long' ? 200 : 30
const ada = { actor: 'ada', reason: 'a test' }

for (const kind of ['sqlite', 'postgres'] as const)
  describeUnless(kind === 'postgres' ? missingPostgres() : undefined, `a registry in ${kind}`, () => {
    let root: string
    let url: string
    let drop: () => Promise<void>
    let databases: Database[]
    beforeEach(async () => {
      root = await mkdtemp(join(tmpdir(), 'claims-faults-'))
      const server = kind === 'postgres' ? await newPostgresDatabase() : undefined
      url = server?.url ?? join(root, 'claims.sqlite')
      drop = () => server?.drop() ?? Promise.resolve()
      databases = []
    })
    afterEach(async () => {
      for (const database of databases) await database.close()
      await drop()
      await rm(root, { recursive: true, force: true })
    })

    /** The registry as another program opens it. */
    async function open(): Promise<LedgerModelRegistry> {
      const database = await openDatabase({ url })
      databases.push(database)
      await migrate(database)
      const artifacts = new DirectoryArtifactStore(join(root, 'bundles'))
      return new LedgerModelRegistry({ ledger: new DatabaseLedger(database), artifacts })
    }

    test(
      `killed ${String(kills)} times in the middle has the old or the new, and every answer that was given`,
      async () => {
        const registry = await open()
        const answered: string[] = []
        for (let round = 0; round < kills; round += 1) {
          const words = [url, join(root, 'bundles'), String(round * 1_000)]
          const running = startProgram('register-in-database.ts', words)
          await running.ready
          // After some answers, however fast this machine is, and then at any moment.
          const answers = Math.floor(Math.random() * 4)
          while (running.lines.length <= answers && running.child.exitCode === null) await sleep(1)
          await sleep(Math.random() * 30)
          running.child.kill('SIGKILL')
          expect(await running.ended).toBeNull()
          answered.push(...running.lines.slice(1))
          const entries = await registry.history('fraud').catch((error: unknown) => {
            expect(error).toMatchObject({ code: 'unknown_model' })
            return []
          })
          const said = entries.map(({ action, version }) => `${action} ${version}`)
          expect(said).toEqual(expect.arrayContaining(answered))
          const registered = entries.filter(({ action }) => action === 'register')
          expect(registered.map(({ version }) => version)).toEqual(registered.map((_, i) => String(i + 1)))
          for (const { version, reason } of registered.slice(-2)) {
            const bundle = await (await registry.resolve(`fraud@${version}`)).open()
            expect(String(bundle.manifest.seed)).toBe(reason)
          }
          const promoted = entries.findLast(({ action }) => action === 'promote')
          if (promoted !== undefined)
            expect(await registry.readAlias('fraud', 'champion')).toBe(promoted.version)
        }
        expect(answered.length).toBeGreaterThan(0)
        const stored = await registry.history('fraud')
        expect(new Set(answered).size).toBe(answered.length)
        // At most one change of a round was stored and not answered any more.
        expect(stored.length - answered.length).toBeLessThanOrEqual(kills)
      },
      kills * 15_000 + 60_000,
    )

    test('of two that promote at once exactly one wins, each time', async () => {
      const [one, two] = [await open(), await open()]
      for (let seed = 1; seed <= 3; seed += 1) await one.register('fraud', exampleBundle({ seed }))
      await one.promote('fraud', '1', ada)
      for (let round = 0; round < 15; round += 1) {
        const expected = await one.readAlias('fraud', 'champion')
        const [a, b] = ['1', '2', '3'].filter((version) => version !== expected)
        const outcomes = await Promise.allSettled([
          one.promote('fraud', a!, { ...ada, expected }),
          two.promote('fraud', b!, { ...ada, expected }),
        ])
        const won = outcomes.filter((outcome) => outcome.status === 'fulfilled')
        const lost = outcomes.filter((outcome) => outcome.status === 'rejected')
        expect(lost).toMatchObject([{ reason: { code: 'alias_conflict' } }])
        expect(await two.readAlias('fraud', 'champion')).toBe(won[0]?.value.version)
      }
      expect(await one.history('fraud')).toHaveLength(3 + 1 + 15)
    })
  })

/** A ledger that does something at a step, and goes on. */
class InterruptedLedger implements Ledger {
  readonly #ledger: Ledger
  interrupt: { readonly at: 'page' | 'append' | 'while append'; readonly work: () => Promise<void> } | null =
    null

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  names(): ReturnType<Ledger['names']> {
    return this.#ledger.names()
  }

  read(...[name]: Parameters<Ledger['read']>): ReturnType<Ledger['read']> {
    return this.#ledger.read(name)
  }

  async page(...[name, page]: Parameters<Ledger['page']>): ReturnType<Ledger['page']> {
    await this.#interrupted('page')
    return await this.#ledger.page(name, page)
  }

  async append(...[name, after, entries]: Parameters<Ledger['append']>): ReturnType<Ledger['append']> {
    await this.#interrupted('append')
    const interrupted = this.#interrupted('while append')
    const [appended] = await Promise.allSettled([this.#ledger.append(name, after, entries), interrupted])
    if (appended.status === 'rejected') throw appended.reason
    return appended.value
  }

  drop(...[name, last, record]: Parameters<Ledger['drop']>): ReturnType<Ledger['drop']> {
    return this.#ledger.drop(name, last, record)
  }

  inspect(): ReturnType<Ledger['inspect']> {
    return this.#ledger.inspect()
  }

  async #interrupted(at: 'page' | 'append' | 'while append'): Promise<void> {
    const { interrupt } = this
    if (interrupt?.at !== at) return
    this.interrupt = null
    await interrupt.work()
  }
}

describeUnless(missingPostgres(), 'a server of PostgreSQL that ends while a registry changes', () => {
  test('is an error that may go away, leaves the old or the new, and the same change works when it is back', async () => {
    const server = await startPostgres({ user: 'claims' })
    const root = await mkdtemp(join(tmpdir(), 'claims-lost-'))
    try {
      const { url } = await newPostgresDatabase(server)
      const database = await openDatabase({ url })
      await migrate(database)
      const ledger = new InterruptedLedger(new DatabaseLedger(database))
      const artifacts = new DirectoryArtifactStore(join(root, 'bundles'))
      const registry = new LedgerModelRegistry({ ledger, artifacts })
      await registry.promote('fraud', (await registry.register('fraud', exampleBundle())).version, ada)
      for (const at of ['page', 'append', 'while append'] as const) {
        for (const change of ['register', 'promote'] as const) {
          const before = await registry.history('fraud')
          ledger.interrupt = { at, work: () => server.crash() }
          const newest = String(
            (
              await new LedgerModelRegistry({
                ledger: new DatabaseLedger(database),
                artifacts,
              }).versions('fraud')
            ).length,
          )
          const act = async (): Promise<void> => {
            if (change === 'promote') await registry.promote('fraud', newest, { ...ada, reason: at })
            else await registry.register('fraud', exampleBundle({ seed: before.length }), { notes: at })
          }
          const answer = await act().then(
            () => 'answered',
            (error: unknown) => {
              expect(error).toMatchObject({ code: 'database_unavailable', entry: { retryable: true } })
              return 'refused'
            },
          )
          if (at !== 'while append') expect(answer).toBe('refused')
          await expect(registry.versions('fraud')).rejects.toMatchObject({ code: 'database_unavailable' })
          await server.start()
          const after = await registry.history('fraud')
          expect(after.slice(0, before.length)).toEqual(before)
          expect([before.length, before.length + 1]).toContain(after.length)
          if (answer === 'answered') expect(after).toHaveLength(before.length + 1)
          await act()
          expect(await registry.history('fraud')).toHaveLength(after.length + 1)
        }
      }
      await database.close()
    } finally {
      await server.stop()
      await rm(root, { recursive: true, force: true })
    }
  }, 120_000)
})

describe('a clock that goes backwards', () => {
  test('changes no order: versions, champions and pages follow the lines', async () => {
    const root = await mkdtemp(join(tmpdir(), 'claims-clock-'))
    let now = Date.UTC(2026, 0, 2)
    const database = await openDatabase({ url: join(root, 'claims.sqlite') })
    await migrate(database)
    const registry = new LedgerModelRegistry({
      ledger: new DatabaseLedger(database),
      artifacts: new DirectoryArtifactStore(join(root, 'bundles')),
      clock: { now: () => new Date((now -= 3_600_000)) },
    })
    for (let seed = 1; seed <= 3; seed += 1) {
      const { version } = await registry.register('fraud', exampleBundle({ seed }))
      await registry.promote('fraud', version, ada)
    }
    expect((await registry.versionsPage('fraud')).versions.map(({ version }) => version)).toEqual([
      '3',
      '2',
      '1',
    ])
    expect((await registry.rollback('fraud', ada)).version).toBe('2')
    const times = (await registry.history('fraud')).map(({ time }) => time)
    expect(times).toEqual([...times].sort().reverse())
    expect(
      (await registry.planRetention('fraud', { keep: 1 })).deletes.map(({ version }) => version),
    ).toEqual([])
    await database.close()
    await rm(root, { recursive: true })
  })
})
