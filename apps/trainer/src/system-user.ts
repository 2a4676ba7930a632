import { userInfo } from 'node:os'

/**
 * The user of the operating system, who is recorded as the actor of a change: what the system says of this process, which
 * its owner can pretend.
 */
export function systemUser(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run under a number that no user has.
    return `user ${String(process.getuid?.() ?? 'unknown')}`
  }
}
