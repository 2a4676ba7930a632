import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { temporaryFolder, type Folder } from './claims-command.ts'
import { runInProcess, type Ran } from './run-in-process.ts'

let folder: Folder
const run = (...args: readonly string[]): Promise<Ran> => runInProcess(folder.at('state'), ...args)
const json = (ran: Ran): unknown => JSON.parse(ran.stdout)
const reason = ['--reason', 'a test']

beforeAll(async () => {
  folder = await temporaryFolder()
  const data = ['--data', folder.at('claims.csv')]
  const bundle = ['--out', folder.at('bundle'), '--register', 'fraud']
  for (const args of [
    ['generate', '--rows', '3000', '--seed', '4', '--out', folder.at('claims.csv')],
    ['generate', '--rows', '1500', '--seed', '5', '--out', folder.at('later.csv')],
    ['train', '--blueprint', 'claims', ...data, ...bundle, '--models', 'logistic_regression', '--folds', '2'],
    ['keys', 'new', '--out', folder.at('grace.pem')],
    ['keys', 'new', '--out', folder.at('linus.pem')],
  ])
    expect(await run(...args, '--quiet')).toEqual({ code: 0, stdout: '', stderr: '' })
}, 180_000)
afterAll(() => folder[Symbol.asyncDispose]())

describe('keys', () => {
  test('are made once, for their owner alone, and enrolled by somebody else', async () => {
    expect((await stat(folder.at('grace.pem'))).mode & 0o777).toBe(0o600)
    expect(await run('keys', 'new', '--out', folder.at('grace.pem'))).toMatchObject({ code: 2 })
    const enroll = (name: string, ...more: readonly string[]): Promise<Ran> =>
      run('keys', 'enroll', name, '--public-key', folder.at(`${name}.pem.pub`), ...more)
    const asGrace = ['--signed-by', folder.at('grace.pem')]
    const secret = await run('keys', 'enroll', 'grace', '--public-key', folder.at('grace.pem'))
    expect(secret).toMatchObject({ code: 2, stderr: expect.stringContaining('holds a private key') })
    expect(await run('keys', 'enroll', 'grace', '--public-key', folder.at('claims.csv'))).toMatchObject({
      code: 2,
    })
    expect((await enroll('grace')).stdout).toContain('the first key of all is trusted as it is')
    expect(await enroll('linus')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('enrollment_refused'),
    })
    await chmod(folder.at('grace.pem'), 0o644)
    const enrolled = await enroll('linus', ...asGrace)
    expect(enrolled).toMatchObject({ code: 0, stdout: expect.stringContaining('signed for by grace') })
    expect(enrolled.stderr).toContain('may be read by others')
    await chmod(folder.at('grace.pem'), 0o600)
    expect(json(await run('keys', 'list', '--json'))).toMatchObject({
      approvers: [{ name: 'grace' }, { name: 'linus', signed_by: 'grace' }],
    })
  })
})

