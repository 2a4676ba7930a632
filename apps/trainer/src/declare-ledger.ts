import type { Command } from 'commander'
import type { CheckpointCommandOptions } from './commands/ledger/checkpoint.ts'
import type { RetainOptions } from './commands/ledger/retain.ts'
import type { VerifyLedgerCommandOptions } from './commands/ledger/verify.ts'
import { repeated } from './option-values.ts'
import type { Start } from './start.ts'

/** Declares `claims ledger` with its commands. */
export function declareLedger(ledger: Command, start: Start): void {
  ledger
    .description('what was done and predicted, chained by hashes: verify it, sign it, drop what is old')
    .addHelpText('after', example('claims ledger verify'))
  place(ledger.command('verify'))
    .description('find rows that were edited, removed, inserted or put elsewhere; exit 1 when there are any')
    .option('--checkpoint <file>', 'signed checkpoint to compare with; may be repeated', repeated)
    .option('--public-key <file>', 'key of whoever is trusted to sign; with --checkpoint')
    .addHelpText(
      'after',
      example('claims ledger verify --checkpoint november.json --public-key checkpoint.key.pub'),
    )
    .action((options: VerifyLedgerCommandOptions) =>
      start(async () => (await import('./commands/ledger/verify.ts')).verifyLedgerCommand, options),
    )
  place(ledger.command('checkpoint'))
    .description('verify, and sign where each sequence ends; exit 1 when the ledger is not whole')
    .requiredOption('--out <file>', 'file to write; a name that is free')
    .requiredOption('--key <file>', 'private key of Ed25519 in PEM')
    .option('--new-key', 'make the key, and beside it the public one, which ends in .pub')
    .addHelpText(
      'after',
      example('claims ledger checkpoint --out november.json --key checkpoint.key --new-key'),
    )
    .action((options: CheckpointCommandOptions) =>
      start(async () => (await import('./commands/ledger/checkpoint.ts')).writeCheckpointCommand, options),
    )
  ledger
    .command('check <file>')
    .description('check the signature of a checkpoint, without a database; exit 1 when it does not hold')
    .requiredOption('--public-key <file>', 'key of whoever is trusted to sign')
    .addHelpText('after', example('claims ledger check november.json --public-key checkpoint.key.pub'))
    .action((file: string, options: { readonly publicKey: string }) =>
      start(async () => (await import('./commands/ledger/check.ts')).checkCheckpoint, { ...options, file }),
    )
  place(ledger.command('retain'))
    .description(
      'drop monthly partitions of predictions that a signed checkpoint holds whole; exit 1 when one is kept',
    )
    .requiredOption('--before <month>', 'first month that stays, such as 2026-01')
    .requiredOption('--checkpoint <file>', 'signed checkpoint that holds what is dropped')
    .requiredOption('--public-key <file>', 'key of whoever is trusted to sign')
    .option('--apply', 'drop; without it only what would be dropped is said')
    .addHelpText(
      'after',
      example(
        'claims ledger retain --before 2026-01 --checkpoint november.json --public-key checkpoint.key.pub',
      ),
    )
    .action((options: RetainOptions) =>
      start(async () => (await import('./commands/ledger/retain.ts')).retainPartitions, options),
    )
}

function place(command: Command): Command {
  return command.option(
    '--database <url>',
    'sqlite:PATH, a path, or postgres://...; by default DATABASE_URL, which keeps a password out of sight',
  )
}

function example(text: string): string {
  return `\nExample:\n  ${text}`
}
