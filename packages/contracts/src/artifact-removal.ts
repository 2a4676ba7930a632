/** A bundle of an artifact store, as a list of it says. */
export interface KeptBundle {
  readonly manifestSha256: string
  /** Milliseconds since its last `put` by the store's clock; below 0 where that clock went back. */
  readonly age: number
  /** Of the manifest and every file. Bundles that share a file have each its bytes; 0 where the manifest cannot be read. */
  readonly bytes: number
}

/** What may be removed, and how. */
export interface RemoveOptions {
  /** Milliseconds since the last `put` below which nothing is removed, by the store's clock. */
  readonly minimumAge: number
  /** Whether to say what would be removed and change nothing. Default false. */
  readonly dryRun?: boolean | undefined
  /** Ends the removal between two steps; then it throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** What a removal did, or would do. */
export interface Removal {
  /** Bundles that are gone. */
  readonly removed: readonly string[]
  /** Bundles that are younger than the minimum age and were left. */
  readonly young: readonly string[]
  /** How many of the given hashes are not kept. */
  readonly absent: number
  /** How many pieces of killed puts are gone: temporary directories, files of no bundle, unfinished uploads. */
  readonly remains: number
  /** Bytes that are free now, as far as the store tells. */
  readonly bytes: number
  /** What stands among the bundles and was left, and why. */
  readonly left: readonly LeftPlace[]
}

/** Something that a removal left, though it is no bundle that is young or named. */
export interface LeftPlace {
  /** A path, or the name of an object. */
  readonly place: string
  /** End of a sentence, such as `is a link`. */
  readonly problem: string
}
