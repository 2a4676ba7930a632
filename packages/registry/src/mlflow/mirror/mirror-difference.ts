import { championAlias } from '../../model-names.ts'
import { aliasTagPrefix, modelTags, tagOf, versionTags } from '../mlflow-tags.ts'
import type { FoundMirror } from './found-mirror.ts'
import { ownedVersionTags, type WantedMirror, type WantedVersion } from './wanted-mirror.ts'

/** What makes MLflow agree, as data. */
export type Repair =
  | { readonly kind: 'create_version'; readonly version: WantedVersion }
  | {
      readonly kind: 'set_version_tag'
      readonly version: string
      readonly key: string
      /** Null deletes it. */
      readonly value: string | null
    }
  | { readonly kind: 'set_alias'; readonly alias: string; readonly version: string }
  | { readonly kind: 'delete_alias'; readonly alias: string }
  | { readonly kind: 'set_model_tag'; readonly key: string; readonly value: string | null }

/** Where MLflow does not hold what the registry says. */
export interface MirrorDifference {
  readonly what: 'version' | 'version_tag' | 'alias' | 'alias_tag' | 'model_tag'
  /** Such as `motor@3`, `motor@champion`. */
  readonly subject: string
  readonly registry: string
  readonly mlflow: string
  /** Whether the registry changed it since the mirror was there: it waits to be sent. */
  readonly due: boolean
  /** Whether MLflow holds something else than the mirror left there. */
  readonly altered: boolean
  /** Null for what others made: it is left as it is. */
  readonly repair: Repair | null
}

/**
 * Compares what MLflow should hold with what it holds.
 *
 * @param name of the model
 * @param base what it should hold after the entries that are mirrored already
 * @param now what it should hold after all
 * @param found what it holds
 * @returns the differences in the order in which they can be repaired
 */
export function mirrorDifferences(
  name: string,
  {
    base,
    now,
    found,
  }: { readonly base: WantedMirror; readonly now: WantedMirror; readonly found: FoundMirror },
): readonly MirrorDifference[] {
  return [
    ...missingVersions(name, { base, now, found }),
    ...versionTagDifferences(name, { base, now, found }),
    ...aliasDifferences(name, { base, now, found }),
    ...modelTagDifferences(name, { base, now, found }),
    ...othersVersions(name, now, found),
  ]
}

interface Sides {
  readonly base: WantedMirror
  readonly now: WantedMirror
  readonly found: FoundMirror
}

function missingVersions(name: string, { base, now, found }: Sides): readonly MirrorDifference[] {
  return [...now.versions.values()]
    .filter(({ version }) => !found.mapped.has(version))
    .map((version) => ({
      what: 'version',
      subject: `${name}@${version.version}`,
      registry: `manifest ${short(version.manifestSha256)}`,
      mlflow: 'no such version',
      due: !base.versions.has(version.version),
      altered: base.versions.has(version.version),
      repair: { kind: 'create_version', version },
    }))
}

function versionTagDifferences(name: string, { base, now, found }: Sides): readonly MirrorDifference[] {
  return [...now.versions.values()].flatMap(({ version, tags }) => {
    const there = found.mapped.get(version)
    if (there === undefined) return []
    const before = base.versions.get(version)?.tags
    return ownedVersionTags.flatMap((key) =>
      compared(
        { before: before?.get(key), wanted: tags.get(key), there: tagOf(there.tags, key) },
        {
          what: 'version_tag',
          subject: `${name}@${version} ${key}`,
          repair: { kind: 'set_version_tag', version, key, value: tags.get(key) ?? null },
        },
      ),
    )
  })
}

function aliasDifferences(name: string, { base, now, found }: Sides): readonly MirrorDifference[] {
  const { model, mapped } = found
  const ours = new Map([...mapped].map(([version, { version: number }]) => [number, version]))
  const there = new Map(
    model.aliases.map(({ alias, version }) => [alias, ours.get(version) ?? `MLflow's version ${version}`]),
  )
  const names = new Set([...now.aliases.keys(), ...base.aliases.keys(), ...there.keys()])
  return [...names].sort().flatMap((alias): readonly MirrorDifference[] => {
    const wanted = now.aliases.get(alias)?.version
    const owned = wanted !== undefined || base.aliases.has(alias) || isMarked(found, alias)
    const subject = `${name}@${alias}`
    if (!owned)
      return [
        {
          ...{ what: 'alias', subject, registry: 'no such alias', mlflow: there.get(alias) ?? 'none' },
          // Whoever loads the champion gets what the registry never promoted.
          ...{ due: false, altered: alias === championAlias, repair: null },
        },
      ]
    return compared(
      { before: base.aliases.get(alias)?.version, wanted, there: there.get(alias) },
      {
        what: 'alias',
        subject,
        repair:
          wanted === undefined
            ? { kind: 'delete_alias', alias }
            : { kind: 'set_alias', alias, version: wanted },
      },
    )
  })
}

function modelTagDifferences(name: string, { base, now, found }: Sides): readonly MirrorDifference[] {
  const { tags } = found.model
  const keys = new Set([
    ...[...now.aliases.keys()].map((alias) => aliasTagPrefix + alias),
    ...tags.map(({ key }) => key).filter((key) => key.startsWith(aliasTagPrefix)),
  ])
  const differ = (
    key: string,
    before: string | undefined,
    wanted: string | undefined,
  ): readonly MirrorDifference[] =>
    compared(
      { before, wanted, there: tagOf(tags, key) },
      {
        what: key === modelTags.model ? 'model_tag' : 'alias_tag',
        subject: `${name} ${key}`,
        repair: { kind: 'set_model_tag', key, value: wanted ?? null },
      },
    )
  return [
    ...differ(modelTags.model, base.position === 0 ? undefined : name, name),
    ...[...keys].sort().flatMap((key) => {
      const alias = key.slice(aliasTagPrefix.length)
      return differ(key, base.aliases.get(alias)?.tag, now.aliases.get(alias)?.tag)
    }),
  ]
}

function othersVersions(name: string, now: WantedMirror, found: FoundMirror): readonly MirrorDifference[] {
  const ours = new Set([...found.mapped.values()].map(({ version }) => version))
  return found.versions
    .filter(({ version }) => !ours.has(version))
    .map(({ version, tags, userId }) => {
      const says = tagOf(tags, versionTags.version)
      const second = says !== undefined && now.versions.has(says)
      return {
        what: 'version',
        subject: `${name}, MLflow's version ${version}`,
        registry: second ? `version ${says} is another one of MLflow's` : 'no such version',
        mlflow: second ? `says that it is version ${says}` : `made by ${userId ?? 'others'}`,
        ...{ due: false, altered: false, repair: null },
      }
    })
}

function isMarked({ model }: FoundMirror, alias: string): boolean {
  return tagOf(model.tags, aliasTagPrefix + alias) !== undefined
}

interface Values {
  readonly before: string | undefined
  readonly wanted: string | undefined
  readonly there: string | undefined
}

function compared(
  { before, wanted, there }: Values,
  row: Pick<MirrorDifference, 'what' | 'subject' | 'repair'>,
): readonly MirrorDifference[] {
  if (wanted === there) return []
  return [
    {
      ...row,
      registry: wanted ?? 'nothing',
      mlflow: there ?? 'nothing',
      due: wanted !== before,
      altered: there !== before,
    },
  ]
}

function short(hash: string): string {
  return hash.slice(0, 12)
}
