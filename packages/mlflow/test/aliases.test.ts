import { describe, expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AliasCalls } from '../src/aliases/alias-calls.ts'
import { compareAndSetAlias } from '../src/aliases/compare-and-set.ts'

interface Registry {
  readonly aliases: Map<string, string>
  readonly tags: Map<string, string>
}
const createRegistry = (version?: string): Registry => ({
  aliases: new Map(version === undefined ? [] : [['champion', version]]),
  tags: new Map(),
})

/** A client of a registry whose calls take a time to arrive, take effect at one moment, and take a time to return. */
function clientOf(
  { aliases, tags }: Registry,
  pause: () => Promise<unknown> = async () => Promise.resolve(),
): { readonly registeredModels: AliasCalls } {
  const call = async <T>(effect: () => T): Promise<T> => {
    await pause()
    const result = effect()
    await pause()
    return result
  }
  return {
    registeredModels: {
      get: async () =>
        call(() => ({
          aliases: [...aliases].map(([alias, version]) => ({ alias, version })),
          tags: [...tags].map(([key, value]) => ({ key, value })),
        })),
      setAlias: async ({ alias, version }) => call(() => void aliases.set(alias, version)),
      setTag: async ({ key, value }) => call(() => void tags.set(key, value)),
      deleteTag: async ({ key }) => call(() => void tags.delete(key)),
    },
  }
}

/** The generator of Park and Miller, so that a failure can be seen again. */
function seeded(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}

const move = { name: 'claims', alias: 'champion', expectedVersion: '1', version: '2' }

