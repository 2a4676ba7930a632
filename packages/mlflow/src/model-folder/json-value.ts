/** A value that JSON holds. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue }

/** Named JSON values, such as a flavour's. */
export type JsonObject = Readonly<Record<string, JsonValue>>
