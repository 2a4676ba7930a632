import { beforeAll, expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AliasCalls } from '../src/aliases/alias-calls.ts'
import { compareAndSetAlias } from '../src/aliases/compare-and-set.ts'
import type { RegisteredModels } from '../src/index.ts'
import { describeServers } from './servers/describe-servers.ts'
import { uniqueName } from './servers/unique-name.ts'

const rounds = 3
const clients = 10

describeServers('compareAndSetAlias', (server) => {
  const name = uniqueName('claims')
  let calls: RegisteredModels

  beforeAll(async () => {
    const mlflow = server().client()
    calls = mlflow.registeredModels
    await calls.getOrCreate(name)
    for (let made = 0; made <= clients; made += 1)
      await mlflow.modelVersions.create({ name, source: 's3://bucket/model' })
  })

  /** A client of its own connections, as from far away. */
  const distant = (): { registeredModels: AliasCalls } => {
    const near = server().client().registeredModels
    const far = async <T>(call: () => Promise<T>): Promise<T> => {
      await sleep(Math.random() * 40)
      const answer = await call()
      await sleep(Math.random() * 40)
      return answer
    }
    return {
      registeredModels: {
        get: async (...given) => far(async () => near.get(...given)),
        setAlias: async (...given) => far(async () => near.setAlias(...given)),
        setTag: async (...given) => far(async () => near.setTag(...given)),
        deleteTag: async (...given) => far(async () => near.deleteTag(...given)),
      },
    }
  }
  const champion = async (): Promise<string | undefined> =>
    (await calls.get({ name })).aliases.find(({ alias }) => alias === 'champion')?.version

  test('exactly one of many clients wins', async () => {
    for (let round = 0; round < rounds; round += 1) {
      await calls.setAlias({ name, alias: 'champion', version: '1' })
      const outcomes = await Promise.allSettled(
        Array.from({ length: clients }, async (_, at) =>
          compareAndSetAlias(distant(), {
            name,
            alias: 'champion',
            expectedVersion: '1',
            version: String(at + 2),
            by: `client ${at}`,
          }),
        ),
      )
      const winners = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value.version] : []))
      expect(winners).toEqual([await champion()])
      for (const one of outcomes)
        if (one.status === 'rejected')
          expect(one.reason).toMatchObject({
            code: 'conflict',
            message: expect.stringContaining(`moved there by client ${Number(winners[0]) - 2}`),
          })
    }
    const { tags } = await calls.get({ name })
    expect(tags.map(({ key }) => key)).toEqual(['alias.champion.last'])
  }, 120_000)

  test('a version that there is not leaves the alias and no guard', async () => {
    await calls.setAlias({ name, alias: 'champion', version: '1' })
    const change = { name, alias: 'champion', expectedVersion: '1', version: '999' }
    await expect(compareAndSetAlias({ registeredModels: calls }, change)).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(await champion()).toBe('1')
    const { tags } = await calls.get({ name })
    expect(tags.filter(({ key }) => key.includes('guard'))).toEqual([])
  })

  test('the longest alias makes a tag that the server takes', async () => {
    const change = { name, alias: 'a'.repeat(200), expectedVersion: null, version: '2' }
    expect(await compareAndSetAlias({ registeredModels: calls }, change)).toEqual({
      previousVersion: null,
      version: '2',
    })
  })
})
