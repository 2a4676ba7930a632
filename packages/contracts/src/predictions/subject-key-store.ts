/** The key of a subject as it is stored. */
export interface SubjectKey {
  /** Random, 32 hexadecimal digits: the subject's name in records. */
  readonly subject: string
  /** What ids of this kind name, such as `entity customer_id`. */
  readonly kind: string
  /** Keyed hash of the id, by which the subject is found; null where it has none, and once it was erased. */
  readonly lookup: string | null
  /** The data key, encrypted under the master key; null once it was destroyed. */
  readonly wrapped: Uint8Array | null
  /** Name of the master key that it is encrypted under. */
  readonly master: string
  readonly created_at: string
  readonly destroyed_at: string | null
}

/** What an erasure came to. */
export interface KeyDestruction {
  /** Subjects whose key this call destroyed; those that were destroyed before, or are unknown, are not among them. */
  readonly subjects: readonly string[]
  /** Records of those subjects. */
  readonly predictions: number
  /** Where copies of the bytes may be left, in words; empty where the store looked for them and found none. */
  readonly remains: readonly string[]
}

/** How keys are destroyed. */
export interface DestroyOptions {
  readonly at: Date
  /** What is appended to the system's ledger with it, for each subject; called once or more often. */
  readonly entry: (erased: { readonly subject: string; readonly predictions: number }) => object
}

/**
 * Port: the wrapped data keys of subjects. It never sees a key in the clear.
 *
 * `describeSubjectKeyStore` of `@claims/contracts/testing` checks what an adapter guarantees: one key per lookup, whoever adds
 * it at the same time; a destroyed key is gone for every reader, and what it was is not found again by its lookup.
 */
export interface SubjectKeyStore {
  /** Keys by lookup or by subject; unknown ones are left out. In no order. */
  find(
    wanted: { readonly lookups: readonly string[] } | { readonly subjects: readonly string[] },
  ): Promise<readonly SubjectKey[]>

  /** Kinds of subjects whose key is alive, sorted. */
  kinds(): Promise<readonly string[]>

  /** Adds keys. One whose subject or lookup is there already is left out: ask again for the one that is kept. */
  add(keys: readonly SubjectKey[]): Promise<void>

  /** Destroys keys for good, together with the entries that say so. */
  destroy(subjects: readonly string[], options: DestroyOptions): Promise<KeyDestruction>

  /** Living keys by subject, to encrypt them anew. @param after the last subject that is known; '' at first */
  page(after: string, limit: number): Promise<readonly SubjectKey[]>

  /** Replaces what keys are encrypted under. One that was destroyed meanwhile stays destroyed. */
  rewrap(keys: readonly Pick<SubjectKey, 'subject' | 'wrapped' | 'master'>[]): Promise<void>
}