describe('gates', () => {
  test('are shown without promoting, and a policy and evidence change them', async () => {
    const shown = await run('models', 'gates', 'fraud@1')
    expect(shown.stdout).toMatch(/^gate +limit +value +result +why$/m)
    expect(shown.stdout).toMatch(/^recall on test +>= 0\.85 +0\.\d+ +(passed|FAILED) /m)
    expect((await run('models', 'policy', 'fraud')).stdout).toContain('fraud demands 0 approvals')
    const require = ['--require', 'roc_auc on test >= 0.5', '--require', 'p99_latency_ms on test <= 50']
    expect(await run('models', 'policy', 'fraud', ...require)).toMatchObject({ code: 2 })
    expect(await run('models', 'policy', 'fraud', '--require', 'recal on test > 1', ...reason)).toMatchObject(
      { code: 2 },
    )
    expect(await run('models', 'policy', 'fraud', '--approvals', '1', ...require, ...reason)).toMatchObject({
      code: 0,
    })
    const refused = await run('models', 'promote', 'fraud@1', ...reason)
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('[promotion_refused]') })
    expect(refused.stdout).toMatch(/^p99_latency_ms on test +<= 50 +FAILED +there is no evidence/m)
    expect(refused.stdout).toMatch(/^roc_auc on test +>= 0\.5 +0\.\d+ +passed/m)
    const out = folder.at('evaluation')
    const evaluate = ['evaluate', '--model', 'fraud@1', '--out', out, '--data', folder.at('later.csv')]
    expect(await run(...evaluate)).toMatchObject({ code: 0 })
    const evidence = ['models', 'evidence', 'fraud@1', '--evaluation', `${out}/evaluation.json`]
    expect(await run(...evidence)).toMatchObject({ code: 0, stdout: expect.stringContaining('later.csv') })
    expect(await run(...evidence)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('already_exists'),
    })
    const own = ['models', 'evidence', 'fraud@1', '--evaluation', folder.at('bundle/evaluation.json')]
    expect(await run(...own)).toMatchObject({ code: 2, stderr: expect.stringContaining('evidence_refused') })
    expect((await run('models', 'gates', 'fraud@1')).stdout).toMatch(
      /^roc_auc on test .*the worst of 2 evaluations/m,
    )
  })

  test('approvals are signed by others than who registered, and an override promotes', async () => {
    const approve = (...more: readonly string[]): Promise<Ran> =>
      run('models', 'approve', 'fraud@1', '--key', folder.at('grace.pem'), ...reason, ...more)
    const own = await approve()
    expect(own).toMatchObject({ code: 1, stderr: expect.stringContaining('registered the version') })
    expect(await approve('--actor', 'grace', '--expires', '30 days')).toMatchObject({ code: 2 })
    expect((await approve('--actor', 'grace', '--expires', '30d')).stdout).toMatch(
      /^grace approved fraud@1, until/,
    )
    expect((await run('models', 'gates', 'fraud@1')).stdout).toMatch(
      /^approvals +>= 1 +1 +passed +approved by grace/m,
    )
    expect(await run('models', 'promote', 'fraud@1', '--override', ...reason)).toMatchObject({ code: 1 })
    expect(await approve('--actor', 'grace', '--override')).toMatchObject({ code: 0 })
    const promoted = await run('models', 'promote', 'fraud@1', '--override', ...reason)
    expect(promoted).toMatchObject({ code: 0, stderr: '' })
    expect(promoted.stdout).toMatch(/^p99_latency_ms on test +<= 50 +overridden/m)
    const history = await run('models', 'history', 'fraud')
    expect(history.code).toBe(0)
    expect(history.stdout).toMatch(/ promote +version 1 as champion, .*\(failing gates overridden\)$/m)
  })

  test('a weaker policy takes a second signature', async () => {
    await writeFile(folder.at('weak.json'), '{"format_version": 1}')
    const weaken = ['models', 'policy', 'fraud', '--file', folder.at('weak.json'), ...reason]
    expect(await run(...weaken)).toMatchObject({ code: 1, stderr: expect.stringContaining('policy_refused') })
    const sign = [
      'models',
      'approve',
      'fraud',
      '--policy',
      folder.at('weak.json'),
      '--key',
      folder.at('linus.pem'),
    ]
    expect(await run(...sign, ...reason, '--actor', 'linus')).toMatchObject({ code: 0 })
    expect((await run(...weaken)).stdout).toContain('fraud demands 0 approvals')
    await writeFile(
      folder.at('place.json'),
      '{"format_version": 1, "constraints": [{"metric": "recall", "on": "train", "operator": ">", "limit": 1}]}',
    )
    const place = await run('models', 'policy', 'fraud', '--file', folder.at('place.json'), ...reason)
    expect(place).toMatchObject({ code: 2, stderr: expect.stringContaining('must be "test", "out_of_time"') })
    await writeFile(folder.at('wrong.json'), '{"format_version": 1, "approvals": -1, "more": 1}')
    expect(
      await run('models', 'policy', 'fraud', '--file', folder.at('wrong.json'), ...reason),
    ).toMatchObject({ code: 2 })
  })

  test('a revoked key counts no more', async () => {
    const revoke = ['keys', 'revoke', 'grace', '--signed-by', folder.at('linus.pem'), ...reason]
    expect(await run(...revoke)).toMatchObject({ code: 0 })
    expect((await run('models', 'gates', 'fraud@1')).stdout).toMatch(
      /that of grace .* does not count: the key was revoked/,
    )
    const key = await readFile(folder.at('grace.pem'), 'utf8')
    expect(key).toContain('BEGIN PRIVATE KEY')
    const approve = [
      'models',
      'approve',
      'fraud@1',
      '--key',
      folder.at('grace.pem'),
      '--actor',
      'grace',
      ...reason,
    ]
    expect(await run(...approve)).toMatchObject({ code: 1, stderr: expect.stringContaining('revoked') })
  })
})
