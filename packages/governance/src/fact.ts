/** What a fact can be. */
export type FactValue = string | number | boolean | readonly string[]

/** A field of a document: a value and the record that it was read from, or what is missing. */
export type Fact =
  | {
      readonly label: string
      readonly value: FactValue
      /** Where it stands, such as `bundle 72c04b4cead6: manifest.json data.rows` or `history of fraud, line 3`. */
      readonly record: string
    }
  | {
      readonly label: string
      readonly value: null
      /** Who or what would supply it. */
      readonly missing: string
    }

/** A fact that a record holds; a text that is empty, and null, are missing. */
export function fact(
  label: string,
  value: FactValue | null | undefined,
  { record, missing }: { readonly record: string; readonly missing: string },
): Fact {
  const absent = value === null || value === undefined || value === '' || isEmptyList(value)
  return absent ? { label, value: null, missing } : { label, value, record }
}

/** A fact that no record holds. */
export function missingFact(label: string, missing: string): Fact {
  return { label, value: null, missing }
}

function isEmptyList(value: FactValue): boolean {
  return Array.isArray(value) && value.length === 0
}
