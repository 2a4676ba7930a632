import { resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { stateDirectory } from '../src/index.ts'

describe('the directory of state', () => {
  const linux = { platform: 'linux', userDirectory: '/u/ann' } as const
  test.each([
    [
      'CLAIMS_HOME',
      { CLAIMS_HOME: '/srv/claims', CLAIMS_HOME_DEFAULT: '/repository/.claims' },
      '/srv/claims',
    ],
    ['a relative CLAIMS_HOME, made absolute', { CLAIMS_HOME: 'state' }, resolve('state')],
    [
      'what the launcher says',
      { CLAIMS_HOME: '', CLAIMS_HOME_DEFAULT: '/repository/.claims' },
      '/repository/.claims',
    ],
    ['XDG_DATA_HOME', { XDG_DATA_HOME: '/data' }, '/data/claims'],
    ['a relative XDG_DATA_HOME is ignored', { XDG_DATA_HOME: 'data' }, '/u/ann/.local/share/claims'],
    ['nothing', {}, '/u/ann/.local/share/claims'],
  ])('%s', (_, variables, expected) => {
    expect(stateDirectory(variables, linux)).toBe(expected)
  })

  test('macOS and Windows', () => {
    expect(stateDirectory({}, { platform: 'darwin', userDirectory: '/u/ann' })).toBe(
      '/u/ann/Library/Application Support/claims',
    )
    expect(stateDirectory({}, { platform: 'win32', userDirectory: '/u/ann' })).toBe(
      '/u/ann/AppData/Local/claims',
    )
  })
})
