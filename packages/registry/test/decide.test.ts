import { describe, expect, test } from '@jest/globals'
import { ClaimsError } from '@claims/contracts'
import {
  decide,
  detailsOf,
  RecordedRefusal,
  replayHistory,
  type GateFacts,
  type HistoryEntry,
  type RegistryCommand,
} from '@claims/registry'
import { noApprovers } from '../src/approvals/approver-state.ts'
import { exampleBundle } from '@claims/contracts/example'
import type { ApprovalStatement } from '../src/history/details/approval-details.ts'
import { registrationDetails } from '../src/history/details/registration-details.ts'
import { reasonsToKeep } from '../src/rules/reasons-to-keep.ts'
import { chainEntries, readHistory } from '../src/history/history-chain.ts'

const now = new Date('2026-03-01T12:00:00Z')
const ada = { actor: 'ada', reason: 'a test' }
const headline = { roc_auc: 0.8, roc_auc_lower: 0.7, roc_auc_upper: 0.9, promotable: true, reasons: [] }
const facts = (of: GateFacts['headline'] = headline): { name: string; now: Date; gates: GateFacts } => ({
  ...{ name: 'fraud', now },
  gates: { headline: of, constraints: {}, evidence: undefined, approvers: noApprovers },
})
const poor = { ...headline, promotable: false, reasons: ['Recall is low.', 'It saves nothing.'] }

/** Follows commands from an empty history; what is refused is thrown. */
function after(...commands: readonly RegistryCommand[]): HistoryEntry[] {
  let entries: HistoryEntry[] = []
  for (const command of commands) {
    const decided = decide(replayHistory(entries), command, facts())
    if (decided instanceof ClaimsError) throw decided
    if (decided instanceof RecordedRefusal) throw decided.refusal
    entries = [...entries, ...decided.map((said) => ({ ...said, previous_sha256: '' }))]
  }
  return entries
}

const register = (n: number): RegistryCommand => ({
  kind: 'register',
  manifestSha256: `hash ${String(n)}`,
  actor: 'ada',
  notes: `note ${String(n)}`,
})
const promote = (version: string): RegistryCommand => ({ kind: 'promote', version, override: false, ...ada })
const three = [register(1), register(2), register(3)]

