import { ClaimsError, emptyLedger, type Manifest } from '@claims/contracts'
import { describe, expect, test } from '@jest/globals'
import {
  decide,
  detailsOf,
  newKeyPair,
  noPolicy,
  parseSigningKey,
  RecordedRefusal,
  replayHistory,
  signApproval,
  type ApprovalStatement,
  type Decision,
  type EvidenceDetails,
  type GateFacts,
  type HistoryEntry,
  type PromotionPolicy,
  type RegistryCommand,
  type SigningKey,
} from '@claims/registry'
import { sha256 } from '@claims/contracts/files'
import fc from 'fast-check'
import { noApprovers, type ApproverState } from '../src/approvals/approver-state.ts'
import { chainEntries } from '../src/history/history-chain.ts'

const people = ['ada', 'pat', 'grace', 'linus'] as const
type Person = (typeof people)[number]
const keys = Object.fromEntries(
  people.map((name) => [name, parseSigningKey(newKeyPair().privateKey, name)]),
) as Record<Person, SigningKey>
const approvers: ApproverState = {
  ...noApprovers,
  keys: new Map(
    people.map((name) => {
      const key = keys[name]
      return [key.keyId, { name, key, enrolledAt: '2026-01-01T00:00:00.000Z', signedBy: null, revoked: null }]
    }),
  ),
}
const start = Date.UTC(2026, 0, 1)

/** Something that one person does. */
type Step =
  | { readonly kind: 'policy'; readonly approvals: number; readonly limit: number | null }
  | { readonly kind: 'evidence'; readonly recall: number; readonly known: boolean }
  | {
      readonly kind: 'approve'
      readonly by: Person
      readonly handedInBy: Person
      readonly override: boolean
      readonly days: number | null
    }
  | { readonly kind: 'promote'; readonly by: Person; readonly override: boolean }
  | { readonly kind: 'wait'; readonly days: number }

const person = fc.constantFrom(...people)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('policy' as const),
    approvals: fc.integer({ min: 0, max: 2 }),
    limit: fc.option(fc.constantFrom(0.5, 0.7)),
  }),
  fc.record({
    kind: fc.constant('evidence' as const),
    recall: fc.constantFrom(0.4, 0.6, 0.8),
    known: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('approve' as const),
    ...{ by: person, handedInBy: person, override: fc.boolean() },
    days: fc.option(fc.constantFrom(1, 10)),
  }),
  fc.record({ kind: fc.constant('promote' as const), by: person, override: fc.boolean() }),
  fc.record({ kind: fc.constant('wait' as const), days: fc.constantFrom(1, 5) }),
)
const headline: Manifest['headline'] = {
  ...{ roc_auc: 0.8, roc_auc_lower: 0.7, roc_auc_upper: 0.9, promotable: true, reasons: [] },
}

/** A world of one version that ada registered, and what happened in it. */
class World {
  entries: HistoryEntry[] = []
  last = emptyLedger
  now = start
  readonly promotable: boolean

  constructor(promotable: boolean) {
    this.promotable = promotable
    this.#decide({ kind: 'register', manifestSha256: 'm', actor: 'ada', notes: '' })
  }

  take(step_: Step): Decision | null {
    const reason = 'a test'
    this.now += 60_000
    switch (step_.kind) {
      case 'wait':
        this.now += step_.days * 86_400_000
        return null
      case 'policy': {
        const constraints: PromotionPolicy['constraints'] =
          step_.limit === null ? [] : [{ metric: 'recall', on: 'test', operator: '>=', limit: step_.limit }]
        const policy = { ...noPolicy, approvals: step_.approvals, constraints }
        return this.#decide({ kind: 'set_policy', policy, actor: 'pat', reason })
      }
      case 'evidence':
        return this.#decide({
          kind: 'add_evidence',
          version: '1',
          evidence: this.#evidence(step_),
          actor: 'pat',
          reason,
        })
      case 'approve': {
        const statement: ApprovalStatement = {
          ...{
            format_version: 1,
            kind: step_.override ? 'override' : 'approval',
            model: 'fraud',
            version: '1',
          },
          ...{
            manifest_sha256: 'm',
            policy_sha256: null,
            approver: step_.by,
            key_id: keys[step_.by].keyId,
            reason,
          },
          signed_at: new Date(this.now).toISOString(),
          expires_at: step_.days === null ? null : new Date(this.now + step_.days * 86_400_000).toISOString(),
          seen: { position: this.entries.length, sha256: this.last },
        }
        const approval = signApproval(statement, keys[step_.by])
        return this.#decide({ kind: 'approve', approval, actor: step_.handedInBy, reason })
      }
      case 'promote':
        return this.#decide({
          kind: 'promote',
          version: '1',
          override: step_.override,
          actor: step_.by,
          reason,
        })
    }
  }

  #evidence({ recall, known }: { readonly recall: number; readonly known: boolean }): EvidenceDetails {
    const metric = { value: recall, lower: null, upper: null }
    return {
      ...{
        evaluation_sha256: String(this.entries.length),
        data_sha256: null,
        measured_on: 'file',
        source: 'x',
      },
      ...{ discounted: known ? 'known rows' : null, reasons: [], leaks: [], left_out: 0 },
      sets: [{ on: 'test', rows: 10, positives: 5, metrics: { recall: metric } }],
    }
  }

  #decide(command: RegistryCommand): Decision {
    const reasons = this.promotable ? [] : ['It saves nothing.']
    const gates: GateFacts = {
      headline: { ...headline, promotable: this.promotable, reasons },
      ...{ constraints: {}, evidence: undefined, approvers },
    }
    const facts = { name: 'fraud', now: new Date(this.now), gates, approvers, lastSha256: this.last }
    const decided = decide(replayHistory(this.entries), command, facts)
    if (decided instanceof ClaimsError) return decided
    const added = decided instanceof RecordedRefusal ? decided.entries : decided
    const { entries, lines } = chainEntries(added, this.last)
    this.entries = [...this.entries, ...entries]
    this.last = replayHistoryHead(lines) ?? this.last
    return decided
  }
}