describe('compareAndSetAlias', () => {
  test('moves an alias and leaves nothing behind but who did it', async () => {
    const registry = createRegistry('1')
    const change = await compareAndSetAlias(clientOf(registry), { ...move, by: 'me' })
    expect(change).toEqual({ previousVersion: '1', version: '2' })
    expect(registry.aliases.get('champion')).toBe('2')
    expect([...registry.tags.keys()]).toEqual(['alias.champion.last'])
    expect(JSON.parse(registry.tags.get('alias.champion.last') ?? '')).toMatchObject({
      version: '2',
      previous: '1',
      by: 'me',
    })
  })

  test('makes an alias that there is not', async () => {
    const registry = createRegistry()
    await compareAndSetAlias(clientOf(registry), { ...move, expectedVersion: null })
    expect(registry.aliases.get('champion')).toBe('2')
    await expect(
      compareAndSetAlias(clientOf(registry), { ...move, expectedVersion: null, version: '3' }),
    ).rejects.toMatchObject({ code: 'conflict', field: 'expectedVersion', retryable: false })
  })

  test('names who was there before', async () => {
    const registry = createRegistry('1')
    await compareAndSetAlias(clientOf(registry), { ...move, by: 'the night job' })
    await expect(compareAndSetAlias(clientOf(registry), { ...move, version: '3' })).rejects.toThrow(
      /was to point at version 1, but it points at version 2, moved there by the night job at \d{4}-/,
    )
    registry.aliases.set('champion', '7')
    await expect(compareAndSetAlias(clientOf(registry), { ...move, version: '3' })).rejects.toThrow(
      'it points at version 7, moved there by a client that left no name',
    )
  })

  test('lets exactly one of many win, whatever the order of their calls', async () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = seeded(seed)
      const pause = async (): Promise<unknown> =>
        random() < 0.3 ? Promise.resolve() : sleep(Math.floor(random() * 4))
      const registry = createRegistry('1')
      const outcomes = await Promise.allSettled(
        Array.from({ length: 2 + (seed % 6) }, async (_, at) =>
          compareAndSetAlias(clientOf(registry, pause), {
            ...move,
            version: String(at + 2),
            by: `client ${at}`,
          }),
        ),
      )
      const winners = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value.version] : []))
      expect(winners).toEqual([registry.aliases.get('champion')])
      const [winner = ''] = winners
      for (const one of outcomes)
        if (one.status === 'rejected')
          expect(one.reason).toMatchObject({
            code: 'conflict',
            message: expect.stringContaining(
              `version ${winner}, moved there by client ${Number(winner) - 2}`,
            ),
          })
      expect([...registry.tags.keys()]).toEqual(['alias.champion.last'])
    }
  })

  test('a chain of moves loses none', async () => {
    const random = seeded(5)
    const registry = createRegistry('0')
    const pause = async (): Promise<unknown> => sleep(Math.floor(random() * 2))
    const increment = async (): Promise<void> => {
      for (;;) {
        const expectedVersion = registry.aliases.get('champion') ?? ''
        try {
          const version = String(Number(expectedVersion) + 1)
          await compareAndSetAlias(clientOf(registry, pause), { ...move, expectedVersion, version })
          return
        } catch (error) {
          expect(error).toMatchObject({ code: 'conflict' })
        }
      }
    }
    await Promise.all(Array.from({ length: 20 }, increment))
    expect(registry.aliases.get('champion')).toBe('20')
  })

  test('waits one lease for a client that died in its turn', async () => {
    const registry = createRegistry('1')
    registry.tags.set('alias.champion.guard.dead', '{"ticket":1,"beat":2,"version":"9","by":"the dead"}')
    const begun = performance.now()
    await compareAndSetAlias(clientOf(registry), { ...move, leaseMilliseconds: 1000 })
    expect(performance.now() - begun).toBeGreaterThan(1000)
    expect([...registry.tags.keys()]).toEqual(['alias.champion.last'])
  })

  test.each(['', 'null', '[]', '{"ticket":"x"}', '{"ticket":-1}', '{'])(
    'waits one lease for a guard tag that holds %j',
    async (tag) => {
      const registry = createRegistry('1')
      registry.tags.set('alias.champion.guard.x', tag)
      await compareAndSetAlias(clientOf(registry), { ...move, leaseMilliseconds: 1000 })
      expect(registry.aliases.get('champion')).toBe('2')
    },
  )

  test('gives up when it was too slow itself', async () => {
    const registry = createRegistry('1')
    const slow = compareAndSetAlias(
      clientOf(registry, async () => sleep(500)),
      { ...move, leaseMilliseconds: 1000 },
    )
    await expect(slow).rejects.toMatchObject({
      code: 'conflict',
      retryable: true,
      field: 'leaseMilliseconds',
    })
    expect(registry.aliases.get('champion')).toBe('1')
    expect(registry.tags.size).toBe(0)
  })

  test('the window: a set that is under way for longer than a lease overwrites', async () => {
    const registry = createRegistry('1')
    const { registeredModels } = clientOf(registry)
    let late: Promise<void> | undefined
    const stalled = {
      registeredModels: {
        ...registeredModels,
        async setAlias(
          request: { name: string; alias: string; version: string },
          options: { signal?: AbortSignal } = {},
        ) {
          late = sleep(7500).then(async () => registeredModels.setAlias(request))
          await new Promise((_, reject) => options.signal?.addEventListener('abort', reject))
        },
      },
    }
    const first = compareAndSetAlias(stalled, { ...move, leaseMilliseconds: 3000, by: 'the stalled' })
    await expect(first).rejects.toMatchObject({ code: 'timed_out', retryable: true })
    expect(registry.tags.size).toBe(1)
    await compareAndSetAlias({ registeredModels }, { ...move, version: '3', leaseMilliseconds: 3000 })
    expect(registry.aliases.get('champion')).toBe('3')
    await late
    expect(registry.aliases.get('champion')).toBe('2')
  })

  test('sees a writer that takes no turns, if it writes before the last look', async () => {
    const registry = createRegistry('1')
    const { registeredModels } = clientOf(registry)
    const disturbed = {
      registeredModels: {
        ...registeredModels,
        async setAlias(request: { name: string; alias: string; version: string }) {
          await registeredModels.setAlias(request)
          registry.aliases.set('champion', '9')
        },
      },
    }
    await expect(compareAndSetAlias(disturbed, move)).rejects.toThrow(
      'was to point at version 2, but it points at version 9, moved there by a client that left no name',
    )
    expect([...registry.tags.keys()]).toEqual(['alias.champion.last'])
  })

  test('tells that its guard tag is left', async () => {
    const registry = createRegistry('1')
    const { registeredModels } = clientOf(registry)
    const deleteTag = async (): Promise<void> => Promise.reject(new Error('server down'))
    const change = await compareAndSetAlias({ registeredModels: { ...registeredModels, deleteTag } }, move)
    expect(change).toMatchObject({ version: '2', guardError: { message: 'server down' } })
  })

  test('ends when it is told to, and takes its tag away', async () => {
    const registry = createRegistry('1')
    registry.tags.set('alias.champion.guard.dead', '{"ticket":1}')
    const controller = new AbortController()
    const waiting = compareAndSetAlias(clientOf(registry), { ...move, signal: controller.signal })
    setTimeout(() => controller.abort(), 50)
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' })
    expect([...registry.tags.keys()]).toEqual(['alias.champion.guard.dead'])
    expect(registry.aliases.get('champion')).toBe('1')
  })

  test.each([
    [{ alias: 'latest' }, 'alias'],
    [{ alias: 'v3' }, 'alias'],
    [{ alias: '' }, 'alias'],
    [{ alias: 'a b' }, 'alias'],
    [{ alias: 'a'.repeat(201) }, 'alias'],
    [{ version: '' }, 'version'],
    [{ version: 'two' }, 'version'],
    [{ expectedVersion: '' }, 'expectedVersion'],
    [{ leaseMilliseconds: 10 }, 'leaseMilliseconds'],
    [{ leaseMilliseconds: NaN }, 'leaseMilliseconds'],
  ])('refuses %j', async (given, field) => {
    await expect(
      compareAndSetAlias(clientOf(createRegistry('1')), { ...move, ...given }),
    ).rejects.toMatchObject({ code: 'invalid_argument', field })
  })
})
