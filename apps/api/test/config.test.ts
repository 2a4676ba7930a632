import { describe, expect, test } from '@jest/globals'
import { readConfig } from '@claims/api'
import { requireSafeListening } from '../src/require-safe-listening.ts'

describe('readConfig', () => {
  test('has a default for everything but the model', () => {
    const config = readConfig({ CLAIMS_MODEL: 'auto-fraud', XDG_DATA_HOME: '/data' })
    expect(config).toEqual({
      environment: 'development',
      port: 8000,
      host: '127.0.0.1',
      logLevel: 'info',
      threads: 1,
      storage: {
        databaseUrl: '/data/claims/claims.sqlite',
        artifactsUri: '/data/claims/registry',
        directory: '/data/claims/registry',
        ...{ plaintextHosts: [], environment: 'development' },
      },
      model: 'auto-fraud',
      unknownFields: 'error',
      pollMilliseconds: 1000,
      drainMilliseconds: 10_000,
    })
    expect(Object.isFrozen(config)).toBe(true)
  })

  test('takes every variable', () => {
    expect(
      readConfig({
        CLAIMS_ENVIRONMENT: 'production',
        PORT: '0',
        HOST: '::1',
        LOG_LEVEL: 'debug',
        XGBOOST_LIBRARY: '/lib/libxgboost.so',
        CLAIMS_THREADS: '2',
        CLAIMS_HOME: '/state',
        DATABASE_URL: 'postgres://ada@db/claims',
        ARTIFACTS_URI: 's3://models/claims',
        CLAIMS_PLAINTEXT_HOSTS: 'db, minio',
        CLAIMS_BUNDLE: 'bundle',
        CLAIMS_MODEL: '',
        CLAIMS_UNKNOWN_FIELDS: 'warn',
        CLAIMS_MODEL_POLL_SECONDS: '0.5',
        CLAIMS_SHUTDOWN_NOTICE_SECONDS: '3',
        CLAIMS_SHUTDOWN_DRAIN_SECONDS: '20',
      }),
    ).toEqual({
      environment: 'production',
      port: 0,
      host: '::1',
      logLevel: 'debug',
      xgboostLibrary: '/lib/libxgboost.so',
      threads: 2,
      storage: {
        databaseUrl: 'postgres://ada@db/claims',
        artifactsUri: 's3://models/claims',
        directory: '/state/registry',
        ...{ plaintextHosts: ['db', 'minio'], environment: 'production' },
      },
      bundle: 'bundle',
      unknownFields: 'warn',
      pollMilliseconds: 500,
      noticeMilliseconds: 3000,
      drainMilliseconds: 20_000,
    })
  })

  test.each([
    ['PORT', 'eighty'],
    ['PORT', '65536'],
    ['PORT', '1.5'],
    ['CLAIMS_THREADS', '0'],
    ['CLAIMS_ENVIRONMENT', 'staging'],
    ['LOG_LEVEL', 'loud'],
    ['CLAIMS_UNKNOWN_FIELDS', 'drop'],
    ['CLAIMS_MODEL_POLL_SECONDS', '-1'],
    ['CLAIMS_SHUTDOWN_NOTICE_SECONDS', 'long'],
    ['CLAIMS_BUNDLE', 'beside-the-model'],
  ])('refuses %s=%s', (name, value) => {
    const field = name === 'CLAIMS_BUNDLE' ? 'CLAIMS_MODEL' : name
    expect(() => readConfig({ CLAIMS_MODEL: 'fraud', [name]: value })).toThrow(
      expect.objectContaining({
        code: 'invalid_configuration',
        problems: [expect.objectContaining({ field })],
      }),
    )
  })

  test('needs something to serve', () => {
    expect(() => readConfig({})).toThrow(/CLAIMS_BUNDLE and CLAIMS_MODEL/)
  })
})

describe('requireSafeListening', () => {
  test.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost'])('%s in development is safe', (host) => {
    expect(() => {
      requireSafeListening('development', host)
    }).not.toThrow()
  })
  test.each([
    ['development', '0.0.0.0', 'HOST'],
    ['development', '::', 'HOST'],
    ['development', '127.evil.example', 'HOST'],
    ['production', '127.0.0.1', 'CLAIMS_ENVIRONMENT'],
    ['test', '127.0.0.1', 'CLAIMS_ENVIRONMENT'],
  ])('%s on %s needs authentication', (environment, host, field) => {
    expect(() => {
      requireSafeListening(environment, host)
    }).toThrow(
      expect.objectContaining({
        code: 'invalid_configuration',
        problems: [expect.objectContaining({ field })],
      }),
    )
  })
})
