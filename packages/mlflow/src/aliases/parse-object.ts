/** The object that a tag holds; an empty one where it holds anything else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const given: unknown = JSON.parse(text)
    return typeof given === 'object' && given !== null ? { ...given } : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
