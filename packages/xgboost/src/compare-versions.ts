/** Orders versions such as `1.7.5` and `3.10.0`: below 0 where `left` is the earlier one, 0 where both are the same. */
export function compareVersions(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true })
}
