import { expect } from '@jest/globals'
import type { Folder } from './claims-command.ts'

type Run = (...args: readonly string[]) => Promise<{ readonly code: number | null }>

/** Enrolls grace, the first one of all, and signs an override of a version in her name. */
export async function approveOverride(run: Run, folder: Folder, model: string): Promise<void> {
  const key = folder.at('grace.pem')
  const enroll = ['keys', 'enroll', 'grace', '--public-key', `${key}.pub`]
  const approve = ['models', 'approve', model, '--key', key, '--override', '--reason', 'accepted']
  for (const args of [['keys', 'new', '--out', key], enroll, [...approve, '--actor', 'grace']])
    expect(await run(...args)).toMatchObject({ code: 0 })
}
