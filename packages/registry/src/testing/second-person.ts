import { newKeyPair, parseSigningKey, type SigningKey } from '../approvals/key-pair.ts'
import { signApproval } from '../approvals/sign-approval.ts'
import type { ApprovalKind } from '../history/details/approval-details.ts'
import type { PromotionPolicy } from '../history/details/policy-details.ts'
import type { HistoryEntry } from '../history/history-entry.ts'
import type { ModelRegistry, Promotion } from '../model-registry.ts'

/** What a person of a test approves. */
export interface TestApproval {
  /** Name of the model. */
  readonly name: string
  readonly kind?: ApprovalKind
  readonly version?: string
  readonly policy?: PromotionPolicy
  readonly validityDays?: number
  /** Who hands it in; the person where absent. */
  readonly actor?: string
}

/** A person with an enrolled key, for tests of what needs four eyes. */
export class TestPerson {
  readonly name: string
  readonly key: SigningKey
  readonly #registry: ModelRegistry

  private constructor(registry: ModelRegistry, name: string, key: SigningKey) {
    this.#registry = registry
    this.name = name
    this.key = key
  }

  /**
   * Makes a key for a person and enrolls it.
   *
   * @param registry whose approvers the person joins
   * @param name of the person
   * @param signedBy who is enrolled already; absent for the first one
   */
  static async enroll(registry: ModelRegistry, name: string, signedBy?: TestPerson): Promise<TestPerson> {
    const { privateKey } = newKeyPair()
    const key = parseSigningKey(privateKey, name)
    const change = { actor: signedBy?.name ?? name, reason: 'a test' }
    await registry.approvers.enroll({ ...change, name, publicKey: key, signWith: signedBy?.key })
    return new TestPerson(registry, name, key)
  }

  /** Signs an approval and hands it in. */
  async approve({ name, kind = 'approval', actor, ...what }: TestApproval): Promise<HistoryEntry> {
    const reason = `${this.name} looked at it`
    const { gates } = this.#registry
    const statement = await gates.draftApproval(name, { ...what, kind, key: this.key, reason })
    return await gates.approve(name, signApproval(statement, this.key), { actor: actor ?? this.name, reason })
  }

  /** Signs an override of a version, which somebody else then promotes by it. */
  async promoteWith(name: string, version: string, promotion: Promotion): Promise<HistoryEntry> {
    await this.approve({ name, version, kind: 'override' })
    return await this.#registry.promote(name, version, { ...promotion, override: true })
  }
}
