import { collectGarbage, DirectoryLedger, type GarbageCollection } from '@claims/registry'
import type { CommandContext } from '../../context.ts'
import { withRegistry } from '../../open-model.ts'

/** Options of `models clean`. */
export interface CleanOptions {
  readonly apply?: boolean
  /** Hours. */
  readonly minimumAge: number
  readonly allowUnknown?: boolean
}

/** How many places are told one by one. */
const mostPlaces = 10

/** `claims models clean`: says what would be removed, and removes it with `--apply`. */
export async function cleanModels(options: CleanOptions, context: CommandContext): Promise<0> {
  const { config, output, signal } = context
  const { apply = false, allowUnknown = false, minimumAge } = options
  const said = await withRegistry(context, ({ ledger, artifacts }) =>
    collectGarbage({
      // Models of a registry in a directory that were not brought over keep their bundles.
      ledgers: [ledger, new DirectoryLedger(config.storage.directory)],
      ...{ artifacts, allowUnknown, signal, dryRun: !apply, minimumAge: minimumAge * 3_600_000 },
    }),
  )
  describe(said, minimumAge, context)
  output.result(documentOf(said, minimumAge))
  return 0
}

function describe(said: GarbageCollection, hours: number, { output }: CommandContext): void {
  const { kept, named, young, removal, dryRun, ofDeletedVersions } = said
  const count = removal.removed.length
  output.line(
    `${counted(kept.bundles, 'bundle')} of ${bytesText(kept.bytes)}: ${String(named)} named, ${String(young)} unnamed and put less than ${counted(hours, 'hour')} ago`,
  )
  const pieces = removal.remains === 0 ? '' : ` and ${counted(removal.remains, 'piece')} of unfinished writes`
  output.line(
    `${dryRun ? 'would remove' : 'removed'} ${counted(count, 'bundle')}${pieces}, ${bytesText(removal.bytes)}`,
  )
  if (count > 0)
    output.line(
      `${String(ofDeletedVersions)} of deleted versions, ${String(count - ofDeletedVersions)} that no version was registered of`,
    )
  for (const { place, problem } of removal.left.slice(0, mostPlaces)) output.note(`left: ${place} ${problem}`)
  if (removal.left.length > mostPlaces)
    output.note(`left: ${String(removal.left.length - mostPlaces)} more places; --json lists them`)
  if (dryRun && count + removal.remains > 0) output.line('nothing was changed; --apply removes this')
}

function documentOf(said: GarbageCollection, hours: number): object {
  const { kept, named, young, removal, dryRun, ofDeletedVersions } = said
  return {
    ...{ applied: !dryRun, minimum_age_hours: hours, kept, named, young },
    removed: {
      ...{ bundles: removal.removed.length, of_deleted_versions: ofDeletedVersions },
      ...{ remains: removal.remains, bytes: removal.bytes, manifests: removal.removed },
    },
    left: removal.left,
  }
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** Bytes in the largest unit, of thousands, of which there is one or more. */
function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const unit = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return `${unit === 0 ? String(bytes) : (bytes / 1000 ** unit).toFixed(1)} ${units[unit] ?? ''}`
}
