import { foundDocument, requireDocument, type DocumentStore } from '@claims/contracts'
import type { Database } from '../database.ts'
import { transaction } from '../transaction.ts'

/** The documents in the table `documents`, one row a text. */
export class DatabaseDocumentStore implements DocumentStore {
  readonly #database: Database

  /** @param database migrated; closed by who opened it */
  constructor(database: Database) {
    this.#database = database
  }

  async put(text: string): Promise<string> {
    const sha256 = requireDocument(text)
    await transaction(this.#database, async (tables) => {
      const kept = await tables
        .selectFrom('documents')
        .select('content')
        .where('sha256', '=', sha256)
        .executeTakeFirst()
      if (kept?.content === text) return
      await tables
        .insertInto('documents')
        .values({ sha256, content: text })
        .onConflict((conflict) => conflict.column('sha256').doUpdateSet({ content: text }))
        .execute()
    })
    return sha256
  }

  async get(sha256: string): Promise<string> {
    const kept = await this.#database.kysely
      .selectFrom('documents')
      .select('content')
      .where('sha256', '=', sha256)
      .executeTakeFirst()
    return foundDocument(sha256, kept?.content)
  }
}
