import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { appendFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { exampleBundle } from '@claims/contracts/example'
import type { ArtifactOwner, MlflowClient, ModelVersion } from '@claims/mlflow'
import { describeServers } from '@claims/mlflow/testing'
import { MirrorMemory, mirrorModel, reconcileModel, type MirrorRow } from '../src/index.ts'
import { ada, freshName, installation, tagsOf, type Installation } from './mlflow-installation.ts'

const brief = (rows: readonly MirrorRow[]): string[] =>
  rows.map(({ what, subject, mlflow, state }) => `${state} ${what} ${subject}: ${mlflow}`)

/** Where a version has its files. */
async function filesOf(
  mlflow: MlflowClient,
  version: ModelVersion,
): Promise<{ owner: ArtifactOwner; at: string }> {
  const logged = /^models:\/(m-.*)$/.exec(version.source)?.[1]
  return await Promise.resolve(
    logged === undefined
      ? { owner: { runId: version.runId }, at: 'model/bundle' }
      : { owner: { modelId: logged }, at: 'bundle' },
  )
}

describeServers('drift of the mirror', (server) => {
  let here: Installation
  let mlflow: MlflowClient
  beforeAll(async () => {
    here = await installation(server().trackingUri)
    ;({ mlflow } = here)
  })
  afterAll(async () => {
    await here[Symbol.asyncDispose]()
  })

  /** A model of two versions, mirrored: 1 was champion, 2 is. */
  async function mirrored(): Promise<string> {
    const name = freshName()
    await here.register(name, 1, 2)
    await here.registry.promote(name, '1', ada)
    await here.registry.promote(name, '2', ada)
    await mirrorModel(here.parts, name)
    return name
  }
  /** Requires what a dry run says, that it changes nothing, and that afterwards all is well. */
  async function settles(name: string, expected: readonly RegExp[], left = 0): Promise<readonly MirrorRow[]> {
    const dry = await reconcileModel(here.parts, name, { dryRun: true })
    const lines = brief(dry.rows)
    for (const line of expected) expect(lines).toContainEqual(expect.stringMatching(line))
    expect(dry.rows).toHaveLength(expected.length)
    expect(brief((await reconcileModel(here.parts, name, { dryRun: true })).rows)).toEqual(lines)
    const { rows } = await reconcileModel(here.parts, name)
    expect(rows.filter(({ state }) => state === 'left')).toHaveLength(left)
    const after = await reconcileModel(here.parts, name, { dryRun: true })
    expect(brief(after.rows.filter(({ state }) => state === 'found'))).toEqual([])
    return rows
  }

  test('aliases and tags that were moved, edited and taken away by hand', async () => {
    const name = await mirrored()
    await mlflow.registeredModels.setAlias({ name, alias: 'champion', version: '1' })
    await mlflow.registeredModels.setAlias({ name, alias: 'theirs', version: '1' })
    await mlflow.registeredModels.setTag({ name, key: 'claims.alias.champion', value: '{"by":"mallory"}' })
    await mlflow.registeredModels.setTag({ name, key: 'team', value: 'motor' })
    await mlflow.modelVersions.setTag({ name, version: '1', key: 'claims.registered_by', value: 'mallory' })
    await mlflow.modelVersions.deleteTag({ name, version: '2', key: 'claims.champion_reason' })
    await settles(name, [
      /^found alias \S+@champion: 1$/,
      /^foreign alias \S+@theirs: 1$/,
      /^found alias_tag \S+ claims.alias.champion: {"by":"mallory"}$/,
      /^found version_tag \S+@1 claims.registered_by: mallory$/,
      /^found version_tag \S+@2 claims.champion_reason: nothing$/,
    ])
    const model = await mlflow.registeredModels.get({ name })
    expect(Object.fromEntries(model.aliases.map(({ alias, version }) => [alias, version]))).toEqual({
      champion: '2',
      theirs: '1',
    })
    expect(tagsOf(model)).toMatchObject({ team: 'motor' })
  }, 60_000)

  test('tags by which versions are known, edited', async () => {
    const name = await mirrored()
    await mlflow.modelVersions.deleteTag({ name, version: '1', key: 'claims.version' })
    await mlflow.modelVersions.setTag({
      name,
      version: '2',
      key: 'claims.manifest_sha256',
      value: 'ab'.repeat(32),
    })
    await settles(name, [/@1 claims.version: nothing$/, /@2 claims.manifest_sha256: abab/])
    expect(tagsOf(await mlflow.modelVersions.get({ name, version: '2' }))['claims.manifest_sha256']).toBe(
      exampleBundle({ seed: 2 }).manifestSha256,
    )
  }, 60_000)

  test('a tag on the version of somebody else makes it none of ours', async () => {
    const name = await mirrored()
    await mlflow.modelVersions.delete({ name, version: '1' })
    const second = await mlflow.modelVersions.get({ name, version: '2' })
    await mlflow.modelVersions.create({
      ...{ name, source: second.source, runId: second.runId },
      ...(second.source.startsWith('models:/m-') && { modelId: second.source.slice('models:/'.length) }),
      tags: [{ key: 'claims.version', value: '1' }],
    })
    const rows = await settles(name, [/^found version \S+@1: no such version$/, /^foreign version .* 3: /])
    expect(rows.filter(({ state }) => state === 'repaired')).toHaveLength(1)
    const made = await mlflow.modelVersions.get({ name, version: '4' })
    expect(tagsOf(made)).toMatchObject({
      'claims.version': '1',
      'claims.manifest_sha256': exampleBundle({ seed: 1 }).manifestSha256,
    })
  }, 60_000)

  test('files of a bundle that were altered, taken away and added', async () => {
    const name = await mirrored()
    const { owner, at } = await filesOf(mlflow, await mlflow.modelVersions.get({ name, version: '2' }))
    const path = `${at}/model/weights.json`
    const right = await mlflow.artifacts.read({ ...owner, path })
    const wrong = Buffer.from(right)
    wrong[3] = (wrong[3] ?? 0) ^ 1
    await mlflow.artifacts.uploadBytes({ ...owner, path, bytes: wrong })
    await mlflow.artifacts.delete({ ...owner, path: `${at}/model-card.md` })
    await mlflow.artifacts.uploadBytes({ ...owner, path: `${at}/more.txt`, bytes: 'theirs' })
    const quick = await reconcileModel(here.parts, name, { dryRun: true, quick: true })
    expect(quick.rows.map(({ subject }) => subject)).not.toContain(`${name}@2 model/weights.json`)
    await using without = await installation(server().trackingUri)
    await expect(without.models.resolve(`models:/${name}@champion`)).rejects.toMatchObject({
      code: 'damaged_bundle',
    })
    await settles(name, [
      /^found bundle \S+@2 model\/weights.json: was altered/,
      /^found bundle \S+@2 model-card.md: is missing$/,
      /^foreign bundle \S+@2 more.txt: is not of the bundle$/,
    ])
    expect(Buffer.from(await mlflow.artifacts.read({ ...owner, path })).equals(right)).toBe(true)
    expect(await (await without.models.resolve(`models:/${name}@champion`)).open()).toMatchObject({
      manifestSha256: exampleBundle({ seed: 2 }).manifestSha256,
    })
  }, 60_000)

  test('another bundle in the place of ours is left, and the version made anew', async () => {
    const name = await mirrored()
    const { owner, at } = await filesOf(mlflow, await mlflow.modelVersions.get({ name, version: '2' }))
    const other = exampleBundle({ seed: 99 })
    for (const file of ['manifest.json', ...Object.keys(other.manifest.files)])
      await mlflow.artifacts.uploadBytes({ ...owner, path: `${at}/${file}`, bytes: await other.read(file) })
    await using without = await installation(server().trackingUri)
    await expect(without.models.resolve(`models:/${name}/2`)).rejects.toMatchObject({
      code: 'damaged_bundle',
      problems: [{ field: 'manifest.json' }],
    })
    await settles(name, [/^found bundle \S+@2 manifest.json: is that of another bundle/])
    expect(tagsOf(await mlflow.modelVersions.get({ name, version: '2' }))).toMatchObject({
      'claims.altered': expect.stringContaining('version 3 took its place') as unknown,
    })
    const champion = await here.models.resolve(`models:/${name}@champion`)
    expect(champion).toMatchObject({ version: '3', warnings: [], manifest: { seed: 2 } })
  }, 60_000)

  test('a model that was renamed, and one that was deleted', async () => {
    const name = await mirrored()
    await mlflow.registeredModels.rename({ name, newName: `${name} of theirs` })
    await here.registry.promote(name, '1', ada)
    await expect(mirrorModel(here.parts, name)).rejects.toMatchObject({
      code: 'tracking_refused',
      message: expect.stringContaining('of theirs now') as unknown,
    })
    const { rows } = await reconcileModel(here.parts, name)
    expect(brief(rows)).toContainEqual(expect.stringMatching(/^repaired model \S+: renamed to /))
    expect(await here.models.currentVersion(`models:/${name}@champion`)).toBe('1')
    await mlflow.registeredModels.delete({ name })
    const again = await reconcileModel(here.parts, name, { remembered: 5 })
    expect(brief(again.rows)[0]).toMatch(/^sent history \S+: no such model; 5 were mirrored before$/)
    expect((await reconcileModel(here.parts, name, { dryRun: true })).rows).toEqual([])
  }, 60_000)

  test('MLflow as it was before, restored from a backup', async () => {
    const name = freshName()
    await here.register(name, 1)
    await here.registry.promote(name, '1', ada)
    await mirrorModel(here.parts, name)
    const before = tagsOf(await mlflow.registeredModels.get({ name }))
    await here.register(name, 2)
    await here.registry.promote(name, '2', ada)
    await mirrorModel(here.parts, name)
    await mlflow.modelVersions.delete({ name, version: '2' })
    await mlflow.registeredModels.setAlias({ name, alias: 'champion', version: '1' })
    for (const [key, value] of Object.entries(before))
      await mlflow.registeredModels.setTag({ name, key, value })
    const dry = await reconcileModel(here.parts, name, { dryRun: true, remembered: 4 })
    expect(brief(dry.rows)[0]).toBe(`found history ${name}: 2 entries; 4 were mirrored before`)
    expect(dry.rows[0]?.altered).toBe(true)
    expect((await mirrorModel(here.parts, name)).position).toBe(4)
    expect((await reconcileModel(here.parts, name, { dryRun: true, remembered: 4 })).rows).toEqual([])
  }, 60_000)

  test('the mirror of another registry is not touched unless it is taken over', async () => {
    const name = await mirrored()
    await using other = await installation(server().trackingUri)
    await other.register(name, 11)
    await expect(mirrorModel(other.parts, name)).rejects.toMatchObject({ code: 'tracking_refused' })
    const { rows } = await reconcileModel(other.parts, name)
    expect(rows).toMatchObject([{ what: 'history', state: 'left' }])
    expect((await reconcileModel(here.parts, name, { dryRun: true })).rows).toEqual([])
    await reconcileModel(other.parts, name, { takeOver: true })
    expect((await mlflow.registeredModels.get({ name })).tags).toContainEqual({
      key: 'claims.history_position',
      value: '1',
    })
    await expect(mirrorModel(here.parts, name)).rejects.toMatchObject({ code: 'tracking_refused' })
  }, 60_000)

  test('a version that a training registered by itself is taken as ours', async () => {
    const name = freshName()
    const bundle = exampleBundle({ seed: 21 })
    await here.registry.register(name, bundle)
    const { experimentId } = await mlflow.experiments.getOrCreate('claims mirror')
    const { info } = await mlflow.runs.create({ experimentId })
    const files: Record<string, { bytes: Uint8Array }> = {}
    for (const file of ['manifest.json', ...Object.keys(bundle.manifest.files)])
      files[`bundle/${file}`] = { bytes: await bundle.read(file) }
    await mlflow.logModel({ runId: info.runId, model: { flavors: { claims: { bundle: 'bundle' } }, files } })
    const tags = { 'claims.manifest_sha256': bundle.manifestSha256 }
    await mlflow.registerModel({ name, runId: info.runId, tags })
    await mirrorModel(here.parts, name)
    const found = await mlflow.modelVersions.get({ name, version: '1' })
    expect(tagsOf(found)).toMatchObject({ 'claims.version': '1', 'claims.history_position': '1' })
    expect((await reconcileModel(here.parts, name, { dryRun: true })).rows).toEqual([])
  }, 60_000)

  test('a champion that the registry never promoted is told and left', async () => {
    const name = freshName()
    await here.register(name, 1)
    await mirrorModel(here.parts, name)
    await mlflow.registeredModels.setAlias({ name, alias: 'champion', version: '1' })
    const { rows } = await reconcileModel(here.parts, name)
    expect(rows).toMatchObject([{ what: 'alias', subject: `${name}@champion`, state: 'left' }])
  }, 60_000)

  test('a bundle that the registry lost holds up no other version', async () => {
    await using there = await installation(server().trackingUri)
    const name = freshName()
    await there.register(name, 1, 2)
    const folder = join(there.directory, 'registry', '_artifacts', exampleBundle({ seed: 1 }).manifestSha256)
    for (const file of await readdir(folder)) if (file === 'pipeline.json') await rm(join(folder, file))
    await appendFile(join(folder, 'model-card.md'), '!')
    await there.registry.setAlias(name, 'shadow', { ...ada, version: '2' })
    const { rows, position } = await mirrorModel(there.parts, name)
    expect(position).toBe(0)
    expect(rows).toContainEqual(expect.objectContaining({ subject: `${name}@1`, state: 'left' }))
    expect(rows).toContainEqual(expect.objectContaining({ subject: `${name}@shadow`, state: 'sent' }))
  }, 60_000)
})

describe('what an installation remembers of its mirrors', () => {
  test('is kept apart by server and model, and damage is nothing', async () => {
    await using there = await installation('http://127.0.0.1:9')
    const memory = new MirrorMemory(join(there.directory, 'mlflow-mirror'))
    expect(await memory.read('http://a', 'motor')).toBeNull()
    await memory.write('http://a', 'motor', { position: 3, sha256: 'aa' })
    await memory.write('http://b', 'motor', { position: 4, sha256: 'bb' })
    expect(await memory.read('http://a', 'motor')).toMatchObject({ position: 3, sha256: 'aa' })
    const folder = join(there.directory, 'mlflow-mirror')
    for (const file of await readdir(folder)) await appendFile(join(folder, file), '}')
    expect(await memory.read('http://a', 'motor')).toBeNull()
  })
})
