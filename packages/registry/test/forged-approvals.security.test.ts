import { emptyLedger } from '@claims/contracts'
import { chainLines } from '@claims/contracts/chain'
import { exampleBundle, exampleEvaluation } from '@claims/contracts/example'
import { sha256 } from '@claims/contracts/files'
import { beforeEach, describe, expect, test } from '@jest/globals'
import {
  LedgerModelRegistry,
  newKeyPair,
  noPolicy,
  parseSigningKey,
  signApproval,
  type ApprovalDetails,
} from '@claims/registry'
import { TestPerson } from '@claims/registry/testing'
import { MemoryArtifactStore, MemoryLedger } from './memory-ports.ts'

/** Somebody who can write to the database, chain included, and has no approver's key. */
describe('who can write to the ledger', () => {
  const change = { actor: 'mallory', reason: 'a test' }
  const approval = { name: 'fraud', version: '1' }
  let ledger: MemoryLedger
  let registry: LedgerModelRegistry
  let grace: TestPerson
  beforeEach(async () => {
    ledger = new MemoryLedger()
    registry = new LedgerModelRegistry({ ledger, artifacts: new MemoryArtifactStore() })
    await registry.register('fraud', exampleBundle(), { actor: 'ada' })
    await registry.gates.setPolicy('fraud', { ...noPolicy, approvals: 1 }, { ...change, actor: 'ada' })
    grace = await TestPerson.enroll(registry, 'grace')
  })

  async function append(name: string, ...objects: readonly object[]): Promise<void> {
    const last = (await ledger.read(name)).at(-1)
    const after = last === undefined ? emptyLedger : sha256(last)
    expect(await ledger.append(name, after, chainLines(objects, after))).toBe(true)
  }

  test('makes up no approval: it does not count, and its line is named', async () => {
    const { privateKey } = newKeyPair()
    const own = parseSigningKey(privateKey, 'mallory')
    const statement = await registry.gates.draftApproval('fraud', {
      ...{ kind: 'approval', version: '1', key: grace.key, reason: 'fine' },
    })
    const [line] = await ledger.read('fraud')
    const registration = JSON.parse(line ?? '') as object
    const details = signApproval(statement, own)
    const forged = { ...registration, actor: 'grace', action: 'approve', details }
    await append('fraud', forged)
    await expect(registry.promote('fraud', '1', change)).rejects.toMatchObject({
      code: 'promotion_refused',
      message: expect.stringContaining('it is not what grace signed'),
    })
    expect(await registry.gates.verifyApprovals('fraud')).toEqual([
      { position: 3, approver: 'grace', problem: 'it is not what grace signed' },
    ])
  })

  test('makes no signature serve twice, with a copy of its line or through the port', async () => {
    await registry.gates.setPolicy('fraud', { ...noPolicy, approvals: 1 }, change)
    const weaker = { name: 'fraud', kind: 'policy', policy: noPolicy } as const
    const { details } = await grace.approve(weaker)
    const again = details as ApprovalDetails
    const copy = JSON.parse((await ledger.read('fraud')).at(-1) ?? '') as object
    await registry.gates.setPolicy('fraud', noPolicy, change)
    await registry.gates.setPolicy('fraud', { ...noPolicy, approvals: 1 }, change)
    await expect(registry.gates.approve('fraud', again, change)).rejects.toMatchObject({
      code: 'approval_refused',
      message: expect.stringContaining('it repeats what was signed at line 4'),
    })
    await append('fraud', copy)
    await expect(registry.gates.setPolicy('fraud', noPolicy, change)).rejects.toMatchObject({
      code: 'policy_refused',
    })
    expect(await registry.gates.verifyApprovals('fraud')).toMatchObject([
      { position: 4, problem: null },
      { position: 7, problem: 'it repeats what was signed at line 4' },
    ])
  })

  test('holds no signature back until the policy that its signer saw was changed', async () => {
    const kind = { kind: 'policy', policy: noPolicy, key: grace.key, reason: 'fine' } as const
    const held = signApproval(await registry.gates.draftApproval('fraud', kind), grace.key)
    await registry.gates.setPolicy('fraud', { ...noPolicy, approvals: 2 }, change)
    await registry.gates.approve('fraud', held, { ...change, actor: 'grace' })
    await expect(registry.gates.setPolicy('fraud', noPolicy, change)).rejects.toMatchObject({
      code: 'policy_refused',
    })
  })

  test.each(['copied', 'held back'])(
    'makes no override that was %s serve a second promotion',
    async (how) => {
      const manifest = { promotable: false, evaluation: exampleEvaluation() }
      await registry.register('motor', exampleBundle(manifest), { actor: 'ada' })
      const draft = { kind: 'override', version: '1', key: grace.key, reason: 'fine' } as const
      const held = signApproval(await registry.gates.draftApproval('motor', draft), grace.key)
      await grace.approve({ name: 'motor', version: '1', kind: 'override' })
      const copy = JSON.parse((await ledger.read('motor')).at(-1) ?? '') as object
      await registry.promote('motor', '1', { ...change, override: true })
      if (how === 'copied') await append('motor', copy)
      else await registry.gates.approve('motor', held, { ...change, actor: 'grace' })
      await expect(registry.promote('motor', '1', { ...change, override: true })).rejects.toMatchObject({
        code: 'promotion_refused',
        message: expect.stringContaining(how === 'copied' ? 'it repeats' : 'before the promotion of line 3'),
      })
    },
  )

  test('enrolls no key of another person, and replays no line that was signed for', async () => {
    const lines = await ledger.read('_approvers')
    await append('_approvers', JSON.parse(lines[0] ?? '') as object)
    await expect(registry.approvers.list()).rejects.toMatchObject({
      code: 'damaged_bundle',
      problems: [{ field: 'line 2', problem: 'does not follow the last line of the ledger of approvers' }],
    })
    await expect(registry.promote('fraud', '1', change)).rejects.toMatchObject({ code: 'damaged_bundle' })
    await expect(grace.approve(approval)).rejects.toMatchObject({ code: 'damaged_bundle' })
  })

  test('takes no approval over to another model of the same bundle', async () => {
    await registry.register('motor', exampleBundle(), { actor: 'ada' })
    await registry.gates.setPolicy('motor', { ...noPolicy, approvals: 1 }, { ...change, actor: 'ada' })
    const { details } = await grace.approve(approval)
    const [line] = await ledger.read('motor')
    await append('motor', {
      ...(JSON.parse(line ?? '') as object),
      actor: 'grace',
      action: 'approve',
      details,
    })
    await expect(registry.promote('motor', '1', change)).rejects.toMatchObject({
      message: expect.stringContaining('it is for the model fraud'),
    })
    await registry.promote('fraud', '1', change)
  })
})
