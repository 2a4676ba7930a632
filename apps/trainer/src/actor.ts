import type { ActorSource } from '@claims/registry'
import { systemUser } from './system-user.ts'

/** Options of commands that change something. */
export interface ActorOptions {
  /** Who; the user of the operating system where absent. */
  readonly actor?: string
}

/** Who changes something, as it is recorded: asserted either way, and by whom. */
export function actorOf({ actor }: ActorOptions): {
  readonly actor: string
  readonly actorSource: ActorSource
} {
  return actor === undefined
    ? { actor: systemUser(), actorSource: 'operating_system' }
    : { actor, actorSource: 'stated' }
}
