import { readFileSync } from 'node:fs'
import type { TriedField } from './fields.ts'

/** What a server did with odd values that it did not keep: by endpoint and field, by what it did, their labels. */
export type Outcomes = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

/** The servers whose rules are written down: stores differ, because columns of PostgreSQL have lengths. */
export const triedServers = ['2.22.5', '3.17.0', '3.17.0 with PostgreSQL'] as const
/** One of them. */
export type TriedServer = (typeof triedServers)[number]

export const rulesFile = new URL('../server-rules.json', import.meta.url)

/** What `write-server-rules.ts` found. */
export function readRules(): Readonly<Record<TriedServer, Outcomes>> {
  return JSON.parse(readFileSync(rulesFile, 'utf8')) as Readonly<Record<TriedServer, Outcomes>>
}

/** A field of a call, as the table names it. */
export const rowOf = (name: string, { endpoint }: TriedField): string => `${endpoint}: ${name}`
