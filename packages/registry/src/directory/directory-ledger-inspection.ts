import type { LedgerHead, LedgerInspection, LedgerRow } from '@claims/contracts'
import { inPlace } from '../place-error.ts'
import { historyNames, historyPath, historyPieces } from './history-file.ts'

/** Rows that are handed out at once, and characters, whichever comes first. */
const [mostRows, mostCharacters] = [1_024, 4_000_000]

/** What the files of a ledger hold; heads are those of dropped sequences. */
export class DirectoryLedgerInspection implements LedgerInspection {
  readonly keepsHeads: boolean
  readonly #root: string

  /** @param root absolute path of the directory of the ledger */
  constructor(root: string) {
    this.keepsHeads = false
    this.#root = root
  }

  async names(): Promise<readonly string[]> {
    const names: string[] = []
    for (const name of await inPlace(this.#root, () => historyNames(this.#root)))
      if (await this.#holdsSomething(name)) names.push(name)
    return names
  }

  async *rows(name: string, after: number | null): AsyncGenerator<readonly LedgerRow[], void, undefined> {
    let rows: LedgerRow[] = []
    let [position, characters] = [0, 0]
    for await (const piece of this.#pieces(name)) {
      if (piece.kind !== 'entry') break
      position += 1
      if (position <= (after ?? 0)) continue
      rows.push({ position, entry: piece.text, sha256: null })
      characters += piece.text.length
      if (rows.length < mostRows && characters < mostCharacters) continue
      yield rows
      rows = []
      characters = 0
    }
    if (rows.length > 0) yield rows
  }

  async head(name: string): Promise<LedgerHead | null> {
    for await (const piece of this.#pieces(name)) return piece.kind === 'dropped' ? piece.head : null
    return null
  }

  async remainder(name: string): Promise<string | null> {
    for await (const piece of this.#pieces(name)) {
      if (piece.kind === 'torn') return 'a line without its end, which a crash tore'
    }
    return null
  }

  #pieces(name: string): ReturnType<typeof historyPieces> {
    return historyPieces(historyPath(this.#root, name))
  }

  /** Whether there are entries or a mark, or something that hides whether there are. */
  async #holdsSomething(name: string): Promise<boolean> {
    try {
      for await (const piece of this.#pieces(name)) return piece.kind !== 'torn'
      return false
    } catch {
      return true
    }
  }
}
