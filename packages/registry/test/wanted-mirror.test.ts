import { describe, expect, test } from '@jest/globals'
import { chainEntries } from '../src/history/history-chain.ts'
import type { HistoryFacts } from '../src/history/history-entry.ts'
import { emptyLedger } from '@claims/contracts'
import { hashedHistory, wantedMirror } from '../src/mlflow/mirror/wanted-mirror.ts'

const said = (action: HistoryFacts['action'], more: Partial<HistoryFacts> = {}): HistoryFacts => ({
  ...{ time: '2026-11-29T12:00:00.000Z', actor: 'ada', action, version: '1', alias: null, previous: null },
  ...{ reason: 'because', override: false, manifest_sha256: 'ab'.repeat(32) },
  ...more,
})

describe('what the mirror wants', () => {
  const { lines } = chainEntries(
    [
      said('register'),
      said('promote', { alias: 'champion' }),
      said('retire'),
      said('register', { version: '2', manifest_sha256: 'cd'.repeat(32) }),
      said('promote', { alias: 'champion', version: '2', previous: '1', actor: 'grace' }),
    ],
    emptyLedger,
  )
  const history = hashedHistory('motor', lines)

  test('an action that moves no version and no alias moves the position alone', () => {
    const [before, after] = [wantedMirror(history, 2), wantedMirror(history, 3)]
    expect(after.position).toBe(3)
    expect(after.sha256).not.toBe(before.sha256)
    expect({ ...after, position: 2, sha256: before.sha256 }).toEqual(before)
  })

  test('aliases say by which entry they moved, versions when they were champion', () => {
    const wanted = wantedMirror(history)
    expect(JSON.parse(wanted.aliases.get('champion')?.tag ?? '')).toMatchObject({
      version: '2',
      by: 'grace',
      position: 5,
    })
    expect(wanted.versions.get('1')?.tags.get('claims.champion_position')).toBe('2')
    expect(wanted.versions.get('2')?.tags.get('claims.champion_by')).toBe('grace')
    expect(wanted.versions.get('2')?.tags.get('claims.history_sha256')).toBe(history.hashes[3])
  })

  test('nothing of an empty history', () => {
    expect(wantedMirror(history, 0)).toEqual({
      ...{ position: 0, sha256: emptyLedger, versions: new Map(), aliases: new Map(), cut: [] },
    })
  })
})
