import { describe, expect, test } from '@jest/globals'
import { isMlflowReference, parseMlflowReference } from '../src/index.ts'

describe('a reference to a model of MLflow', () => {
  test.each([
    ['models:/motor/3', { name: 'motor', target: { kind: 'version', version: '3' } }],
    ['models:/motor@champion', { name: 'motor', target: { kind: 'alias', alias: 'champion' } }],
    [
      'models:/Motor Schäden/Production',
      { name: 'Motor Schäden', target: { kind: 'stage', stage: 'Production' } },
    ],
    ['models:/motor/production', { name: 'motor', target: { kind: 'stage', stage: 'Production' } }],
    ['models:/motor/latest', { name: 'motor', target: { kind: 'latest' } }],
    ['models:/a@b@champion', { name: 'a@b', target: { kind: 'alias', alias: 'champion' } }],
  ])('%s', (reference, parsed) => {
    expect(isMlflowReference(reference)).toBe(true)
    expect(parseMlflowReference(reference)).toEqual(parsed)
  })

  test.each([
    'models:/motor',
    'models:/motor/3/4',
    'models:/motor/0',
    'models:/motor/-1',
    'models:/motor/99999999999',
    'models:/motor/Live',
    'models:/motor@',
    'models:/@champion',
    'models:/ /3',
    'models:/motor@cham pion',
    'models://other-server/motor/3',
    'models:/mo:tor/3',
    'models:/mo\0tor/3',
    'models:motor/3',
    'models:/',
    'motor@champion',
    'runs:/abc/model',
  ])('%j is none', (reference) => {
    expect(() => parseMlflowReference(reference)).toThrow(
      expect.objectContaining({ code: 'invalid_parameter' }),
    )
  })

  test('a name of the registry is none', () => {
    expect(isMlflowReference('motor@champion')).toBe(false)
    expect(isMlflowReference('models')).toBe(false)
  })
})
