import { expect, test } from '@jest/globals'
import { ClaimsError } from '@claims/contracts'
import {
  decide,
  RecordedRefusal,
  replayHistory,
  type HistoryEntry,
  type RegistryCommand,
} from '@claims/registry'
import fc from 'fast-check'
import { noApprovers } from '../src/approvals/approver-state.ts'
import { planRetention } from '../src/rules/plan-retention.ts'
import { usualRetention } from '../src/rules/reasons-to-keep.ts'

const now = new Date('2026-03-01T12:00:00Z')
const ada = { actor: 'ada', reason: 'a test' }
const headline = { roc_auc: 0.8, roc_auc_lower: 0.7, roc_auc_upper: 0.9, promotable: true, reasons: [] }
const gates = { headline, constraints: {}, evidence: undefined, approvers: noApprovers }
const versions = 25

const version = fc.integer({ min: 1, max: versions }).map(String)
const command: fc.Arbitrary<RegistryCommand> = fc.oneof(
  {
    weight: 4,
    arbitrary: version.map((one) => ({ kind: 'promote', version: one, override: false, ...ada }) as const),
  },
  version.map((one) => ({ kind: 'set_alias', alias: 'shadow', version: one, ...ada }) as const),
  fc.constant({ kind: 'remove_alias', alias: 'shadow', ...ada } as const),
  fc.constant({ kind: 'rollback', ...ada } as const),
)

/** Follows commands; what is refused adds nothing. */
function historyOf(commands: readonly RegistryCommand[]): HistoryEntry[] {
  const entries: HistoryEntry[] = []
  for (const one of commands) {
    const decided = decide(replayHistory(entries), one, { name: 'fraud', now, gates })
    if (decided instanceof ClaimsError || decided instanceof RecordedRefusal) continue
    entries.push(...decided.map((said) => ({ ...said, previous_sha256: '' })))
  }
  return entries
}

const registrations = Array.from({ length: versions }, (_, i): RegistryCommand => {
  return { kind: 'register', manifestSha256: `hash ${String(i + 1)}`, actor: 'ada', notes: '' }
})

test('retention deletes nothing that a single deletion refuses', () => {
  let deleted = 0
  fc.assert(
    fc.property(
      fc.array(command, { maxLength: 40 }),
      fc.integer({ min: 1, max: 15 }),
      fc.array(version, { maxLength: 3 }),
      (commands, keep, named) => {
        const state = replayHistory(historyOf([...registrations, ...commands]))
        const namedBy = new Map(named.map((one) => [`hash ${one}`, 'a prediction']))
        const facts = { name: 'fraud', now, namedBy }
        for (const { version: one } of planRetention(state, { ...facts, keep }).deletes) {
          const single = { kind: 'delete', versions: [one], retention: usualRetention, ...ada } as const
          expect(decide(state, single, facts)).not.toBeInstanceOf(ClaimsError)
          deleted += 1
        }
      },
    ),
  )
  expect(deleted).toBeGreaterThan(0)
})
