import type { DestroyOptions, KeyDestruction, SubjectKey, SubjectKeyStore } from '@claims/contracts'
import type { Database } from '../database.ts'
import { transaction } from '../transaction.ts'
import { destroyKeys } from './destroy-keys.ts'
import { removeTraces } from './remove-traces.ts'

/** Most values of a statement that asks, and rows of one that writes. */
const [askedAtOnce, rowsAtOnce] = [2_000, 1_000]

/** Wrapped keys in the table `subject_keys`. */
export class DatabaseSubjectKeyStore implements SubjectKeyStore {
  readonly #database: Database

  /** @param database migrated; closed by who opened it */
  constructor(database: Database) {
    this.#database = database
  }

  async find(
    wanted: { readonly lookups: readonly string[] } | { readonly subjects: readonly string[] },
  ): Promise<readonly SubjectKey[]> {
    const [column, values] =
      'lookups' in wanted ? (['lookup', wanted.lookups] as const) : (['subject', wanted.subjects] as const)
    const found: SubjectKey[] = []
    for (let i = 0; i < values.length; i += askedAtOnce)
      found.push(
        ...(await this.#database.kysely
          .selectFrom('subject_keys')
          .selectAll()
          .where(column, 'in', values.slice(i, i + askedAtOnce))
          .execute()),
      )
    return found
  }

  async kinds(): Promise<readonly string[]> {
    const rows = await this.#database.kysely
      .selectFrom('subject_keys')
      .select('kind')
      .distinct()
      .where('wrapped', 'is not', null)
      .orderBy('kind')
      .execute()
    return rows.map(({ kind }) => kind)
  }

  async add(keys: readonly SubjectKey[]): Promise<void> {
    await transaction(this.#database, async (tables) => {
      for (let i = 0; i < keys.length; i += rowsAtOnce)
        await tables
          .insertInto('subject_keys')
          .values(keys.slice(i, i + rowsAtOnce))
          .onConflict((conflict) => conflict.doNothing())
          .execute()
    })
  }

  async destroy(subjects: readonly string[], options: DestroyOptions): Promise<KeyDestruction> {
    const done = await transaction(this.#database, (tables) => destroyKeys(tables, { ...options, subjects }))
    return {
      subjects: done.map(({ subject }) => subject),
      predictions: done.reduce((sum, { predictions }) => sum + predictions, 0),
      remains: await removeTraces(
        this.#database,
        done.map(({ wrapped }) => wrapped),
      ),
    }
  }

  async page(after: string, limit: number): Promise<readonly SubjectKey[]> {
    return await this.#database.kysely
      .selectFrom('subject_keys')
      .selectAll()
      .where('subject', '>', after)
      .where('wrapped', 'is not', null)
      .orderBy('subject')
      .limit(limit)
      .execute()
  }

  async rewrap(keys: readonly Pick<SubjectKey, 'subject' | 'wrapped' | 'master'>[]): Promise<void> {
    await transaction(this.#database, async (tables) => {
      for (const { subject, wrapped, master } of keys)
        await tables
          .updateTable('subject_keys')
          .set({ wrapped, master })
          .where('subject', '=', subject)
          .where('wrapped', 'is not', null)
          .execute()
    })
  }
}
