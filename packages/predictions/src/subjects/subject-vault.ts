import { randomBytes, type KeyObject } from 'node:crypto'
import {
  ClaimsError,
  systemClock,
  type Clock,
  type Ledger,
  type SubjectKey,
  type SubjectKeyStore,
} from '@claims/contracts'
import { entityText } from '@claims/ingestion'
import { keyedHash, newDataKey, unwrapDataKey, type DataKey } from '../sealing/data-key.ts'
import type { MasterKey } from '../sealing/master-key.ts'
import { requireErasure } from './require-erasure.ts'

/** The row of the store that is nobody's: its key makes the hashes that subjects and idempotency keys are found by. */
const secretSubject = '0'.repeat(32)
const secretKind = 'secret'

/** Kind of a subject that stands for one prediction, since its row names nobody. */
const predictionKind = 'prediction'

/** Whom a row is about: kind and value of the id; null where the row names nobody. */
export type Identity = { readonly kind: string; readonly id: string } | null

/** Kind of the subjects whose ids stand in a column of this name, in whatever file. */
export function columnKind(column: string): string {
  return `column ${column}`
}

/** A subject with its keys. */
export interface OpenSubject {
  readonly subject: string
  readonly key: DataKey
}

/** What a vault is made of. */
export interface VaultParts {
  readonly store: SubjectKeyStore
  readonly master: MasterKey
  /** Whose sequence `_system` tells of erasures. */
  readonly ledger: Ledger
  readonly clock?: Clock | undefined
}

/** The keys of subjects, opened with the master key. Nothing is kept from call to call: a key that was erased is not used again. */
export class SubjectVault {
  readonly #store: SubjectKeyStore
  readonly #master: MasterKey
  readonly #clock: Clock
  readonly #secret: KeyObject
  readonly #ledger: Ledger

  private constructor({ store, master, ledger, clock = systemClock }: VaultParts, secret: KeyObject) {
    this.#store = store
    this.#master = master
    this.#clock = clock
    this.#secret = secret
    this.#ledger = ledger
  }

  /**
   * Opens the vault; the first one of a store makes its secret.
   *
   * @throws ClaimsError `wrong_master_key` where the keys of the store are under another one
   */
  static async open(parts: VaultParts): Promise<SubjectVault> {
    const { store, master, clock = systemClock } = parts
    const find = async (): Promise<SubjectKey | undefined> =>
      (await store.find({ subjects: [secretSubject] }))[0]
    let row = await find()
    if (row === undefined) {
      const { wrapped } = newDataKey(master, { subject: secretSubject, kind: secretKind, lookup: null })
      const made = {
        kind: secretKind,
        lookup: null,
        master: master.name,
        created_at: clock.now().toISOString(),
      }
      await store.add([{ subject: secretSubject, ...made, wrapped, destroyed_at: null }])
      row = await find()
    }
    if (row?.wrapped == null) throw new TypeError('The store of keys did not keep its secret')
    return new SubjectVault(parts, opened(master, row, row.wrapped).name)
  }

  /** Whether a store holds keys, so that its master key has to be there already. */
  static async isUsed(store: SubjectKeyStore): Promise<boolean> {
    return (await store.find({ subjects: [secretSubject] })).length > 0
  }

