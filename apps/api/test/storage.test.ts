import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { artifactsPlace, openArtifacts, openStorage, storageOf } from '../src/storage.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claims-storage-'))
  await writeFile(join(folder, 'file'), 'a file')
})
afterAll(() => rm(folder, { recursive: true }))

const open = (artifactsUri: string): ReturnType<typeof openArtifacts> =>
  openArtifacts({ artifactsUri, environment: 'test', plaintextHosts: [], directory: '/state/registry' })
const refusal = (problem: RegExp): object =>
  expect.objectContaining({
    code: 'invalid_configuration',
    problems: [
      {
        field: 'ARTIFACTS_URI',
        problem: expect.stringMatching(problem),
        allowed: expect.stringContaining('folder'),
      },
    ],
  })

describe('ARTIFACTS_URI', () => {
  test.each(['S3://models', 'gs://ada:secret@models', 'http://models', 'file:///srv/models', 'az:models'])(
    '%s is refused and no folder',
    async (uri) => {
      const error = await open(uri).catch((thrown: unknown) => thrown)
      expect(error).toEqual(refusal(/^is an address of the kind .*, which is not known$/))
      expect(JSON.stringify(error) + String(error)).not.toContain('secret')
      expect(() => artifactsPlace(uri)).toThrow(expect.objectContaining({ code: 'invalid_configuration' }))
    },
  )

  test.each(['file', 'file/below'])('%s is no directory', async (name) => {
    await expect(open(join(folder, name))).rejects.toEqual(refusal(/, which is no directory$/))
  })

  test('a device is no directory', async () => {
    await expect(open('/dev/null')).rejects.toEqual(refusal(/^names \/dev\/null, which is no directory$/))
  })

  test('a folder that is there or is not yet is opened', async () => {
    for (const uri of [folder, join(folder, 'new'), join(folder, 'gs:models')]) (await open(uri)).close()
  })

  test('a relative path is made absolute once, an address stays', () => {
    const of = (uri: string | undefined): string =>
      storageOf(
        {
          ...{ DATABASE_URL: undefined, ARTIFACTS_URI: uri },
          ...{ CLAIMS_PLAINTEXT_HOSTS: [], CLAIMS_ENVIRONMENT: 'test' },
        },
        '/state',
      ).artifactsUri
    expect([undefined, 'bundles', './gs:bundles', 's3://models/a?region=b', 'gs://models'].map(of)).toEqual([
      '/state/registry',
      resolve('bundles'),
      resolve('gs:bundles'),
      's3://models/a?region=b',
      'gs://models',
    ])
  })
})

describe('DATABASE_URL', () => {
  const storage = (databaseUrl: string): Parameters<typeof openStorage>[0] => ({
    ...{ databaseUrl, artifactsUri: join(folder, 'bundles'), plaintextHosts: [], environment: 'test' },
    directory: join(folder, 'state', 'registry'),
  })

  test.each(['nowhere/claims.sqlite', 'sqlite:nowhere/below/claims.sqlite'])(
    '%s is refused, and nothing is made',
    async (path) => {
      const url = path.replace('nowhere', join(folder, 'nowhere'))
      await expect(openStorage(storage(url))).rejects.toMatchObject({
        ...{ code: 'invalid_configuration', problems: [{ field: 'DATABASE_URL' }] },
      })
      expect(existsSync(join(folder, 'nowhere'))).toBe(false)
    },
  )

  test('blanks are no file', async () => {
    await expect(openStorage(storage('  '))).rejects.toMatchObject({ code: 'invalid_parameter' })
  })

  test('a file in a folder that is there, and the folder of state, are made', async () => {
    for (const path of ['claims.sqlite', 'state/claims.sqlite']) {
      const opened = await openStorage(storage(join(folder, path)))
      expect((await opened.registry.list()).models).toEqual([])
      await opened.close()
    }
  })
})
