import { setTimeout as wait } from 'node:timers/promises'
import { ClaimsError, type Clock, type Ledger } from '@claims/contracts'
import { chainLines } from '@claims/contracts/chain'
import { sha256 } from '@claims/contracts/files'
import { requireFilled } from '../rules/require-text.ts'
import type { Change } from '../rules/registry-command.ts'
import { approverEntrySchema, type EnrollmentStatement } from './approver-entry.ts'
import {
  enrollmentProblem,
  keyOfPerson,
  withApproverEntry,
  type ApproverState,
  type EnrolledKey,
} from './approver-state.ts'
import type { Approver, Approvers, Enrollment, Revocation } from './approvers.ts'
import type { PublicKey, SigningKey } from './key-pair.ts'
import { requirePerson } from './person.ts'
import { readApprovers } from './read-approvers.ts'
import { signStatement } from './signature.ts'

/** Name of the ledger of approvers. */
export const ledgerName = '_approvers'

/** How often a line is written anew because somebody else's came first. */
const attempts = 100

interface Line extends Change {
  readonly kind: EnrollmentStatement['kind']
  readonly name: string
  readonly signWith?: SigningKey | undefined
  /** The key that it is about. */
  readonly keyIn: (state: ApproverState) => PublicKey
}

/** The approvers in a ledger of chained lines. */
export class LedgerApprovers implements Approvers {
  readonly #ledger: Ledger
  readonly #clock: Clock

  constructor({ ledger, clock }: { readonly ledger: Ledger; readonly clock: Clock }) {
    this.#ledger = ledger
    this.#clock = clock
  }

  /** What the ledger adds up to now. */
  async state(): Promise<ApproverState> {
    return readApprovers(await this.#ledger.read(ledgerName))
  }

  async list(): Promise<readonly Approver[]> {
    return [...(await this.state()).keys.values()].map(approverOf)
  }

  async enroll({ publicKey, ...rest }: Enrollment): Promise<Approver> {
    requirePerson(rest.name)
    return await this.#append({ ...rest, kind: 'enroll', keyIn: () => publicKey })
  }

  async revoke(revocation: Revocation): Promise<Approver> {
    const { name } = revocation
    const keyIn = (state: ApproverState): PublicKey => {
      const known = keyOfPerson(state, name)
      if (known === null)
        throw refused(`revocation of ${name}'s key`, `names ${name}, who has no key that counts`)
      return known.key
    }
    return await this.#append({ ...revocation, kind: 'revoke', keyIn })
  }

  async #append({ kind, name, reason, actor, actorSource, signWith, keyIn }: Line): Promise<Approver> {
    requireFilled('actor', actor)
    requireFilled('reason', reason)
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const state = await this.state()
      const { keyId, base64 } = keyIn(state)
      const time = this.#clock.now().toISOString()
      const statement: EnrollmentStatement = {
        ...{ format_version: 1, kind, name, key_id: keyId, public_key: base64 },
        ...{ signer_key_id: signWith?.keyId ?? null, reason, signed_at: time, seen: state.last },
      }
      const signature = signWith === undefined ? null : signStatement(statement, signWith)
      const problem =
        enrollmentProblem(state, { statement, signature }) ?? samePersonProblem(state, statement)
      const what = kind === 'enroll' ? `enrollment of ${name}` : `revocation of ${name}'s key`
      if (problem !== null) throw refused(what, problem)
      const facts = { time, actor, actor_source: actorSource, statement, signature }
      const [line = ''] = chainLines([facts], state.last.sha256)
      if (await this.#ledger.append(ledgerName, state.last.sha256, [line])) {
        const entry = approverEntrySchema.parse(JSON.parse(line))
        const enrolled = withApproverEntry(state, entry, sha256(line)).keys.get(keyId)
        if (enrolled === undefined) throw new TypeError('A line that was appended names its key')
        return approverOf(enrolled)
      }
      await wait(Math.random() * Math.min(50, attempt))
    }
    throw new ClaimsError('overloaded', 'The ledger of approvers is changed by others all the time')
  }
}

/** Why an enrollment is of a person who has a key, by a name that is not spelled alike; lines of earlier products may be. */
function samePersonProblem(state: ApproverState, { kind, name }: EnrollmentStatement): string | null {
  const known = kind === 'enroll' ? keyOfPerson(state, name) : null
  return known === null ? null : `names ${known.name}, who has a key; one person has one key at a time`
}

function approverOf({ name, key, enrolledAt, signedBy, revoked }: EnrolledKey): Approver {
  return {
    ...{ name, key_id: key.keyId, enrolled_at: enrolledAt, signed_by: signedBy },
    ...{ revoked_at: revoked?.at ?? null, revoked_because: revoked?.reason ?? null },
  }
}

function refused(what: string, problem: string): ClaimsError {
  return new ClaimsError('enrollment_refused', `The ${what} ${problem}`, {
    problems: [
      {
        field: 'name',
        problem,
        allowed:
          'one key a person, signed for by another person who is enrolled; the first one of all by nobody',
      },
    ],
  })
}
