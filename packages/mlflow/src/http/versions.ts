/**
 * Whether a version comes before another, by their first two numbers.
 *
 * @example
 * olderThan('2.22.5', '3.0') // true
 */
export function olderThan(version: string, other: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map((part) => Number.parseInt(part, 10))
  return major < otherMajor || (major === otherMajor && minor < otherMinor)
}