  /** Keyed hash of the key that a caller gave for a request, or a run. */
  idempotencyOf(key: string): string {
    return keyedHash(this.#secret, 'idempotency', key)
  }

  /** Subjects of rows, in their order, with keys that exist; those who are not known yet get one. */
  async subjectsOf(identities: readonly Identity[]): Promise<readonly OpenSubject[]> {
    const lookups = identities.map((identity) => (identity === null ? null : this.#lookup(identity)))
    const asked = [...new Set(lookups.filter((lookup) => lookup !== null))]
    const known = new Map<string, OpenSubject>()
    const take = async (some: readonly string[]): Promise<void> => {
      for (const row of await this.#store.find({ lookups: some }))
        if (row.lookup !== null && row.wrapped !== null)
          known.set(row.lookup, { subject: row.subject, key: opened(this.#master, row, row.wrapped) })
    }
    await take(asked)
    const rows: SubjectKey[] = []
    const add = (kind: string, lookup: string | null): OpenSubject => {
      const subject = randomBytes(16).toString('hex')
      const { key, wrapped } = newDataKey(this.#master, { subject, kind, lookup })
      const made = { master: this.#master.name, created_at: this.#clock.now().toISOString() }
      rows.push({ subject, kind, lookup, wrapped, ...made, destroyed_at: null })
      return { subject, key }
    }
    const added: string[] = []
    const result = identities.map((identity, i) => {
      const lookup = lookups[i] ?? null
      if (identity === null || lookup === null) return add(predictionKind, null)
      if (!known.has(lookup)) {
        known.set(lookup, add(identity.kind, lookup))
        added.push(lookup)
      }
      return null
    })
    if (rows.length > 0) {
      await this.#store.add(rows)
      // Somebody else may have added the same subject first.
      await take(added)
    }
    return result.map((own, i) => own ?? known.get(lookups[i]!)!)
  }

  /**
   * The keys of a subject.
   *
   * @throws ClaimsError `subject_erased` where it was destroyed; `damaged_record` where it is gone and the ledger tells of no
   *   erasure, or its row was changed; `unknown_subject`; `wrong_master_key`
   */
  async keyOf(subject: string): Promise<DataKey> {
    const [row] = await this.#store.find({ subjects: [subject] })
    if (row === undefined) throw unknownSubject(`the key of subject ${subject} is not in the database`)
    if (row.wrapped === null) {
      await requireErasure(this.#ledger, row)
      throw erased(row)
    }
    return opened(this.#master, row, row.wrapped)
  }

  /**
   * The subjects that an id names: one per kind that has it. Where nobody has it as it
   * was typed, it is taken as reading a file leaves it.
   *
   * @param column only of ids in this column
   * @throws ClaimsError `damaged_record` where the row of a key is that of somebody else, or was changed; `wrong_master_key`
   */
  async find(id: string, column?: string): Promise<readonly SubjectKey[]> {
    const kinds = (await this.#store.kinds()).filter(
      (kind) =>
        kind !== secretKind &&
        kind !== predictionKind &&
        (column === undefined || kind === columnKind(column)),
    )
    const asked = async (each: string): Promise<readonly SubjectKey[]> =>
      await this.#store.find({ lookups: kinds.map((kind) => this.#lookup({ kind, id: each })) })
    const exact = await asked(id)
    const rows = exact.length > 0 ? exact : await asked(entityText(id))
    // A key opens only for whom it was made: a row under the name of another person is told here.
    for (const row of rows) if (row.wrapped !== null) opened(this.#master, row, row.wrapped)
    return rows
  }

  #lookup({ kind, id }: NonNullable<Identity>): string {
    return keyedHash(this.#secret, 'subject', kind, id)
  }
}

function opened(master: MasterKey, row: SubjectKey, wrapped: Uint8Array): DataKey {
  if (row.master === master.name) return unwrapDataKey(master, row, wrapped)
  const problem = `has the name ${master.name}, and the keys in the database are under ${row.master}`
  throw new ClaimsError('wrong_master_key', `The master key ${problem}`, {
    problems: [{ field: 'master_key', problem, allowed: 'the key that the records were sealed under' }],
  })
}

function erased({ subject, destroyed_at }: SubjectKey): ClaimsError {
  const problem = `was erased at ${destroyed_at ?? 'an unknown time'}`
  return new ClaimsError('subject_erased', `The personal data of subject ${subject} ${problem}`, {
    problems: [{ field: 'subject', problem, allowed: 'a record whose key exists' }],
  })
}

/** Nobody is known under an id. */
export function unknownSubject(problem: string): ClaimsError {
  return new ClaimsError('unknown_subject', `No records are known: ${problem}`, {
    problems: [{ field: 'subject', problem, allowed: 'an id that records were made under' }],
  })
}
