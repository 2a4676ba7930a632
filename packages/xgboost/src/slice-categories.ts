const CATEGORIES =
  /"cats":\{"enc":\[[^"]*(?:"(?:offsets|values)":[^"]*)*\],"feature_segments":\[[\d,]*\],"sorted_idx":\[[\d,]*\]\}/

/**
 * Gives a slice of a model the category names of the whole, which `XGBoosterSlice` leaves behind. The texts are not
 * parsed, so every number stays as it is.
 *
 * @param slice the slice as JSON
 * @param whole the model it was cut from, as JSON
 * @returns the slice with the names; absent when there are none to give
 */
export function withCategories(slice: Uint8Array, whole: Uint8Array): Uint8Array | undefined {
  const decoder = new TextDecoder()
  const [text, source] = [decoder.decode(slice), decoder.decode(whole)]
  const categories = CATEGORIES.exec(source)?.[0]
  const place = CATEGORIES.exec(text)?.[0]
  if (categories === undefined || place === undefined || categories === place) return undefined
  return new TextEncoder().encode(text.replace(place, () => categories))
}
