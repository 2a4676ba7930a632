import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { migrate } from '@claims/database'
import { describeKinds, newPlace, type Place } from './kinds.ts'
import { schemaText } from './schema-text.ts'

describeKinds('the types of rows', (kind) => {
  let place: Place
  beforeEach(async () => {
    place = await newPlace(kind)
  })
  afterEach(() => place.dispose())

  test('are those of a migrated database; pnpm run schema writes them', async () => {
    const database = await place.open()
    await migrate(database)
    const committed = await readFile(join(import.meta.dirname, '../src/schema.ts'), 'utf8')
    expect(committed).toBe(await schemaText(database))
  })
})
