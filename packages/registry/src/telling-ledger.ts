import type { Ledger } from '@claims/contracts'

/**
 * A ledger that tells to which names something was appended.
 *
 * @param ledger where everything goes
 * @param onAppend told the name after each append that was stored
 */
export function tellingLedger(ledger: Ledger, onAppend: (name: string) => void): Ledger {
  return {
    names: () => ledger.names(),
    read: (name) => ledger.read(name),
    page: (name, page) => ledger.page(name, page),
    drop: (name, last, record) => ledger.drop(name, last, record),
    inspect: () => ledger.inspect(),
    append: async (name, after, entries) => {
      const appended = await ledger.append(name, after, entries)
      if (appended) onAppend(name)
      return appended
    },
  }
}