/** What speaks for the promotion at the end of a history, found without the rules. */
function oracle({ entries, promotable }: World): {
  readonly met: boolean
  readonly approved: boolean
  readonly overridden: boolean
} {
  const before = entries.slice(0, -1)
  const promotion = entries.at(-1)!
  const at = Date.parse(promotion.time)
  const policyAt = before.findLastIndex(({ action }) => action === 'set_policy')
  const policy = policyAt === -1 ? noPolicy : detailsOf(before[policyAt]!, 'set_policy')!.policy
  const evidence = before.flatMap((entry) => detailsOf(entry, 'add_evidence') ?? [])
  const recalls = evidence
    .filter(({ discounted }) => discounted === null)
    .map(({ sets }) => sets[0]!.metrics['recall']!.value)
  const met =
    promotable &&
    policy.constraints.every(({ limit }) => recalls.length > 0 && recalls.every((value) => value >= limit))
  const valid = before.flatMap((entry, i) => {
    const statement = detailsOf(entry, 'approve')?.statement
    if (statement === undefined || entry.actor === 'ada' || statement.approver === 'ada') return []
    if (statement.expires_at !== null && Date.parse(statement.expires_at) <= at) return []
    return [{ i, statement }]
  })
  const who = new Set(valid.map(({ statement }) => statement.approver))
  const counted = who.size === 1 && who.has(promotion.actor) ? 0 : who.size
  const lastUse = before.findLastIndex(({ action, override }) => action === 'promote' && override)
  const lastEvidence = before.findLastIndex(({ action }) => action === 'add_evidence')
  const overridden = valid.some(
    ({ i, statement }) =>
      statement.kind === 'override' &&
      statement.approver !== promotion.actor &&
      i > Math.max(lastUse, lastEvidence, policyAt),
  )
  return { met, approved: counted >= policy.approvals, overridden }
}

function replayHistoryHead(lines: readonly string[]): string | undefined {
  const line = lines.at(-1)
  return line === undefined ? undefined : sha256(line)
}

describe('a promotion', () => {
  test('is made exactly where every gate is passed, or a second person overrides what fails', () => {
    let [made, overridden, refused] = [0, 0, 0]
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), fc.boolean(), (steps, promotable) => {
        const world = new World(promotable)
        for (const each of steps) {
          const decided = world.take(each)
          if (each.kind !== 'promote') continue
          const { met, approved, overridden: second } = oracle(world)
          const passes = approved && (met || (each.override && second))
          const entry = world.entries.at(-1)!
          expect([entry.action, entry.override]).toEqual([
            passes ? 'promote' : 'promote_refused',
            passes && !met,
          ])
          expect(decided instanceof RecordedRefusal).toBe(!passes)
          const rows = (detailsOf(entry, 'promote') ?? detailsOf(entry, 'promote_refused'))!.gates
          expect(rows.every((row) => row.passed || row.overridden)).toBe(passes)
          if (!passes) refused += 1
          else if (met) made += 1
          else overridden += 1
        }
      }),
      { numRuns: 300 },
    )
    // Else the property says little.
    expect(Math.min(made, overridden, refused)).toBeGreaterThan(0)
  })
})
