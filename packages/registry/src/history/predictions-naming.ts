import { isSystemLedger, type Ledger } from '@claims/contracts'

/** What the names of sequences of prediction records begin with. */
const predictionLedgers = '_predictions'
/** Records that are read at once. */
const pageRecords = 5_000

/**
 * Which bundles prediction records name.
 *
 * It reads every record of every sequence until each bundle is found, since nothing indexes them by bundle, and all of
 * them where a bundle is named by none. Records of partitions that were dropped name nothing any more.
 *
 * @param ledger that holds the records
 * @param hashes of the manifests of the bundles
 * @returns by hash, which record names it, such as `the prediction record 12 of _predictions-2026-11`
 */
export async function predictionsNaming(
  ledger: Ledger,
  hashes: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  if (hashes.size === 0) return found
  for (const name of await ledger.names()) {
    if (!isSystemLedger(name) || !name.startsWith(predictionLedgers)) continue
    for (let after = 0; ;) {
      const page = await ledger.page(name, { after, limit: pageRecords })
      for (const [i, line] of page.entries())
        for (const hash of named(line))
          if (hashes.has(hash) && !found.has(hash))
            found.set(hash, `the prediction record ${String(after + i + 1)} of ${name}`)
      if (found.size === hashes.size) return found
      if (page.length < pageRecords) break
      after += page.length
    }
  }
  return found
}

/**
 * Bundles that a line of JSON names. A key inside of a text is written with a backslash, so no text of a claim passes for
 * one; parsing every line would take ten times as long.
 */
function* named(line: string): Generator<string> {
  for (const [, hash] of line.matchAll(/"manifest_sha256"\s*:\s*"([0-9a-f]{64})"/g))
    if (hash !== undefined) yield hash
}