describe('decide', () => {
  test('numbers versions in order and says which bundle each is', () => {
    expect(after(...three).at(-1)).toMatchObject({
      ...{ action: 'register', version: '3', manifest_sha256: 'hash 3', reason: 'note 3', alias: null },
      ...{ time: '2026-03-01T12:00:00.000Z', previous: null, override: false },
    })
  })

  test('says where an alias pointed before, and the bundle that it points at', () => {
    const entries = after(...three, promote('1'), promote('3'))
    expect(entries.at(-1)).toMatchObject({
      ...{ action: 'promote', alias: 'champion', version: '3', previous: '1', manifest_sha256: 'hash 3' },
    })
  })

  test('goes back one champion a rollback, past champions that were said twice', () => {
    const rollback: RegistryCommand = { kind: 'rollback', ...ada }
    const entries = after(
      ...three,
      promote('1'),
      promote('2'),
      promote('3'),
      promote('3'),
      rollback,
      rollback,
    )
    expect(entries.slice(-2)).toMatchObject([
      { action: 'rollback', version: '2', previous: '3' },
      { action: 'rollback', version: '1', previous: '2' },
    ])
  })

  const champions = [...three, promote('1'), promote('2')]
  test.each<[string, RegistryCommand, readonly RegistryCommand[], string]>([
    ['a version that is not there', promote('4'), three, 'unknown_version'],
    ['a model that is not there', promote('1'), [], 'unknown_model'],
    ['an empty reason', { ...promote('1'), reason: ' ' } as RegistryCommand, three, 'invalid_parameter'],
    ['an empty actor', { ...promote('1'), actor: '' }, three, 'invalid_parameter'],
    [
      'the champion by hand',
      { kind: 'set_alias', alias: 'champion', version: '1', ...ada },
      three,
      'invalid_parameter',
    ],
    [
      'an alias that is elsewhere',
      { kind: 'set_alias', alias: 'shadow', version: '1', expected: '2', ...ada },
      three,
      'alias_conflict',
    ],
    [
      'a rollback of another champion than expected',
      { kind: 'rollback', expected: '3', ...ada },
      champions,
      'alias_conflict',
    ],
    ['a rollback of no champion', { kind: 'rollback', expected: '2', ...ada }, three, 'alias_conflict'],
    ['a rollback before the first champion', { kind: 'rollback', ...ada }, three, 'unknown_alias'],
    ['a rollback of nothing', { kind: 'rollback', ...ada }, [], 'unknown_model'],
  ])('refuses %s', (_, command, before, code) => {
    const state = replayHistory(after(...before))
    expect(decide(state, command, facts())).toMatchObject({ code })
  })

  test('a promotion that is refused names each reason', () => {
    const decided = decide(replayHistory(after(...three)), promote('1'), facts(poor))
    expect(decided).toMatchObject({
      entries: [{ action: 'promote_refused', version: '1', alias: null, previous: null, actor: 'ada' }],
      refusal: {
        code: 'promotion_refused',
        problems: [{ problem: 'Recall is low.' }, { problem: 'It saves nothing.' }],
      },
    })
  })

  test('an override is not recorded where it was not needed', () => {
    const command: RegistryCommand = { kind: 'promote', version: '1', override: true, ...ada }
    const decided = decide(replayHistory(after(...three)), command, facts())
    expect(decided).toMatchObject([{ action: 'promote', override: false }])
  })

  test('a line of an action holds the details of this action; others are left out or of a newer product', () => {
    const [fact] = after(register(1)).map(({ previous_sha256: _, ...rest }) => rest)
    const details = registrationDetails(exampleBundle().manifest)
    const line = (more: object): string =>
      JSON.stringify({ ...fact, ...more, previous_sha256: '0'.repeat(64) })
    const entryOf = (more: object): HistoryEntry => readHistory('fraud', [line(more)]).entries[0]!
    expect(detailsOf(entryOf({}), 'register')).toBeUndefined()
    expect(detailsOf(entryOf({ details: { ...details, added: 'by a newer product' } }), 'register')).toEqual(
      details,
    )
    // The manifest says it then.
    expect(detailsOf(entryOf({ details: { model: 1 } }), 'register')).toBeUndefined()
    expect(entryOf({ action: 'rollback', details: { added: 1 } }).details).toBeUndefined()
    for (const unknown of [
      { action: 'tag' },
      { action: 'tag', details: { set: [['only a key']], removed: [] } },
      { action: 'describe', details: null },
    ])
      expect(() => entryOf(unknown)).toThrow(expect.objectContaining({ code: 'unsupported_format_version' }))
  })

  test('an approval that was not used keeps its version, until it expires or the version is promoted', () => {
    const approval = (expires: string | null): HistoryEntry => {
      const statement: ApprovalStatement = {
        ...{ format_version: 1, kind: 'approval', model: 'fraud', version: '1', manifest_sha256: 'hash 1' },
        ...{ policy_sha256: null, approver: 'grace', key_id: '', reason: '', signed_at: now.toISOString() },
        ...{ expires_at: expires, seen: { position: 1, sha256: '' } },
      }
      const details = { statement, signature: '' }
      return { ...after(register(1)).at(-1)!, action: 'approve', actor: 'grace', version: '1', details }
    }
    const retention = { keep: 1, of: 'every alias' } as const
    const reasons = (entries: readonly HistoryEntry[]): readonly string[] =>
      reasonsToKeep(replayHistory(entries), '1', { retention, now }).map(({ kind }) => kind)
    const two = after(register(1), register(2))
    expect(reasons(two)).toEqual([])
    expect(reasons([...two, approval(null)])).toEqual(['approval'])
    expect(reasons([...two, approval('2026-03-01T12:00:01Z')])).toEqual(['approval'])
    expect(reasons([...two, approval('2026-03-01T12:00:00Z')])).toEqual([])
    const promoted = { ...after(...three, promote('1')).at(-1)!, alias: null }
    expect(reasons([...two, approval(null), promoted])).toEqual([])
  })

  test('several entries are chained one to the next, and a line that was taken out is noticed', () => {
    const facts = after(...three, promote('1')).map(({ previous_sha256: _, ...rest }) => rest)
    const { lines, entries } = chainEntries(facts, '0'.repeat(64))
    expect(readHistory('fraud', lines).entries).toEqual(entries)
    expect(() => readHistory('fraud', [lines[0]!, lines[2]!, lines[3]!])).toThrow(
      expect.objectContaining({
        code: 'damaged_bundle',
        problems: [expect.objectContaining({ field: 'line 2' })],
      }),
    )
  })
})
