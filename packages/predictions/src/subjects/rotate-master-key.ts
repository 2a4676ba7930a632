import type { SubjectKeyStore } from '@claims/contracts'
import { rewrapDataKey } from '../sealing/data-key.ts'
import type { MasterKey } from '../sealing/master-key.ts'

const keysAtOnce = 500

/**
 * Encrypts every key of a store under another master key. Where it was interrupted, the same call goes on; meanwhile each key is
 * under one of the two, and programs that have one of them alone read a part of the records.
 *
 * @param store of the keys
 * @param from what they are under
 * @param to what they are to be under
 * @returns how many were changed
 * @throws ClaimsError `damaged_record` where a key is under neither, or its row was changed
 */
export async function rotateMasterKey(
  store: SubjectKeyStore,
  from: MasterKey,
  to: MasterKey,
): Promise<number> {
  let changed = 0
  for (let after = ''; ;) {
    const page = await store.page(after, keysAtOnce)
    const rows = page.flatMap(({ subject, kind, lookup, wrapped, master }) =>
      wrapped === null || master === to.name
        ? []
        : [
            {
              ...{ subject, master: to.name },
              wrapped: rewrapDataKey(from, to, { subject, kind, lookup, wrapped }),
            },
          ],
    )
    if (rows.length > 0) await store.rewrap(rows)
    changed += rows.length
    const last = page.at(-1)
    if (last === undefined || page.length < keysAtOnce) return changed
    after = last.subject
  }
}
